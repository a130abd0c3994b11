#!/usr/bin/env bash
# git.sh - a repository as files: git's "dumb" protocol.
set -eu
source "$(dirname "$0")/server.bash"
need git

export GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org

commit() {
  git -C work add .
  git -C work commit -q -m "$1"
  git -C work push -q "$ground/www/repo.git" HEAD:refs/heads/main --tags
  git -C www/repo.git update-server-info
}

git init -q -b main work
git init -q -b main --bare www/repo.git
mkdir work/directory
head -c 300000 /dev/urandom >work/binary
for i in {1..100}; do
  echo "file $i" >"work/directory/$i"
done
commit one
serve www

# Every object is a file of its own.
git clone -q "$url/repo.git" loose || fail "git clone ends with $?"
diff -r -x .git work loose || fail 'the clone is another'

# What was pushed since then.
echo more >work/more
git -C work tag -a -m 'a tag' v1
commit two
git -C loose pull -q || fail "git pull ends with $?"
diff -r -x .git work loose || fail 'the pulled tree is another'

# All of them in a pack.
git -C www/repo.git gc -q
git clone -q "$url/repo.git" packed || fail "git clone ends with $?"
git -C packed fsck --strict --full --no-progress || fail 'the clone is broken'
diff -r -x .git work packed || fail 'the clone of the pack is another'
is head "$(git -C packed rev-parse HEAD)" "$(git -C work rev-parse HEAD)"
is tag "$(git -C packed rev-parse v1)" "$(git -C work rev-parse v1)"

# Once more, for whoever has it all already.
is news "$(git -C packed fetch 2>&1)" ''
stop
[ "$(logged '\.pack HTTP/1.1" 200')" -gt 0 ] || fail 'no pack was fetched'
