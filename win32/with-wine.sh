#!/bin/bash
# with-wine.sh PREFIX LIBRARIES COMMAND... - makes the Wine prefix if there is none, keeps Wine running while COMMAND runs, and ends it. LIBRARIES: the
# sysroot's bin directory.
#
# Kept running: else the first program of several starts Wine's own services with its standard output, and whoever reads that output to its end waits for them.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
compiler=x86_64-w64-mingw32-gcc-posix
export KITH_WINE_PREFIX=$1
KITH_WINE_PATH=$2:$(dirname "$("$compiler" -print-libgcc-file-name)"):/usr/x86_64-w64-mingw32/lib
export KITH_WINE_PATH
shift 2

mkdir -p "$KITH_WINE_PREFIX"
if [[ ! -f $KITH_WINE_PREFIX/made ]]; then
  "$here/wine.sh" wineboot -i </dev/null >/dev/null 2>&1 || true # it cannot start what is of 32 bits, and needs none of it
  touch "$KITH_WINE_PREFIX/made"
fi

rm -f "$KITH_WINE_PREFIX/keep"
mkfifo "$KITH_WINE_PREFIX/keep"
exec {keep}<>"$KITH_WINE_PREFIX/keep"
"$here/wine.sh" cmd /c pause <"$KITH_WINE_PREFIX/keep" >/dev/null 2>&1 {keep}<&- &
keeper=$!
status=0
"$@" {keep}<&- || status=$?
echo >&"$keep"
wait "$keeper" || true
exit "$status"
