#!/bin/bash
# with-display.sh COMMAND... - runs COMMAND on a display of its own: Xvfb with a window manager. The screen is larger than the windows of the tests.
# Wine has to be started inside of it: the first program decides for all of a prefix whether there is a display.
set -euo pipefail
log=$(mktemp)
fifo=$(mktemp -u)
mkfifo -m 600 "$fifo"
# shellcheck disable=SC2317 # called by trap
finish ()
{
  kill "${manager:-}" "${display:-}" 2>/dev/null || true
  wait || true
  rm -f "$log" "$fifo"
}
trap finish EXIT
Xvfb -displayfd 3 -screen 0 1400x900x24 -nolisten tcp 3>"$fifo" >"$log" 2>&1 &
display=$!
if ! IFS= read -r -t 60 number <"$fifo"; then
  cat "$log" >&2
  echo "Xvfb does not start." >&2
  exit 1
fi
export DISPLAY=:$number
unset WAYLAND_DISPLAY
openbox >"$log" 2>&1 &
manager=$!
status=0
"$@" || status=$?
exit "$status"
