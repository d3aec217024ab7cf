# What programs put into nlmon0 is counted, and captured like netlink.
run 'ip link add nlmon0 type nlmon; ip link set nlmon0 up'
run "PYTHONPATH=$here python3 $here/nlmon-inject.py"
run 'ip addr add 192.0.2.1/24 dev nlmon0; ip -4 route show table all dev nlmon0'
run 'ip addr flush dev nlmon0; ip -6 addr add 2001:db8::1/64 nodad dev nlmon0'
run 'ip route add 10.0.0.0/8 dev nlmon0'
run 'ip -s -j link show nlmon0'
run 'tc qdisc show dev nlmon0'
run 'ip link del nlmon0'
