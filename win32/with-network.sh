#!/bin/bash
# with-network.sh COMMAND... - runs COMMAND on a network of its own, as its root: a computer that has nothing but loopback. Wine has to be started inside of it:
# sockets are opened by its server, one for all of a prefix. --try only finds out whether that is permitted here.
set -euo pipefail
alone=(unshare --net)
((EUID == 0)) || alone=(unshare --user --map-root-user --net)
[[ ${1:-} != --try ]] || exec "${alone[@]}" true
exec "${alone[@]}" sh -c 'ip link set lo up && exec "$@"' sh "$@"
