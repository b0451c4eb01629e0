#!/bin/sh
# wine.sh PROGRAM.exe [ARGUMENTS] - runs a program of Windows under Wine, for tests: in a prefix of its own (KITH_WINE_PREFIX, made by wine-prefix.sh), with the
# libraries that KITH_WINE_PATH names (directories of Linux, divided by colons).
set -eu
: "${KITH_WINE_PREFIX:=${XDG_CACHE_HOME:-$HOME/.cache}/kith/windows/prefix}"
export WINEPREFIX="$KITH_WINE_PREFIX" WINEDEBUG="${WINEDEBUG:--all}" WINEDLLOVERRIDES='mscoree,mshtml=' LC_ALL=C.UTF-8
WINEPATH=
IFS=:
for directory in ${KITH_WINE_PATH:-}; do
  WINEPATH="${WINEPATH:+$WINEPATH;}Z:$directory"
done
export WINEPATH
exec /usr/lib/wine/wine64 "$@"
