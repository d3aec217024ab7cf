# Bridges, their ports, VLANs, forwarding entries and groups.
run 'ip link add br0 address 02:00:00:00:00:20 type bridge stp_state 1 forward_delay 400 vlan_filtering 1 vlan_default_pvid 1 mcast_snooping 1'
run 'ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02; ip link add v2 address 02:00:00:00:00:03 type veth peer name v3 address 02:00:00:00:00:04'
listen 'bridge monitor all'
run 'ip link set v0 master br0; ip link set v2 master br0'
run 'ip link set br0 up; ip link set v0 up; ip link set v1 up; ip link set v2 up; ip link set v3 up'
hush
while read -r command; do run "$command"; done <<'COMMANDS'
ip -d link show br0
ip -d -j link show br0
ip -d link show master br0
ip -d -j link show v0
ip link set br0 type bridge ageing_time 1000 hello_time 200 group_fwd_mask 8 mcast_querier 1 vlan_stats_enabled 1
ip link set v0 type bridge_slave cost 42 priority 5 hairpin on guard on fastleave on learning off flood off
bridge link show
bridge -d -j link show
bridge link set dev v0 cost 10 isolated on neigh_suppress on
bridge vlan add dev v0 vid 10 pvid untagged
bridge vlan add dev v2 vid 20-30
bridge vlan add dev br0 vid 10 self
bridge vlan show
bridge -d -s -j vlan show
bridge vlan global show dev br0
bridge vlan set dev v0 vid 10 state forwarding
bridge vlan del dev v2 vid 25
bridge fdb add 02:00:00:00:00:aa dev v0 master static vlan 10
bridge fdb append 02:00:00:00:00:bb dev v2 self
bridge fdb show
bridge -s -j fdb show br br0
bridge fdb get 02:00:00:00:00:aa br br0 vlan 10
bridge fdb del 02:00:00:00:00:aa dev v0 master vlan 10
bridge fdb flush dev br0
bridge mdb add dev br0 port v0 grp 239.1.1.1 permanent vid 10
bridge mdb add dev br0 port v2 grp ff0e::1 temp
bridge mdb show
bridge -d -s -j mdb show
bridge mdb del dev br0 port v0 grp 239.1.1.1 vid 10
ip -j link xstats type bridge dev br0
ip link xstats type bridge_slave dev v0
bridge mst show
bridge fdb add 02:00:00:00:00:aa dev nosuch
bridge vlan add dev v0 vid 5000
ip link set v1 master v0
ip link set br0 master br0
ip link set v0 nomaster
ip link set v2 down
ip link del br0
ip link del v0; ip link del v2
COMMANDS
