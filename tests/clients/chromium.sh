#!/usr/bin/env bash
# chromium.sh - a browser plays a long recording and jumps to its end.
#
# The page tells us what happened by asking for it: the access log is a pipe
# here, so that whoever waits for a line of it sleeps until it comes.
set -eu
source "$(dirname "$0")/server.bash"
for browser in chromium chromium-browser google-chrome; do
  command -v "$browser" >/dev/null && break
done
need "$browser" python3

# Ten minutes of silence, most of it a hole.
mkdir www
python3 - <<'END'
import struct
rate, seconds = 44100, 600
size = rate * 4 * seconds
with open('www/sound.wav', 'wb') as f:
    f.write(struct.pack('<4sI8sIHHIIHH4sI', b'RIFF', 36 + size, b'WAVEfmt ',
        16, 1, 2, rate, rate * 4, 4, 16, b'data', size))
    f.truncate(44 + size)
END
cat >www/index.html <<'END'
<!doctype html>
<title>jump</title>
<audio id=sound preload=auto src=sound.wav></audio>
<script>
const tell = what => fetch('told/' + encodeURIComponent(what));
sound.onerror = () => tell('error ' + sound.error.message);
sound.onloadedmetadata = () => sound.currentTime = 595;
sound.onseeked = () => {
  const from = sound.currentTime;
  sound.muted = true;
  sound.onended = () => tell(`from ${from} to ${sound.currentTime}`);
  sound.playbackRate = 16;
  sound.play().catch(e => tell('error ' + e));
};
</script>
END

mkfifo log
exec 4<>log
serve www

# The first line is its process; the last one comes when all of them are gone.
browse() {
  # shellcheck disable=SC2016 # for the other shell
  bash -c 'echo $$ >&4; exec "$@" 3<&- 4<&-' - "$browser" --headless \
    --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
    --disable-extensions --disable-background-networking --mute-audio \
    --autoplay-policy=no-user-gesture-required --remote-debugging-port=0 \
    --user-data-dir="$ground/profile" "$url/" 2>&1 | cat >words-of-browser
  echo 'the browser is gone' >&4
}
browse &
browsing=$!
read -r pid <&4
own+=("$pid")

while read -r line <&4; do
  echo "$line" >>lines
  case $line in
  *'GET /told/from%20595%20to%20600 '*) break ;;
  *'GET /told/'*) fail "it does not play: $line" ;;
  'the browser is gone') fail "it ended: $(cat words-of-browser)" ;;
  esac
done
kill -TERM "$pid"
wait "$browsing"
own=()
stop

# What else is in the pipe, as far as here.
echo end >&4
while read -r line <&4 && [ "$line" != end ]; do
  echo "$line" >>lines
done
exec 4<&-
mv lines log

# It did not load what it jumped over: five seconds are 882,000 bytes.
grep -qE '"GET /sound.wav HTTP/1.1" 206 [89][0-9]{5} ' log ||
  fail 'the end was not asked for by itself'
