#!/bin/sh
# wine.sh PROGRAM.exe [ARGUMENTS] - runs a program of Windows under Wine: in the prefix KITH_WINE_PREFIX, with the libraries that are in the directories of
# KITH_WINE_PATH (of Linux, divided by colons). with-wine.sh sets both. Libraries beside the program come first, as on Windows.
set -eu
export WINEPREFIX="$KITH_WINE_PREFIX" WINEDEBUG="${WINEDEBUG:--all}" WINEDLLOVERRIDES='mscoree,mshtml=' LC_ALL=C.UTF-8
WINEPATH=
IFS=:
for directory in ${KITH_WINE_PATH:-}; do
  WINEPATH="${WINEPATH:+$WINEPATH;}Z:$directory"
done
export WINEPATH
exec /usr/lib/wine/wine64 "$@"
