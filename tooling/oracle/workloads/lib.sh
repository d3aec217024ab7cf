# For workloads. vm/conversations.ts has each run twice, on Linux with the C nlmon and on the embedded kernel with ours, and compares what is left
# below $RESULTS. What is not compared is done without starting programs: that takes a while where processors are emulated.

# Nothing ever comes from it: `read -t` waits without a program.
folder=$(mktemp -d) || exit
mkfifo "$folder/quiet" || exit
exec {quiet}<>"$folder/quiet" || exit
rm -r "$folder"
pause() { read -r -t "$1" -u $quiet; }

begin() {
  number=$((number + 1))
  printf -v result '%s/%03d' "$RESULTS" "$number"
  printf '%s' "$1" >"$result.command"
}

# run COMMAND: keeps what it printed and its exit status.
run() {
  begin "$1"
  eval "$1" >"$result.stdout" 2>"$result.stderr" </dev/null
  echo $? >"$result.status"
}

# Waits until nothing has passed spy0 for a while.
settle() {
  local last seen= still=0
  while ((still < 4)); do
    pause 0.15
    last=$seen
    { read -r seen </sys/class/net/spy0/statistics/rx_packets; } 2>/dev/null
    if [[ $seen == "$last" ]]; then still=$((still + 1)); else still=0; fi
  done
}

# Whether a process has a netlink socket that is in groups. libnl puts a number of its own above the process's.
is_listening() {
  local socket protocol port groups rest
  while read -r socket protocol port groups rest; do
    [[ $port == [0-9]* && $groups != 00000000 ]] && (((port & 0x3fffff) == $1)) && return
  done </proc/net/netlink
  return 1
}

# listen COMMAND: runs it until `hush`, from now on without what it says when it begins.
listeners=()
listen() {
  begin "$1 &"
  eval "exec $1" >"$result.stdout" 2>"$result.stderr" </dev/null &
  listeners+=($!)
  echo listened >"$result.status"
  local patience=600
  until is_listening $! || ! kill -0 $! 2>/dev/null || ((patience-- == 0)); do pause 0.1; done
  settle
}

hush() {
  settle
  kill -INT "${listeners[@]}" 2>/dev/null
  wait "${listeners[@]}" 2>/dev/null
  listeners=()
}

# What spy0 has counted so far.
counted() {
  local packets octets
  read -r packets </sys/class/net/spy0/statistics/rx_packets
  read -r octets </sys/class/net/spy0/statistics/rx_bytes
  echo "$packets $octets"
}
