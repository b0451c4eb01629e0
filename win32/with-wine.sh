#!/bin/bash
# with-wine.sh PREFIX LIBRARIES COMMAND... - makes the Wine prefix if there is none, keeps Wine running while COMMAND runs, and ends it. LIBRARIES: the
# sysroot's bin directory.
#
# Kept running: else the first program of several starts Wine's own services with its standard output, and whoever reads that output to its end waits for them.
#
# Two things that Wine 8 lacks and every Windows has: a keyboard layout in a library (wine-kbdus.c), without which GTK knows neither Return nor arrows; and a
# font for messages that DirectWrite can find, without which GTK shows boxes (14 pixels; GTK makes 11 points of them). In windows it is Inter of 10.5 points, as on Linux, so that
# pictures can be laid beside each other; DirectWrite does not find Inter by the name that Wine has for the font of messages.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
compiler=x86_64-w64-mingw32-gcc-posix
server=/usr/lib/wine/wineserver64
export KITH_WINE_PREFIX=$1
KITH_WINE_PATH=$2:$(dirname "$("$compiler" -print-libgcc-file-name)"):/usr/x86_64-w64-mingw32/lib
export KITH_WINE_PATH
shift 2

# The value of a font in WindowMetrics: a LOGFONTW.
message_font ()
{
  python3 -c 'import struct; print((struct.pack("<5i8B", -14, 0, 0, 0, 400, *[0] * 8) + "DejaVu Sans".encode("utf-16le").ljust(64, b"\0")).hex())'
}

# Waits until all of Wine in this prefix has ended; what does not, by itself, is ended. A program that is started while Wine ends gets a second manager of
# services beside the first, and each of its questions goes to either.
end_wine ()
{
  WINEPREFIX=$KITH_WINE_PREFIX timeout 30 "$server" -w || WINEPREFIX=$KITH_WINE_PREFIX "$server" -k || true
}

set_up ()
{
  local font name
  font=$(message_font)
  "$here/wine.sh" wineboot -i || true # it cannot start what is of 32 bits, and needs none of it
  {
    echo 'Windows Registry Editor Version 5.00'
    echo '[HKEY_CURRENT_USER\Control Panel\Desktop\WindowMetrics]'
    for name in MessageFont CaptionFont MenuFont StatusFont SmCaptionFont; do
      echo "\"$name\"=hex:$(sed 's/../&,/g; s/,$//' <<<"$font")"
    done
    echo '[HKEY_CURRENT_USER\Keyboard Layout\Substitutes]'
    echo '[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Keyboard Layouts\00000409]'
    echo '"Layout File"="kbdus.dll"'
  } >"$KITH_WINE_PREFIX/set-up.reg"
  "$here/wine.sh" regedit /S "Z:$KITH_WINE_PREFIX/set-up.reg"
  end_wine
  for name in "$KITH_WINE_PREFIX"/drive_c/users/*/AppData/Local; do
    mkdir -p "$name/gtk-3.0"
    echo 'window, tooltip { font-family: Inter; font-size: 10.5pt; }' >"$name/gtk-3.0/gtk.css"
  done
  "$compiler" -O2 -shared -static-libgcc -o "$KITH_WINE_PREFIX/drive_c/windows/system32/kbdus.dll" "$here/wine-kbdus.c"
}

mkdir -p "$KITH_WINE_PREFIX"
if [[ ! -f $KITH_WINE_PREFIX/made ]]; then
  set_up </dev/null >"$KITH_WINE_PREFIX/set-up.log" 2>&1 || { cat "$KITH_WINE_PREFIX/set-up.log" >&2; echo "The Wine prefix $KITH_WINE_PREFIX cannot be made." >&2; exit 1; }
  touch "$KITH_WINE_PREFIX/made"
fi

rm -f "$KITH_WINE_PREFIX/keep"
mkfifo "$KITH_WINE_PREFIX/keep"
exec {keep}<>"$KITH_WINE_PREFIX/keep"
"$here/wine.sh" cmd /c pause <"$KITH_WINE_PREFIX/keep" >/dev/null 2>&1 {keep}<&- &
keeper=$!
"$here/wine.sh" cmd /c exit </dev/null >/dev/null 2>&1 {keep}<&- || true # ends when Wine's services run, whoever started them
status=0
"$@" {keep}<&- || status=$?
echo >&"$keep"
wait "$keeper" || true
end_wine
exit "$status"
