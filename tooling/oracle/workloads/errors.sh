# What is refused, and with which words: of iproute2, and of messages that no program would send.
run 'ip link set lo up; ip link add d0 address 02:00:00:00:00:10 type dummy; ip link add nlmon0 type nlmon; ip link set nlmon0 up'
while read -r command; do run "$command"; done <<'COMMANDS'
ip link add x0 type nosuch
ip link add d0 type dummy
ip link set d0 mtu 99999999
ip link set lo mtu -1
ip link add bad mtu 10 type veth peer name bad2
ip link set d0 address 01:00:00:00:00:00
ip link set d0 address 00:11:22
ip link set d0 name nlmon0
ip link set d0 name this-name-is-way-too-long
ip link set d0 name a/b
ip link add "" type dummy
ip link del lo
ip link del nosuch
ip link set dev nosuch up
ip link set d0 master lo
ip link set d0 master d0
ip link set d0 netns 999999
ip link set d0 vf 0 mac 02:00:00:00:00:01
ip link set d0 xdp obj /nosuch
ip link add link nosuch name v type dummy
ip addr add 10.0.0.1/33 dev d0
ip addr add 10.0.0.1/24 dev d0; ip addr add 10.0.0.1/24 dev d0
ip addr del 10.0.0.9/24 dev d0
ip -6 addr add fe80::1/129 dev d0
ip addr add 10.0.0.1/24 peer 10.0.0.2 dev d0 valid_lft 5 preferred_lft 10
ip route add 1.2.3.0/24 via 9.9.9.9
ip route add 1.2.3.4/24 dev lo
ip route add default via 10.0.0.1 dev d0
ip route del 7.7.7.0/24
ip route get 1.2.3.4
ip -6 route add ::/0 via fe80::1
ip route add 5.5.5.0/24 nhid 77
ip nexthop add id 1 group 1
ip nexthop add id 0 blackhole
ip rule del prio 777
ip neigh add 10.0.0.5 dev d0
ip neigh del 10.0.0.5 dev lo
ethtool -L d0 rx 4
ip netns set nosuch 5
ip link property add dev d0 altname d0
ip link property add dev d0 altname xx altname xx
ip link property del dev d0 altname nosuch
ip link set d0 group 99999999999
ip link add x1 numtxqueues 5000 type dummy
ip link add x1 numtxqueues 0 type dummy
ip link add x2 index 1 type dummy
ip link add x2 index -5 type dummy
ip link set nlmon0 type dummy
ip link set nlmon0 mtu 15
ip link add nlmon0 type nlmon
ip link add nlmon9 address 00:11:22:33:44:55 type nlmon
COMMANDS
run "PYTHONPATH=$here python3 $here/errors.py"
