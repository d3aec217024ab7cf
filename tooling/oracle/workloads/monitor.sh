# Listeners: what is told to whom, once for each of them.
run 'ip link set lo up'
# Not of configurations: a listener that hears of one before the link is told of asks for the link, in between.
listen 'ip -d monitor link address route neigh rule nexthop nsid'
run 'ip link add d0 address 02:00:00:00:00:10 type dummy'
run 'ip link set d0 up'
run 'ip addr add 192.0.2.1/24 dev d0'
run 'ip route add 10.0.0.0/8 via 192.0.2.9'
run 'ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev d0'
run 'ip rule add prio 55 lookup 55'
run 'ip nexthop add id 5 via 192.0.2.7 dev d0'
run 'ip nexthop add id 6 group 5; ip route add 10.6.0.0/16 nhid 6'
run 'ip -6 addr add 2001:db8::1/64 dev d0 nodad; ip -6 route add 2001:db8:f::/48 via 2001:db8::9'
run 'ip link set d0 mtu 1300'
run 'ip addr del 192.0.2.1/24 dev d0'
run 'ip link set d0 down'
run 'ip rule del prio 55'
hush
# One for each of them.
listen 'ip monitor link'
listen 'ip -j monitor link'
listen 'bridge monitor link'
run 'ip link set d0 up'
run 'ip link set d0 down'
run 'ip link set d0 alias foo'
hush
# Nobody but the program itself.
run 'ip link set d0 up'
listen 'ip monitor label route address'
run 'ip addr add 192.0.2.77/24 dev d0; ip addr del 192.0.2.77/24 dev d0'
hush
listen 'ip monitor netconf'
run 'sysctl -qw net.ipv4.conf.d0.forwarding=1 net.ipv6.conf.d0.ignore_routes_with_linkdown=1'
hush
run 'ip netns add other; ip netns set other 9'
listen 'ip monitor all-nsid'
run 'ip -n other link add x0 address 02:00:00:00:00:11 type dummy'
run 'ip -n other link set x0 up'
run 'ip -n other link del x0'
hush
run 'ip netns del other'
run 'ip link del d0'
