#!/usr/bin/env bash
# curl-codings.sh - neighbours that are compressed already, as curl asks for
# them: .br, .zst, .gz.
set -eu
source "$(dirname "$0")/server.bash"
need curl gzip
has() { [[ " $(curl -qV | sed -n 's/^Features: //p') " == *" $1 "* ]]; }

# little NUMBER: its three bytes, the low one first.
little() {
  printf '%b' "$(printf '\\x%02x\\x%02x\\x%02x' \
    $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)))"
}

# The text as it is in one uncompressed block: no other program is needed.
as_brotli() { # RFC 7932, 9.2
  little $((1 << 20 | (${#1} - 1) << 4))
  printf '%s\x03' "$1"
}
as_zstd() { # RFC 8878, 3.1.1: its length in the header, one last raw block
  printf '\x28\xb5\x2f\xfd\x20'
  printf '%b' "$(printf '\\x%02x' "${#1}")"
  little $((${#1} << 3 | 1))
  printf '%s' "$1"
}

# Each says what it is, so that what was sent can be told from what was read.
mkdir www
printf plain >www/page.html
printf 'was gzip' | gzip -c >www/page.html.gz
as_brotli 'was brotli' >www/page.html.br
as_zstd 'was zstd' >www/page.html.zst
printf plain >www/old.html
printf 'too old' | gzip -c >www/old.html.gz
printf plain >www/alone.html
touch -d '2020-02-02 02:02:02 UTC' www/*
touch -d '2019-02-02 02:02:02 UTC' www/old.html.gz
serve www

get() { curl -qsS --fail-with-body -D head "$@"; }
value() { sed -n "s/\r\$//; s/^$1: //ip" head; }
tags=()

# sends CODING TEXT [CURL OPTION...]: page.html comes so coded, and as curl
# decodes it is this text. Its version is like no other's.
sends() {
  is "with ${*:3}" "$(get "${@:3}" "$url/page.html")" "$2"
  is "coding with ${*:3}" "$(value Content-Encoding)" "$1"
  is vary "$(value Vary)" Accept-Encoding
  is type "$(value Content-Type)" 'text/html; charset=utf-8'
  tags+=("$(value ETag)")
}

sends '' plain
sends '' plain --compressed -H 'Accept-Encoding;'
sends gzip 'was gzip' --compressed -H 'Accept-Encoding: gzip'
sends gzip 'was gzip' --compressed -H 'Accept-Encoding: br;q=0, x-gzip'
if has brotli; then
  sends br 'was brotli' --compressed -H 'Accept-Encoding: br'
  sends br 'was brotli' --compressed -H 'Accept-Encoding: gzip, br, zstd'
  sends br 'was brotli' --compressed
else
  sends gzip 'was gzip' --compressed
fi
if has zstd; then
  sends zstd 'was zstd' --compressed -H 'Accept-Encoding: gzip, zstd'
  sends zstd 'was zstd' --compressed -H 'Accept-Encoding: br;q=0.5, zstd'
fi
is 'tags of one form' "${tags[0]}" "${tags[1]}"
is 'tags of another' "${tags[2]}" "${tags[3]}"
[ "${tags[0]}" != "${tags[2]}" ] || fail 'two forms have one tag'

# A form is not modified as long as its own tag holds.
same_still() { get -o /dev/null -w '%{http_code}' "$@" "$url/page.html"; }
gzip=(-H 'Accept-Encoding: gzip')
is plain "$(same_still -H "If-None-Match: ${tags[0]}")" 304
is 'Vary of a 304' "$(value Vary)" Accept-Encoding
is gzip "$(same_still "${gzip[@]}" -H "If-None-Match: ${tags[2]}")" 304
is 'plain for gzip' \
  "$(same_still "${gzip[@]}" -H "If-None-Match: ${tags[0]}")" 200

# A part of a form is a part of its bytes.
tail -c +6 www/page.html.gz >expected
get "${gzip[@]}" -r 5- -o part "$url/page.html"
same expected part
is coding "$(value Content-Encoding)" gzip

# Older than its source it is of another version; by its own name it is a file.
is 'an old neighbour' "$(get --compressed "$url/old.html")" plain
is 'no neighbour' "$(get --compressed "$url/alone.html")" plain
get --compressed -o copy "$url/page.html.gz"
same www/page.html.gz copy
is 'coding of the neighbour itself' "$(value Content-Encoding)" ''

# Whoever takes none of the forms that there are hears so.
is refusal "$(curl -qsS -o /dev/null -w '%{http_code}' \
  -H 'Accept-Encoding: deflate, identity;q=0' "$url/page.html")" 406

stop
