# session.sh NAME...: has each of these workloads in a network namespace of its own, in which $CAPTURE writes what spy0 sees.
here=${BASH_SOURCE%/*}
if [[ $1 != in-namespace ]]; then
  for name; do
    mkdir -p "$RESULTS/$name"
    RESULTS=$RESULTS/$name unshare -n -m --propagation private bash "$here/session.sh" in-namespace "$here/$name.sh" || exit
  done
  exit
fi

# Names of namespaces, and files of interfaces, are this one's.
umount /sys && mount -t sysfs sys /sys && mount -t tmpfs netns /run/netns || exit
ip link add spy0 type nlmon && ip link set spy0 up || exit
mkdir "$RESULTS/tmp"
cd "$RESULTS/tmp" || exit
. "$here/lib.sh"
$CAPTURE "$RESULTS/spy0.capture" >"$RESULTS/capture.txt" 2>&1 </dev/null &
capture=$!
# Both begin their file when they see what passes.
until [[ -s $RESULTS/spy0.capture ]]; do
  kill -0 $capture || exit
  pause 0.1
done
settle
# Only what lies between these is compared.
ip link show dev workload-begins 2>/dev/null
counted >"$RESULTS/counted"
. "$2"
settle
counted >>"$RESULTS/counted"
ip link show dev workload-ends 2>/dev/null
settle
kill -INT $capture || exit
# One that does not hear of it is told again, and then ended, which is a failure.
for ((tries = 600; tries > 0; tries--)); do
  kill -0 $capture 2>/dev/null || break
  ((tries == 300)) && kill -INT $capture
  ((tries == 1)) && kill -KILL $capture
  pause 0.1
done
wait $capture || exit
