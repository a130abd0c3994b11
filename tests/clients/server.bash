# shellcheck shell=bash
# server.bash - what every test with a real client begins with: a directory of
# its own to work in, contd on a port of the system's choice, and an end that
# leaves nothing behind.
#
# CONTD_BINARY names the contd. A script ends with 77 when it cannot be run.

: "${CONTD_BINARY:?the contd to test}"
CONTD_BINARY=$(realpath "$CONTD_BINARY")

ground=$(mktemp -d "${TMPDIR:-/tmp}/contd-client-XXXXXX")
contd_pid=
own=() # other processes to end
url=

# Nobody's settings but ours.
unset http_proxy https_proxy ftp_proxy all_proxy no_proxy \
  HTTP_PROXY HTTPS_PROXY FTP_PROXY ALL_PROXY NO_PROXY
export HOME=$ground/home TMPDIR=$ground/tmp LC_ALL=C.UTF-8
mkdir "$HOME" "$TMPDIR"
cd "$ground" || exit

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# need PROGRAM...: each must be installed.
need() {
  for program in "$@"; do
    command -v "$program" >/dev/null && continue
    echo "${0##*/}: skipped, there is no $program"
    exit 77
  done
}

same() { cmp "$1" "$2" || fail "$2 is not the file $1"; }

# is WHAT VALUE EXPECTED
is() { [ "$2" = "$3" ] || fail "$1 is '$2', not '$3'"; }

# Starts contd with these arguments; sets url. Its access log goes to the file
# (or the pipe) log; fd 3 is what it says.
serve() {
  local line most
  mkfifo said
  # What a busy machine makes slow is not what is looked at here.
  "$CONTD_BINARY" --listen 127.0.0.1:0 --stall 0 "$@" >log 2>said &
  contd_pid=$!
  exec 3<said
  rm said
  read -r line <&3 || fail 'contd did not start'
  echo "$line" >&2
  read -r most <&3 || fail 'how much may it take?'
  [[ $most == 'contd: at most '* ]] || fail "it says: $most"
  [[ $line =~ http://127\.0\.0\.1:[0-9]+ ]] || fail 'where does it listen?'
  # shellcheck disable=SC2034 # for the scripts
  url=${BASH_REMATCH[0]}
}

# Ends contd: 0, all of its processes gone, and not a word more but for how many
# connections there were. Then the log is complete.
stop() {
  local status=0 pid=$contd_pid
  kill -TERM "$pid"
  wait "$pid" || status=$?
  contd_pid=
  grep -v '^contd: connections that ended: ' <&3 >words || true
  exec 3<&-
  if [ "$status" -ne 0 ] || [ -s words ]; then
    fail "contd ends with $status and says: $(cat words)"
  fi
}

# logged PATTERN: how many lines of the log have it.
logged() { grep -c -e "$1" log || true; }

clean_up() {
  local status=$?
  trap - EXIT
  if [ "$status" -ne 0 ] && [ "$status" -ne 77 ] && [ -f log ]; then
    tail -n 40 log >&2
  fi
  for pid in "${own[@]}" $contd_pid; do
    kill -TERM "$pid" || true
  done
  wait
  cd /
  rm -rf "$ground"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
