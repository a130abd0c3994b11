#!/usr/bin/env bash
# curl.sh - what people do with curl: fetch, resume, ask again, many at once.
set -eu
source "$(dirname "$0")/server.bash"
need curl

get() { curl -qsS --fail-with-body "$@"; }

mkdir www
head -c 3000000 /dev/urandom >www/big
echo 'a page' >www/page.html
touch -d '2020-02-02 02:02:02 UTC' www/*
serve --listen "unix:$ground/socket" www

# A download that is cut goes on where it ended.
curl -qs "$url/big" | head -c 1000000 >big
get -C - -o big "$url/big"
same www/big big

# Complete already: nothing is left to send, and nothing is changed.
is status "$(curl -qsS -C - -o big -w '%{http_code}' "$url/big")" 416
same www/big big

# The same, tied to the version: the same one goes on,
get --etag-save tag -o /dev/null "$url/big"
tag=$(cat tag)
head -c 1000000 www/big >big
get -C - -H "If-Range: $tag" -o big "$url/big"
same www/big big

# another one comes as a whole,
head -c 2000000 /dev/urandom >new
touch -d '2021-02-02 02:02:02 UTC' new
mv new www/big
is status "$(get -r 1000000- -H "If-Range: $tag" -o big -w '%{http_code}' \
  "$url/big")" 200
same www/big big

# and where curl wants the rest it is told that this is not to be had (33).
head -c 500000 /dev/zero >big
cp big kept
status=0
get -C - -H "If-Range: $tag" -o big "$url/big" 2>/dev/null || status=$?
is 'end of curl' "$status" 33
same kept big

# Conditions: by date, by the date of a file, by tag.
code() { curl -qsS -o /dev/null -w '%{http_code}' "$@" "$url/page.html"; }
date='Sun, 02 Feb 2020 02:02:02 GMT'
before='Sun, 02 Feb 2020 02:02:01 GMT'
after='Sun, 02 Feb 2020 02:02:03 GMT'
is 'newer than itself' "$(code -z "$date")" 304
is 'newer than a second before' "$(code -z "$before")" 200
is 'older than a second after' "$(code -z "-$after")" 200
is 'older than a second before' "$(code -z "-$before")" 412
get -R -o page "$url/page.html"
same www/page.html page
get -z page -o again "$url/page.html"
get --etag-save tag -o page "$url/page.html"
get --etag-compare tag -o again "$url/page.html"
[ ! -s again ] || fail 'what is not modified has content'

# HTTP/1.0, with and without a connection that stays.
get --http1.0 -o page "$url/page.html"
same www/page.html page
connects() { get -w '%{num_connects}' -o page -o page "$@"; }
is connections "$(connects --http1.0 "$url/page.html" "$url/page.html")" 11
is connections "$(connects --http1.0 -H 'Connection: keep-alive' \
  "$url/page.html" "$url/page.html")" 10
is connections "$(connects "$url/page.html" "$url/page.html")" 10

# A head alone, on a connection that goes on; content that nobody wants.
is length "$(get -I "$url/big" -w '%header{content-length}' -o /dev/null)" \
  2000000
is refusals "$(curl -qsS -o /dev/null -o /dev/null -o page \
  -w '%{http_code} ' -T www/page.html "$url/page.html" \
  --next -qsS -o /dev/null -w '%{http_code} ' -d a=b "$url/page.html" \
  --next -qsS -o page -w '%{http_code}' "$url/page.html")" '405 405 200'
same www/page.html page
is 'a large upload' "$(curl -qsS -o /dev/null -w '%{http_code}' \
  -T www/big "$url/page.html")" 405

# A socket in the file system.
get --unix-socket socket -o page http://contd/page.html
same www/page.html page

# Two hundred at once.
mkdir many
for i in {1..200}; do
  head -c $((i * 997)) www/big >"www/$i"
done
get -Z --no-progress-meter --parallel-max 50 -o 'many/#1' "$url/[1-200]"
for i in {1..200}; do
  same "www/$i" "many/$i"
done
stop

is 'parts in the log' "$(logged '"GET /big HTTP/1.1" 206 2000000 ')" 2
