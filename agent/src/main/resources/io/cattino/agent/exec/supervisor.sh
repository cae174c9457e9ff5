#!/bin/sh
# Licensed under the Apache License, Version 2.0; see LICENSE.
#
# Cattino's supervisor: runs one command, outlives the agent, and writes down how it ended.
#
#   sh supervisor-N.sh DIRECTORY UMASK CGROUP PROGRAM [ARGUMENT...]
#
# In its own session, with the environment, directory and open files of the command. DIRECTORY holds
# records that were filled beforehand; they are overwritten in place, so that a full disk does not
# matter. The command goes into CGROUP, unless that is empty; we do not, since we are to tell how it
# was killed. Names start with __cattino because the command inherits what was exported already.

__cattino_dir=$1
__cattino_umask=$2
__cattino_cgroup=$3
shift 3

# Who makes this file first decides: we start the command, or the agent says that it never started.
set -C
if ! true 2>/dev/null >"$__cattino_dir/started"; then
  exit 0
fi
set +C

# Not '': what is ignored would be inherited. Signals to the whole group must not end us.
trap : HUP INT QUIT TERM USR1 USR2 ALRM

read -r __cattino_boot </proc/sys/kernel/random/boot_id
read -r __cattino_stat </proc/$$/stat
printf '%-1022s.\n' "$__cattino_boot $__cattino_stat" 1<>"$__cattino_dir/supervisor"

umask "$__cattino_umask"

# With job control the command gets a process group of its own, in this session, so that "kill -9 0"
# in it does not end us. bash has that without a terminal; dash says no, and then it shares ours.
set -m 2>/dev/null
case $- in
  *m*) __cattino_jobs=1 ;;
  *) __cattino_jobs= ;;
esac

# The inner shell becomes the command, so the process id that it writes down is the command's.
# Variables whose names no shell can hold, or that ours would change, come as
# CATTINO_EXTRA_n=NAME=VALUE.
__cattino_inner='
  [ -z "$2" ] || { echo 0 >"$2/cgroup.procs"; } 2>/dev/null
  printf "%-62s.\n" "$$" 1<>"$1/pid"
  shift 2
  unset SHLVL OLDPWD
  if [ -n "${CATTINO_EXTRA:-}" ]; then
    while [ "$CATTINO_EXTRA" -gt 0 ]; do
      eval "set -- \"\$CATTINO_EXTRA_$CATTINO_EXTRA\" \"\$@\"; unset CATTINO_EXTRA_$CATTINO_EXTRA"
      CATTINO_EXTRA=$((CATTINO_EXTRA - 1))
    done
    unset CATTINO_EXTRA
    set -- /usr/bin/env "$@"
  fi
  exec "$@"'

if [ -n "$__cattino_jobs" ]; then
  # Job control also leaves INT as it is. Once the command has its own signals, ours are ignored:
  # nothing interrupts the wait. Without job control while waiting, a stopped command is no end.
  /bin/sh -c "$__cattino_inner" cattino "$__cattino_dir" "$__cattino_cgroup" "$@" &
  trap '' HUP INT QUIT TERM USR1 USR2 ALRM
  set +m
  { wait "$!"; } 2>/dev/null
else
  # In the foreground: a background child would not get INT.
  /bin/sh -c "$__cattino_inner" cattino "$__cattino_dir" "$__cattino_cgroup" "$@"
fi

printf '%-62s.\n' "$?" 1<>"$__cattino_dir/exit"
