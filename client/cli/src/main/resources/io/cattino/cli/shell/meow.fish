# fish completion for meow; load it:  meow completion fish | source
# Made by meow @VERSION@. Names of tasks and nodes come from a file that is kept for two seconds.

# The options on the line that say which farm is meant.
function __meow_where
    set -l words (commandline -opc)
    set -l wanted
    for word in $words[2..-1]
        if set -q wanted[1]
            printf '%s\n' $wanted $word
            set -e wanted
        else if contains -- $word -H --coordinator --context
            set wanted $word
        else if string match -qr -- '^--(coordinator|context)=' $word
            printf '%s\n' $word
        end
    end
end

function __meow_refresh -a kind file now
    set -l fresh $file.$fish_pid.(random)
    begin
        echo $now
        $__meow_typed $__meow_flags __complete $kind 2>/dev/null </dev/null
    end >$fresh
    mv -f $fresh $file
    rm -f $file.busy
end

# A function cannot be sent to the background.
function __meow_refresh_later -a kind file now
    sh -c 'set -C; (: >"$1.busy") 2>/dev/null || exit 0; kind=$2 now=$3 file=$1; shift 3
        { echo "$now"; "$@" __complete "$kind" 2>/dev/null </dev/null; } >"$file.$$"
        mv -f "$file.$$" "$file"; rm -f "$file.busy"' \
        sh $file $kind $now $__meow_typed $__meow_flags >/dev/null 2>&1 &
    disown 2>/dev/null
end

function __meow_now
    date +%s
end

# The names of a kind. What is older than a minute is asked for now, what is older than two seconds
# for the next time.
function __meow_names -a kind
    set -l base $HOME/.cache
    set -q XDG_CACHE_HOME[1]; and set base $XDG_CACHE_HOME
    set -l directory $base/cattino/complete
    set -g __meow_typed (commandline -opc)[1]
    set -g __meow_flags (__meow_where)
    set -l key "$kind-$__meow_flags-$CATTINO_COORDINATOR-$CATTINO_HOST-$CATTINO_PORT-$CATTINO_HOME"
    set -l file $directory/(string sub -l 200 -- (string replace -ra '[^A-Za-z0-9._-]' _ -- $key))
    set -l now (__meow_now)
    set -l lines
    test -r $file; and set lines (cat $file)
    set -l made 0
    string match -qr '^[0-9]+$' -- "$lines[1]"; and set made $lines[1]
    if test (math $now - $made) -gt 60 -o $made -gt $now
        mkdir -p -m 700 $directory
        __meow_refresh $kind $file $now 2>/dev/null
        set lines (cat $file 2>/dev/null)
    else if test (math $now - $made) -gt 2
        __meow_refresh_later $kind $file $now
    end
    test (count $lines) -gt 1; and string match -v '' -- $lines[2..-1]
end

# Whether the first word that is no option is one of these; without arguments: whether there is none.
function __meow_command
    set -l words (commandline -opc)
    set -l skip
    for word in $words[2..-1]
        if set -q skip[1]
            set -e skip
        else if contains -- $word @VALUED@
            set skip yes
        else if not string match -q -- '-*' $word
            contains -- $word $argv
            return
        end
    end
    not set -q argv[1]
end

complete -c meow -f
@LINES@
