#!/bin/sh
# install-config.sh SAMPLE FILE - puts the sample into place as the configuration, unless there is one.
set -eu
target=${DESTDIR:-}$2
[ -e "$target" ] && exit 0
mkdir -p "$(dirname "$target")"
cp "$1" "$target"
chmod 644 "$target"
