#!/usr/bin/env bash
# aria2.sh - sixteen connections take one file in pieces.
set -eu
source "$(dirname "$0")/server.bash"
need aria2c

mkdir www
head -c $((64 * 1024 * 1024)) /dev/urandom >www/large
serve www

aria2c --no-conf -q -x16 -s16 -k1M --file-allocation=none -o large \
  "$url/large" || fail "aria2c ends with $?"
same www/large large
stop

[ "$(logged '"GET /large HTTP/1.1" 206 ')" -ge 15 ] ||
  fail 'the pieces were not taken at once'
