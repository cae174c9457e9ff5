#compdef meow
# zsh completion for meow; load it:  source <(meow completion zsh)
# Made by meow @VERSION@. Names of tasks and nodes come from a file that is kept for two seconds.

_meow_globals='@GLOBALS@'
_meow_commands='@COMMANDS@'

# What a command takes: _meow_options, each option with :KIND if it has a value, and _meow_positionals.
_meow_describe() {
  _meow_options= _meow_positionals=
  case $1 in
@CASES@
  esac
}

# Sets _meow_kind to the kind of an option's value; empty if it has none.
_meow_kind_of() {
  local option
  _meow_kind=
  for option in ${=_meow_options} ${=_meow_globals}; do
    if [[ $option == "$1:"* ]]; then
      _meow_kind=${option#*:}
      return 0
    fi
  done
}

_meow_refresh() { # KIND FILE NOW
  local fresh=$2.$$.$RANDOM
  {
    echo "$3"
    "$_meow_typed" "${_meow_where[@]}" __complete "$1" 2>/dev/null </dev/null
  } >|"$fresh"
  mv -f "$fresh" "$2"
  rm -f "$2.busy"
}

_meow_refresh_later() {
  (_meow_refresh "$@" >/dev/null 2>&1 &)
}

_meow_now() { # seconds, into $now
  zmodload zsh/datetime 2>/dev/null && now=$EPOCHSECONDS || now=$(date +%s)
}

# Fills _meow_found with the names of a kind. What is older than a minute is asked for now, what is
# older than two seconds for the next time.
_meow_names() { # KIND
  local directory=${XDG_CACHE_HOME:-$HOME/.cache}/cattino/complete now made=0 key
  key="$1-${_meow_where[*]}-$CATTINO_COORDINATOR-$CATTINO_HOST-$CATTINO_PORT-$CATTINO_HOME"
  key=${key//[^A-Za-z0-9._-]/_}
  local file=$directory/${key[1,200]}
  _meow_found=()
  _meow_now
  [[ ! -r $file ]] || read -r made <"$file"
  case $made in '' | *[!0-9]*) made=0 ;; esac
  if ((now - made > 60 || made > now)); then
    (umask 077 && mkdir -p "$directory")
    _meow_refresh "$1" "$file" "$now" 2>/dev/null
  elif ((now - made > 2)) && (setopt noclobber && : >"$file.busy") 2>/dev/null; then
    _meow_refresh_later "$1" "$file" "$now"
  fi
  [[ ! -r $file ]] || _meow_found=("${(@f)$(<"$file")}")
  shift _meow_found
}

# Offers the values of a kind.
_meow_values() { # KIND
  local kind=${1%+}
  case $kind in
    '='*) _meow_found=("${(@s:,:)${kind#=}}") ;;
    tasks | groups | nodes | settings | contexts) _meow_names "$kind" ;;
    files | commands)
      _files
      return
      ;;
    dirs)
      _files -/
      return
      ;;
    *) return 1 ;;
  esac
  case $kind in
    # Several, with commas between them.
    tasks | '='*) compset -P '*,' ;;
  esac
  compadd -a _meow_found
}

_meow() {
  local word command= expects= position=0 dashes= index
  local _meow_options= _meow_positionals= _meow_kind=
  local -a _meow_where _meow_found
  local _meow_typed=${words[1]/#\~/$HOME}
  for ((index = 2; index < CURRENT; index++)); do
    word=${words[index]}
    if [[ -n $expects ]]; then
      case $expects in -H | --coordinator | --context) _meow_where+=("$expects" "$word") ;; esac
      expects=
      continue
    fi
    case $word in
      --) dashes=yes ;;
      --coordinator=* | --context=*) _meow_where+=("$word") ;;
      -*=*) ;;
      -*)
        _meow_kind_of "$word"
        [[ -z $_meow_kind ]] || expects=$word
        ;;
      *)
        if [[ -z $command ]]; then
          command=$word
          _meow_describe "$command"
        else
          position=$((position + 1))
        fi
        ;;
    esac
  done

  word=${words[CURRENT]}
  if [[ -n $expects ]]; then
    _meow_kind_of "$expects"
  elif [[ -z $dashes && $word == --*=* ]]; then
    _meow_kind_of "${word%%=*}"
    compset -P '*='
  elif [[ -z $dashes && $word == -* ]]; then
    _meow_found=(${${=_meow_options}%%:*} ${${=_meow_globals}%%:*})
    compadd -a _meow_found
    return
  elif [[ -z $command ]]; then
    _meow_found=(${=_meow_commands})
    compadd -a _meow_found
    return
  else
    _meow_kind=
    for word in ${=_meow_positionals}; do
      _meow_kind=$word
      if ((position-- == 0)) || [[ $word == *+ ]]; then
        break
      fi
      _meow_kind=
    done
  fi
  _meow_values "$_meow_kind"
}

if [[ ${funcstack[1]-} == _meow ]]; then
  _meow "$@"
else
  compdef _meow meow
fi
