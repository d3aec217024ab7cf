# Kinds of links that only Linux has, each with its settings: made, shown, set up, removed.
run 'ip link set lo up; ip link add d0 address 02:00:00:00:00:10 type dummy; ip link set d0 up'
while read -r name rest; do
  run "ip link add $rest"
  run "ip -d link show $name"
  run "ip -d -j link show $name"
  run "ip link set $name up"
  run "ip link del $name"
done <<'LINKS'
d0.10 link d0 name d0.10 type vlan id 10 protocol 802.1ad ingress-qos-map 1:2 egress-qos-map 3:4 gvrp on reorder_hdr off loose_binding on
mv0 link d0 name mv0 type macvlan mode bridge
mvt0 link d0 name mvt0 type macvtap mode vepa
ipv0 link d0 name ipv0 type ipvlan mode l3s vepa
ms0 link d0 name ms0 type macsec port 11 encrypt on cipher gcm-aes-256
vrf0 vrf0 type vrf table 1000
bond0 bond0 type bond mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer3+4 min_links 1
bond1 bond1 type bond mode active-backup arp_interval 200 arp_ip_target 192.0.2.1,192.0.2.2 fail_over_mac active
team0 team0 type team
ifb0 ifb0 type ifb
ve0 ve0 numtxqueues 4 numrxqueues 4 type veth peer name ve1 mtu 1400
vcan0 vcan0 type vcan
vxcan0 vxcan0 type vxcan peer name vxcan1
nlmonX nlmonX type nlmon
vsm0 vsm0 type vsockmon
bat0 bat0 type batadv
hsr0 hsr0 type hsr slave1 d0 slave2 d0
nk0 nk0 type netkit mode l3 blackhole
can0 can0 type can bitrate 500000
ovpn0 ovpn0 type ovpn mode p2p
LINKS
while read -r command; do run "$command"; done <<'COMMANDS'
ip link add bond2 type bond mode balance-rr; ip link add s0 type dummy; ip link add s1 type dummy; ip link set s0 master bond2; ip link set s1 master bond2; ip link set bond2 up
ip -d -j link show bond2
ip -d -j link show s0
ip link set bond2 type bond miimon 200
ip link set s0 nomaster
ip link set bond2 type bond mode active-backup
ip link del bond2
ip link add vrf1 type vrf table 77; ip link set d0 master vrf1; ip -d link show d0; ip vrf show; ip -j link show vrf vrf1; ip link del vrf1
ip link add link d0 name dup.10 type vlan id 10; ip link add link d0 name dup2.10 type vlan id 10
ip link add link d0 name bad type vlan id 5000
ip link add link d0 name bad type vlan
ip link add mv9 type macvlan
ip link add vrf2 type vrf
ip link add bond9 type bond mode 9
ip link show
ip -d -j link show
COMMANDS
