# Licensed under the Apache License, Version 2.0; see LICENSE.
#
# Finds a Java to run with. Sourced by mvnw, by meow, and by bin/meow of the distribution; plain
# POSIX sh. It starts no JVM unless an installation hides its version: the command line waits for it.
#
#   cattino_find_java 25 jdk    sets cattino_java_home (to a JDK, with javac), or prints one line on
#   cattino_find_java 25 jre    stderr that says what was found and what to do, and returns 1.
#
# It exports nothing: the environment of `meow create` becomes the environment of the task.
#
# Order: JAVA_HOME, then `java` on PATH, then the usual places (there, the oldest that is new enough:
# it is the one that Cattino is tested with).

# Sets cattino_feature to the feature number (25) of the Java home $1, or to nothing.
cattino_java_feature() {
  cattino_feature=
  if [ -r "$1/release" ]; then
    while IFS= read -r cattino_line || [ -n "$cattino_line" ]; do
      case $cattino_line in
        JAVA_VERSION=*) cattino_feature=${cattino_line#JAVA_VERSION=} ;;
      esac
    done <"$1/release"
  fi
  if [ -z "$cattino_feature" ]; then
    cattino_feature=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')
  fi
  cattino_feature=${cattino_feature#\"}
  cattino_feature=${cattino_feature#1.} # 1.8.0 is 8
  cattino_feature=${cattino_feature%%[!0-9]*}
}

# Sets cattino_home to the Java home behind `java` on PATH, or to nothing.
cattino_java_on_path() {
  cattino_home=
  cattino_java=$(command -v java 2>/dev/null) || return 0
  cattino_hops=0
  while [ -L "$cattino_java" ] && [ "$cattino_hops" -lt 20 ]; do
    cattino_link=$(readlink "$cattino_java") || break
    case $cattino_link in
      /*) cattino_java=$cattino_link ;;
      *) cattino_java=${cattino_java%/*}/$cattino_link ;;
    esac
    cattino_hops=$((cattino_hops + 1))
  done
  cattino_home=$(CDPATH='' cd -- "${cattino_java%/*}/.." 2>/dev/null && pwd -P) || cattino_home=
  if [ ! -r "$cattino_home/release" ] && [ ! -d "$cattino_home/lib/server" ]; then
    # a shim of a version manager, or macOS's /usr/bin/java
    cattino_home=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
  fi
}

# Whether the Java home $1 will do; what will not is remembered for the message.
cattino_java_fits() {
  [ -x "$1/bin/java" ] || return 1
  cattino_java_feature "$1"
  [ -n "$cattino_feature" ] || return 1
  if [ "$cattino_feature" -lt "$cattino_want" ]; then
    cattino_what="Java $cattino_feature"
  elif [ "$cattino_kind" = jdk ] && [ ! -x "$1/bin/javac" ]; then
    cattino_what="Java $cattino_feature without a compiler"
  else
    return 0
  fi
  cattino_real=$(CDPATH='' cd -- "$1" && pwd -P)
  case "$cattino_seen, " in
    *" in $cattino_real, "*) ;; # the same one by another name
    *) cattino_seen="${cattino_seen:+$cattino_seen, }$cattino_what in $cattino_real" ;;
  esac
  return 1
}

cattino_find_java() {
  cattino_want=$1 cattino_kind=$2 cattino_seen='' cattino_java_home='' cattino_oldest=''
  if [ -n "${JAVA_HOME:-}" ] && cattino_java_fits "$JAVA_HOME"; then
    cattino_java_home=$JAVA_HOME
    return 0
  fi
  cattino_java_on_path
  if [ -n "$cattino_home" ] && cattino_java_fits "$cattino_home"; then
    cattino_java_home=$cattino_home
    return 0
  fi
  cattino_mac=
  if [ -x /usr/libexec/java_home ]; then
    cattino_mac=$(/usr/libexec/java_home -v "$cattino_want+" 2>/dev/null) || cattino_mac=
  fi
  for cattino_home in "$cattino_mac" /usr/lib/jvm/* /usr/java/* /opt/* /opt/*/jdk* \
    "${HOME:-/root}"/.sdkman/candidates/java/* "${HOME:-/root}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$cattino_home" ] && cattino_java_fits "$cattino_home"; then
      if [ -z "$cattino_oldest" ] || [ "$cattino_feature" -lt "$cattino_oldest" ]; then
        cattino_java_home=$cattino_home cattino_oldest=$cattino_feature
      fi
    fi
  done
  [ -z "$cattino_java_home" ] || return 0
  cattino_what=Java
  [ "$cattino_kind" != jdk ] || cattino_what=JDK
  echo "${0##*/}: Cattino needs $cattino_what $cattino_want or newer, but found ${cattino_seen:-no Java at all}: install JDK $cattino_want (https://adoptium.net) or set JAVA_HOME" >&2
  return 1
}
