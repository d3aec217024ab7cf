# What the golden of this name has under strace, whose own output would be of ports and descriptors.
while read -r command; do run "$command"; done <<'COMMANDS'
ip link add d0 address 02:00:00:00:00:10 type dummy
ip -d -s link show
ip link set d0 up mtu 1400
ip addr add 192.0.2.1/24 dev d0
ip addr show dev d0
ip route add 10.0.0.0/8 via 192.0.2.9 metric 7
ip route show table all
ip -6 route show table all
ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev d0
ip neigh show
ip rule show
ip link add v0 type veth peer name v1
ip link add br0 type bridge
bridge fdb show
tc qdisc add dev d0 root handle 1: htb default 1
tc -s qdisc show dev d0
tc filter add dev d0 parent 1: protocol ip u32 match ip dst 10.0.0.0/8 flowid 1:1
tc filter show dev d0
genl ctrl get name nlctrl
ethtool -k d0
ss -tan
ss -xa
nft add table inet t
nft list ruleset
ip xfrm state
ip link add x type nosuch
ip link del d0
ip nexthop add id 5 blackhole
ip nexthop show
ip netconf show
ip ntable show dev lo
COMMANDS
