# What nlmon counts.
show='ip -s -j link show nlmon0'
run 'ip link add nlmon0 type nlmon'
run 'ip -s -s -j link show nlmon0'
run "ip link show lo; $show"
run 'ip link set nlmon0 up'
run "$show"
run 'ip link show lo'
run "$show"
run "$show"
run 'cat /sys/class/net/nlmon0/statistics/rx_packets /sys/class/net/nlmon0/statistics/rx_bytes'
run 'ip -s -s -d -j link show nlmon0'
run 'grep . /sys/class/net/nlmon0/statistics/*'
run 'grep -v spy0 /proc/net/dev'
run 'ip -j stats show dev nlmon0 group link; ip -j stats show dev nlmon0'
run 'ip link set nlmon0 down'
run 'ip link set nlmon0 up'
run "$show"
run 'ip link set nlmon0 down; ip link set nlmon0 name other; ip -s -j link show other; ip link set other name nlmon0; ip link set nlmon0 up'
run 'ip netns add st; ip link set nlmon0 netns st; ip -n st -s -j link show nlmon0; ip -n st link set nlmon0 up; ip -n st link show lo; ip -n st -s -j link show nlmon0'
run "ip -n st link set nlmon0 netns \$\$; ip link set nlmon0 up; $show; ip netns del st"
run "ip link del nlmon0; ip link add nlmon0 type nlmon; $show"
run 'ip link set nlmon0 up; cat /sys/class/net/nlmon0/statistics/rx_packets /sys/class/net/nlmon0/statistics/rx_bytes'
run 'ip link set nlmon0 down; cat /sys/class/net/nlmon0/statistics/rx_packets /sys/class/net/nlmon0/statistics/rx_bytes'
run 'ip link set nlmon0 up; ip link set nlmon0 up; ip link set nlmon0 up; cat /sys/class/net/nlmon0/statistics/rx_packets'
run 'ip -s -j link show lo'
run 'ip link set nlmon0 down; ip link set nlmon0 mtu 16; ip link set nlmon0 up; cat /sys/class/net/nlmon0/statistics/rx_bytes; ip link show lo >/dev/null; cat /sys/class/net/nlmon0/statistics/rx_bytes /sys/class/net/nlmon0/statistics/tx_dropped /sys/class/net/nlmon0/statistics/rx_dropped'
run "PYTHONPATH=$here python3 $here/nlmon-stats.py"
run 'ip link del nlmon0'
