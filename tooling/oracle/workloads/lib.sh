# For workloads: each is run twice in the guest, on Linux with the C nlmon and on the embedded kernel with ours, by
# vm/workload.ts, which compares what is left below $RESULTS. Only what is compared is a program of its own: starting one takes
# a while where processors are emulated.

# run COMMAND: keeps what it printed and its exit status.
run() {
  number=$((number + 1))
  printf -v result '%s/%03d' "$RESULTS" "$number"
  printf '%s' "$1" >"$result.command"
  eval "$1" >"$result.stdout" 2>"$result.stderr" </dev/null
  echo $? >"$result.status"
}

# Makes nlmon0, and captures from it until `capture_end`.
capture_begin() {
  ip link add nlmon0 type nlmon && ip link set nlmon0 up
  : >"$RESULTS/tcpdump"
  tcpdump -i nlmon0 --immediate-mode -U -s 0 -Z root -B 16384 -w "$RESULTS/nlmon0.pcap" 2>"$RESULTS/tcpdump" </dev/null &
  tcpdump=$!
  until [[ $(<"$RESULTS/tcpdump") == *listening* ]]; do sleep 0.1; done
}

# What the tap has seen is in a socket's queue at once: tcpdump has read it when it has read nothing more for a while.
capture_end() {
  sleep 1
  kill -INT $tcpdump
  wait $tcpdump
}
