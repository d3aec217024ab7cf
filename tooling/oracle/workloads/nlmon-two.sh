# Two that see the same, and in which order.
run 'ip link add nlmon0 type nlmon; ip link set nlmon0 up'
run 'ip link add nlmon1 type nlmon; ip link set nlmon1 up'
run 'ip link show lo'
run 'ip link add d0 address 02:00:00:00:00:10 type dummy; ip link set d0 up; ip link del d0'
run 'for f in nlmon0 nlmon1; do cat /sys/class/net/$f/statistics/rx_packets /sys/class/net/$f/statistics/rx_bytes; done'
run 'ip -s -d -j link show nlmon0; ip -s -d -j link show nlmon1'
run "PYTHONPATH=$here python3 $here/nlmon-two.py"
run 'ip link del nlmon0; ip link del nlmon1'
