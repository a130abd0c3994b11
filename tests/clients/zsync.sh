#!/usr/bin/env bash
# zsync.sh - of a new version only what is new: many ranges in one request.
set -eu
source "$(dirname "$0")/server.bash"
need zsync zsyncmake

mkdir www
head -c 4000000 /dev/urandom >old
{
  head -c 500000 old
  head -c 100000 /dev/urandom
  tail -c +500001 old | head -c 2000000
  head -c 50000 /dev/urandom
  tail -c +3000001 old
} >www/new
zsyncmake -u new -o www/new.zsync www/new 2>/dev/null
serve www

zsync -s -i old -o new "$url/new.zsync" >said.zsync 2>&1 ||
  fail "zsync ends with $?: $(cat said.zsync)"
same www/new new
stop

[ "$(logged '"GET /new HTTP/1.1" 206 ')" -gt 0 ] || fail 'there were no ranges'
is 'whole answers' "$(logged '"GET /new HTTP/1.1" 200 ')" 0
