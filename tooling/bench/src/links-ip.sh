#!/bin/sh
# The same on this machine's kernel with iproute2, in a private network namespace: seconds for each step, or why not.
set -eu
command -v ip >/dev/null || { echo '{"missing":"ip (Debian: iproute2)"}'; exit 0; }
command -v unshare >/dev/null || { echo '{"missing":"unshare (Debian: util-linux)"}'; exit 0; }
batch=$(mktemp)
trap 'rm -f "$batch"' EXIT
i=0
while [ $i -lt 10000 ]; do
  echo "link add m$i group 7 type ${1:-dummy}"
  i=$((i + 1))
done > "$batch"
export batch
unshare -Urn sh -eu -c '
now() { date +%s.%N; }
a=$(now); ip -batch "$batch" || exit 3
b=$(now); ip link show > /dev/null
c=$(now); ip link del group 7
d=$(now)
echo "{\"create\":$(echo "$b - $a" | bc),\"dump\":$(echo "$c - $b" | bc),\"remove\":$(echo "$d - $c" | bc)}" | sed "s/:\\./:0./g"
' 2>/dev/null || echo '{"missing":"a private namespace, or the link kind '"${1:-dummy}"'"}'
