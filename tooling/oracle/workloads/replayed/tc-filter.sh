# Filters, chains, blocks and actions.
run 'ip link set lo up; ip link add d0 address 02:00:00:00:00:10 type dummy; ip link add d1 address 02:00:00:00:00:11 type dummy; ip link set d0 up; ip link set d1 up'
run 'tc qdisc add dev d0 root handle 1: htb; tc qdisc add dev d1 clsact; tc class add dev d0 parent 1: classid 1:1 htb rate 10mbit'
listen 'tc monitor'
while read -r filter; do run "tc filter add dev $filter"; done <<'FILTERS'
d0 parent 1: protocol ip prio 10 u32 match ip dst 10.0.0.0/8 match ip dport 80 0xffff flowid 1:1
d0 parent 1: protocol ip prio 20 handle 6 fw classid 1:1
d0 parent 1: protocol all prio 30 matchall action drop
d0 parent 1: protocol ip prio 40 basic match "cmp(u8 at 0 layer network mask 0xf eq 5) and meta(priority eq 3)" classid 1:1
d0 parent 1: prio 50 protocol ip route from 5 classid 1:1
d0 parent 1: prio 60 protocol ip flow hash keys src,dst divisor 16 perturb 10 baseclass 1:1
d0 parent 1: prio 70 protocol ip cgroup
d0 parent 1: prio 80 protocol ip bpf bytecode "4,40 0 0 12,21 0 1 2048,6 0 0 262144,6 0 0 0" flowid 1:1
d1 ingress protocol ip prio 1 flower dst_ip 10.1.0.0/16 ip_proto tcp dst_port 80-90 tcp_flags 0x2/0x12 skip_hw action mirred egress redirect dev d0
d1 ingress protocol 802.1q prio 2 flower vlan_id 10 vlan_ethtype ipv6 src_ip 2001:db8::/32 action vlan pop
d1 egress protocol ip chain 5 prio 3 flower ip_proto udp action vlan push id 7 protocol 802.1ad priority 3 pipe action goto chain 6
d1 egress protocol ip prio 4 flower ip_proto icmp type 8 code 0 action police rate 1mbit burst 10k conform-exceed drop/pipe
d1 egress protocol ip prio 5 flower ct_state +trk+est ct_zone 3 action ct commit zone 3 mark 5 nat src addr 10.0.0.1 pipe action gact pass
d1 egress protocol ip prio 6 flower enc_key_id 55 enc_dst_ip 192.0.2.9 action tunnel_key unset pipe action skbedit mark 7 priority 1:1
d1 egress protocol ip prio 7 flower action pedit munge ip ttl set 64 munge ip src set 10.9.9.9 pipe action csum ip pipe action nat ingress 10.0.0.0/8 192.0.2.1
FILTERS
hush
while read -r command; do run "$command"; done <<'COMMANDS'
tc filter show dev d0
tc -d filter show dev d0
tc -j filter show dev d0 parent 1:
tc -d filter show dev d1 ingress
tc -j filter show dev d1 ingress
tc -d -j filter show dev d1 egress
tc filter get dev d1 ingress protocol ip prio 1 handle 1 flower
tc chain add dev d1 ingress chain 9 flower dst_ip 0.0.0.0/8; tc chain show dev d1 ingress; tc -j chain show dev d1 egress
tc qdisc add dev d0 ingress_block 22 ingress; tc filter add block 22 protocol ip prio 1 matchall action ok; tc -j filter show block 22
tc filter replace dev d0 parent 1: protocol ip prio 20 handle 6 fw classid 1:1 action ok
tc filter del dev d1 ingress protocol ip prio 1
tc filter del dev d0 parent 1: prio 20
tc filter del dev d1 egress
tc filter add dev d0 parent 1: protocol ip prio 10 nosuch
tc filter add dev d0 parent 7: protocol ip prio 10 matchall
tc filter add dev d1 ingress protocol ip prio 1 flower dst_port 80
tc filter del dev d1 ingress prio 999 protocol ip flower
COMMANDS
# Without "simple": of its text tc sends what happens to stand behind it, too.
while read -r action; do run "tc actions add action $action index 7"; done <<'ACTIONS'
gact drop
gact reclassify random determ ok 5
mirred egress mirror dev d0
police rate 1mbit burst 20k mtu 2k drop
vlan push id 5
vlan push_eth dst_mac 02:00:00:00:00:01 src_mac 02:00:00:00:00:02
skbedit mark 5 queue_mapping 2
csum ip tcp udp
nat egress 10.0.0.1/32 10.0.0.2
pedit ex munge eth dst set 02:00:00:00:00:09
connmark zone 4
ctinfo dscp 0x3f 0x40 cpmark 0x80
mpls push label 100 tc 3 ttl 64
sample rate 10 group 5 trunc 100
skbmod set dmac 02:00:00:00:00:03
tunnel_key set src_ip 192.0.2.1 dst_ip 192.0.2.2 id 9 dst_port 4789
ct nat
gate clockid CLOCK_TAI sched-entry open 200000000 -1 -1 sched-entry close 100000000 -1 -1
ife encode allow mark
ACTIONS
for action in gact mirred police vlan skbedit csum nat pedit connmark ctinfo mpls sample skbmod tunnel_key ct gate; do run "tc -d -j actions ls action $action"; done
run 'tc actions get action gact index 7'
run 'tc actions change action gact pass index 7'
run 'tc actions del action gact index 7; tc actions flush action mirred'
run 'tc actions get action gact index 99'
run 'tc actions add action nosuchact'
run 'ip link del d0; ip link del d1'
