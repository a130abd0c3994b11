# shellcheck shell=bash
# names.bash - names that ask for care.

# odd_names DIRECTORY: files in it and below; each holds its own name. (Not
# "%41": wget saves it as "A".)
odd_names() {
  local name odd=(plain.txt 'two words.txt' 'größe.txt' '100%.txt' "it's.txt"
    '"quoted".txt' 'a&b.txt' 'a&amp;b.txt' '<b>.txt'
    'what?.txt' 'part#2.txt' 'a;b.txt' 'a+b=c.txt' '~tilde.txt' '日本.txt'
    '[1].txt' 'back\slash.txt' 'a:b.txt' '-dash.txt' 'dots..txt' 'trailing '
    "\$HOME.txt" "\`x\`.txt" '{1,2}.txt' '|.txt' 'UPPER.TXT')
  for name in "${odd[@]}"; do
    printf '%s' "$name" >"$1/$name"
  done
  for name in 'sub directory' 'Größe 100%' "it's \"that\" & <more>?#"; do
    mkdir "$1/$name"
    printf '%s' "$name" >"$1/$name/within $name"
    printf '%s' "$name" >"$1/$name/plain.txt"
  done
}

# escaped TEXT: as it stands in a reference; its slashes stay.
escaped() {
  local LC_ALL=C byte i
  for ((i = 0; i < ${#1}; i++)); do
    byte=${1:i:1}
    case $byte in
    [A-Za-z0-9._~/-]) printf %s "$byte" ;;
    *) printf '%%%02X' "'$byte" ;;
    esac
  done
}
