#!/usr/bin/env bash
# wget-listing.sh - a mirror of a tree without a page in it, over its listings.
set -eu
source "$(dirname "$0")/names.bash"
source "$(dirname "$0")/server.bash"
need wget

mkdir www
odd_names www
mkdir www/empty www/.well-known
echo known >www/.well-known/security.txt
echo secret >www/.hidden
touch -d '2020-02-02 02:02:02 UTC' www/* www/*/* www/.well-known/*
serve --listing on www

wget -q --no-config --mirror --no-host-directories --no-parent \
  --restrict-file-names=nocontrol -e robots=off -P copy "$url/" ||
  fail "wget ends with $?"

# Each listing was saved as a page; besides them the copy is the tree.
[ -s copy/index.html ] || fail 'no listing was saved'
find copy -name 'index.html*' -delete
rm www/.hidden
mkdir -p copy/empty
diff -r www copy || fail 'the mirror is another'
stop

is 'refused requests' "$(logged '" [45][0-9][0-9] ')" 0
