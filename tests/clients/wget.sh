#!/usr/bin/env bash
# wget.sh - a mirror of a site, over its pages; what is cut goes on.
set -eu
source "$(dirname "$0")/names.bash"
source "$(dirname "$0")/server.bash"
need wget

# A page of each directory names what is in it.
link() {
  local path=$1 shown
  shown=${path//&/&amp;}
  shown=${shown//</&lt;}
  printf '<li><a href="%s">%s</a>\n' "$(escaped "$path")" "$shown"
}

mkdir www
odd_names www
for directory in www www/*/; do
  for path in "$directory"/*; do
    name=${path##*/}
    [ -f "$path" ] || name=$name/
    link "$name"
  done >page
  {
    echo '<!doctype html><meta charset=utf-8><title>odd names</title>'
    cat page
  } >"$directory/index.html"
done
rm page
touch -d '2020-02-02 02:02:02 UTC' www/* www/*/*
serve www

mirror() {
  wget -q --no-config --mirror --no-host-directories --no-parent \
    --restrict-file-names=nocontrol -e robots=off "$@" "$url/"
}
mirror -P copy || fail "wget ends with $?"
diff -r www copy || fail 'the mirror is another'

# Once more: nothing has changed, so nothing comes.
mirror -P copy || fail "wget ends with $?"
diff -r www copy || fail 'the mirror has changed'

# What is cut goes on, what is complete is left alone.
head -c 3000000 /dev/urandom >www/big
head -c 1000000 www/big >big
wget -q --no-config -c "$url/big" || fail "wget ends with $?"
same www/big big
wget -q --no-config -c "$url/big" || fail "wget ends with $?"
same www/big big
stop

is parts "$(logged '/big HTTP/1.1" 206 2000000 ')" 1
is refusals "$(logged '" [45][0-9][0-9] ')" "$(logged '/big HTTP/1.1" 416 ')"
