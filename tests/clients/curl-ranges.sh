#!/usr/bin/env bash
# curl-ranges.sh - several ranges in one answer, exact to the byte.
set -eu
source "$(dirname "$0")/server.bash"
need curl

mkdir www
printf '0123456789abcdefghij' >www/text.txt
head -c 3000000 /dev/urandom >www/big
touch -d '2020-02-02 02:02:02 UTC' www/*
serve www

get() { curl -qsS --fail-with-body -D head -o body "$@"; }
value() { sed -n "s/\r\$//; s/^$1: //ip" head; }

# part TYPE RANGE: what stands in front of a part of the file.
part() {
  printf '\r\n--%s\r\nContent-Type: %s\r\nContent-Range: bytes %s\r\n\r\n' \
    "$boundary" "$1" "$2"
}

is_multipart() {
  is status "$(sed -n '1s/\r$//p' head)" 'HTTP/1.1 206 Partial Content'
  boundary=$(value Content-Type)
  is type "${boundary%%=*}" 'multipart/byteranges; boundary'
  boundary=${boundary#*=}
  boundary=${boundary//\"/}
  is 'Content-Range beside the parts' "$(value Content-Range)" ''
  is length "$(value Content-Length)" "$(wc -c <body)"
}

# In the order asked, and nothing between.
get -r 2-3,-2,0-0 "$url/text.txt"
is_multipart
type=$(curl -qsSI -o /dev/null -w '%{content_type}' "$url/text.txt")
{
  part "$type" 2-3/20
  printf 23
  part "$type" 18-19/20
  printf ij
  part "$type" 0-0/20
  printf '0\r\n--%s--\r\n' "$boundary"
} >expected
same expected body

# Large parts, on a connection that goes on.
get -r 0-999999,1500000-2999999 "$url/big"
is_multipart
{
  part application/octet-stream 0-999999/3000000
  head -c 1000000 www/big
  part application/octet-stream 1500000-2999999/3000000
  tail -c 1500000 www/big
  printf '\r\n--%s--\r\n' "$boundary"
} >expected
same expected body
is connections "$(curl -qsS -w '%{num_connects}' -o body -r 0-9,20-29 \
  "$url/big" --next -qsS -w '%{num_connects}' -o body "$url/big")" 10
same www/big body

# The head alone says the same; GET is what ranges are for.
get -I -r 0-0,2-2 "$url/text.txt"
is 'status of HEAD' "$(sed -n '1s/\r$//p' head)" 'HTTP/1.1 200 OK'
is 'length of HEAD' "$(value Content-Length)" 20

# Overlapping ones are one; so is what else leaves only one.
get -r 0-5,3-9 "$url/text.txt"
is range "$(value Content-Range)" 'bytes 0-9/20'
is body "$(cat body)" 0123456789
get -r 15-,500-600 "$url/text.txt"
is range "$(value Content-Range)" 'bytes 15-19/20'
is body "$(cat body)" fghij

# More bytes than there are is the whole file, many times over.
get -r 0-,0-,0- "$url/text.txt"
is status "$(sed -n '1s/\r$//p' head)" 'HTTP/1.1 200 OK'
same www/text.txt body

# If-Range holds for all parts.
get -r 0-0,2-2 -H 'If-Range: "another"' "$url/text.txt"
is status "$(sed -n '1s/\r$//p' head)" 'HTTP/1.1 200 OK'
same www/text.txt body
stop
