# Everything at once, and somebody who hears of it.
run 'ip link set lo up'
# Not of neighbours: a listener that hears of a bridge's before the bridge asks for it, in between.
listen 'ip monitor link address route rule nexthop'
while read -r command; do run "$command"; done <<'COMMANDS'
ip link add d0 address 02:00:00:00:00:10 type dummy; ip link set d0 up; ip addr add 192.0.2.1/24 dev d0; ip addr add 2001:db8::1/64 dev d0 nodad; ip route add default via 192.0.2.254
ip -d -s link; ip addr; ip route show table all; ip -6 route; ip neigh; ip rule; ip netconf
ip link add br0 address 02:00:00:00:00:20 type bridge; ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02; ip link set v0 master br0
ip link set br0 up; ip link set v0 up; ip link set v1 up; bridge fdb show; bridge vlan show
tc qdisc add dev d0 root handle 1: htb default 1; tc class add dev d0 parent 1: classid 1:1 htb rate 1mbit; tc filter add dev d0 parent 1: protocol ip u32 match ip dst 10.0.0.0/8 flowid 1:1
tc qdisc; tc filter show dev d0
nft add table inet t; nft add chain inet t c "{ type filter hook input priority 0; }"; nft add rule inet t c ct state new counter; nft list ruleset
conntrack -L; conntrack -C
ipset create s hash:ip hashsize 64; ipset add s 10.0.0.1; ipset list; ipset destroy s
ethtool -k v0
ip link add wg0 type wireguard; wg set wg0 listen-port 5555; wg show
ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x1001 mode tunnel enc "cbc(aes)" 0x000102030405060708090a0b0c0d0e0f; ip xfrm state; ip xfrm state flush
genl ctrl list
devlink dev show
nl-link-list; genl-ctrl-list
ip link add x type nosuch; ip link set d0 mtu 5; ip route del 9.9.9.0/24; tc qdisc add dev d0 root nosuch
ip link del d0; ip link del br0; ip link del wg0; nft flush ruleset
COMMANDS
hush
