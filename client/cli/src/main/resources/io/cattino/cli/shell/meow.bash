# bash completion for meow; load it:  source <(meow completion bash)
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
  for option in $_meow_options $_meow_globals; do
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
  } >"$fresh"
  mv -f "$fresh" "$2"
  rm -f "$2.busy"
}

_meow_refresh_later() {
  (_meow_refresh "$@" >/dev/null 2>&1 &)
}

_meow_now() { # seconds, into $now
  printf -v now '%(%s)T' -1 2>/dev/null || now=$(date +%s)
}

# Fills _meow_found with the names of a kind. What is older than a minute is asked for now, what is
# older than two seconds for the next time.
_meow_names() { # KIND
  local directory=${XDG_CACHE_HOME:-$HOME/.cache}/cattino/complete now made=0 key line
  key="$1-${_meow_where[*]}-$CATTINO_COORDINATOR-$CATTINO_HOST-$CATTINO_PORT-$CATTINO_HOME"
  key=${key//[^A-Za-z0-9._-]/_}
  local file=$directory/${key:0:200}
  _meow_found=()
  _meow_now
  { read -r made <"$file"; } 2>/dev/null
  case $made in '' | *[!0-9]*) made=0 ;; esac
  if ((now - made > 60 || made > now)); then
    (umask 077 && mkdir -p "$directory")
    _meow_refresh "$1" "$file" "$now" 2>/dev/null
  elif ((now - made > 2)) && (set -o noclobber && : >"$file.busy") 2>/dev/null; then
    _meow_refresh_later "$1" "$file" "$now"
  fi
  {
    read -r line
    while IFS= read -r line; do
      _meow_found+=("$line")
    done
  } <"$file" 2>/dev/null
}

# Fills COMPREPLY with the values of a kind that begin with $2; $3 stands before them on the line.
_meow_values() { # KIND BEGINNING PREFIX
  local kind=${1%+} value before=$3
  case $kind in
    '='*)
      local IFS=,
      _meow_found=(${kind#=})
      ;;
    tasks | groups | nodes | settings | contexts) _meow_names "$kind" ;;
    files | dirs | commands)
      compopt -o filenames 2>/dev/null
      local IFS=$'\n'
      case $kind in
        files) COMPREPLY=($(compgen -f -- "$2")) ;;
        dirs) COMPREPLY=($(compgen -d -- "$2")) ;;
        commands) COMPREPLY=($(compgen -f -- "$2")) ;;
      esac
      return 0
      ;;
    *) return 0 ;;
  esac
  for value in "${_meow_found[@]}"; do
    if [[ $value == "$2"* ]]; then
      [[ $value == *[!A-Za-z0-9/._@%+,:=-]* ]] && printf -v value %q "$value"
      COMPREPLY+=("$before$value")
    fi
  done
}

_meow() {
  local line=${COMP_LINE:0:COMP_POINT} words word current command= expects= position=0 dashes=
  local _meow_options= _meow_positionals= _meow_kind= _meow_where=() _meow_found=()
  local _meow_typed=${COMP_WORDS[0]/#\~/$HOME}
  COMPREPLY=()
  read -ra words <<<"$line"
  current=
  if [[ $line != *[[:space:]] ]]; then
    current=${words[${#words[@]} - 1]}
    unset "words[${#words[@]}-1]"
  fi
  for word in "${words[@]:1}"; do
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

  # What readline replaces begins behind the last of these.
  local value=$current before= kept
  if [[ -n $expects ]]; then
    _meow_kind_of "$expects"
  elif [[ -z $dashes && $current == --*=* ]]; then
    _meow_kind_of "${current%%=*}"
    value=${current#*=}
  elif [[ -z $dashes && $current == -* ]]; then
    for word in $_meow_options $_meow_globals; do
      [[ ${word%%:*} != "$current"* ]] || COMPREPLY+=("${word%%:*}")
    done
    return 0
  elif [[ -z $command ]]; then
    for word in $_meow_commands; do
      [[ $word != "$current"* ]] || COMPREPLY+=("$word")
    done
    return 0
  else
    _meow_kind=
    for word in $_meow_positionals; do
      _meow_kind=$word
      if ((position-- == 0)) || [[ $word == *+ ]]; then
        break
      fi
      _meow_kind=
    done
  fi
  case $_meow_kind in
    tasks | '='*)
      if [[ $value == *,* ]]; then
        before=${value%,*},
        value=${value##*,}
      fi
      ;;
  esac
  _meow_values "$_meow_kind" "$value" "$before"
  kept=$before$value
  if [[ $kept == *:* && $COMP_WORDBREAKS == *:* ]]; then
    kept=${kept%"${kept##*:}"}
    COMPREPLY=("${COMPREPLY[@]#"$kept"}")
  fi
}

complete -F _meow meow
