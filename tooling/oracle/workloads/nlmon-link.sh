# nlmon as a link: what it is, what may be changed, what is refused, how it is called.
show='ip -o -d link show nlmon0'
run 'ip link add nlmon0 type nlmon'
run 'ip -d -s link show nlmon0'
run 'ip -d -s -j link show nlmon0'
run 'ip -d -s -s -j -p link show nlmon0'
run 'ip -br link show nlmon0; ip -br -j link show nlmon0'
run 'ip link show type nlmon'
run 'ip link help nlmon'
run 'ip link add nlmon1 address 00:11:22:33:44:55 type nlmon'
run 'ip link add nlmon1 address 00:00:00:00:00:00 type nlmon'
run 'ip link add nlmon1 broadcast ff:ff:ff:ff:ff:ff type nlmon && ip link show nlmon1 && ip link del nlmon1'
run 'ip link set nlmon0 address 00:11:22:33:44:55'
run 'ip link set nlmon0 broadcast 00:11:22:33:44:55'
for mtu in 15 16 17 0 1279 1280 3775 3776 4096 65535 65536 1048576 2147483647 2147483648 4294967295 -1; do run "ip link set nlmon0 mtu $mtu; ip -o link show nlmon0"; done
for mtu in 10 15 16 0 65536 2147483647; do run "ip link add nlmonm mtu $mtu type nlmon && ip -o link show nlmonm; ip link del nlmonm"; done
run 'ip link set nlmon0 mtu 3776'
run 'ip link add nlmon2 type nlmon foo'
run 'ip link del nlmon2'
run 'ip link add nlmon2 type nlmon foo bar; ip link del nlmon2'
run 'ip link add link lo name nlmon2 type nlmon && ip -d -j link show nlmon2; ip link del nlmon2'
run 'ip link add nlmon2 numtxqueues 4 numrxqueues 8 txqueuelen 7 group 5 type nlmon && ip -d -j link show nlmon2; ip link del nlmon2'
run 'ip link add nlmon2 gso_max_size 1000 type nlmon && ip -d -j link show nlmon2; ip link del nlmon2'
run 'ip link add nlmon2 up type nlmon; ip -o link show nlmon2; ip link del nlmon2'
while read -r change; do run "ip link set nlmon0 $change; $show"; done <<'CHANGES'
type nlmon
type dummy
txqueuelen 10
txqueuelen 0
promisc on
promisc off
allmulticast on
allmulticast off
arp on
arp off
multicast on
multicast off
dynamic on
dynamic off
trailers off
carrier off
protodown on
state dormant
mode dormant
mode default
addrgenmode none
alias "my monitor"
group 9
vf 0 mac 02:00:00:00:00:01
numtxqueues 2
gso_max_size 2000 gso_max_segs 3
gro_max_size 2000
xdpgeneric off
CHANGES
for name in 'nlmon%d' 'mon%d' 'x%dy%d' 'a%sb' . .. 'a b' a:b exactly15chars_ exactly16chars__ é all default %d 0 -x; do run "ip link add name '$name' type nlmon; ip -br link"; done
run 'ip link add type nlmon; ip -br link'
run 'ip link add nlmon0 type nlmon'
run 'ip link set nlmon0 name renamed0; ip link set renamed0 name nlmon0'
run 'ip link set nlmon0 up; ip link set nlmon0 name upnamed; ip -o link show upnamed; ip link set upnamed name nlmon0; ip link set nlmon0 down'
run 'ip link set nlmon0 name "tpl%d"; ip -br link; ip link set tpl0 name nlmon0'
run 'ip link property add dev nlmon0 altname spy altname the-netlink-monitor-with-a-long-name; ip -j link show spy'
run 'ip link add spy type nlmon'
run 'ip link add the-netlink-monitor-with-a-long-name type nlmon'
run 'ip link set spy up; ip -o link show nlmon0; ip link set spy down'
run 'ip link property add dev nlmon0 altname lo'
run 'ip link set nlmon0 name spy; ip -br link'
run 'ip link property del dev nlmon0 altname spy'
run 'ip link del the-netlink-monitor-with-a-long-name; ip -br link'
indexes="ip -o link | cut -d: -f1,2"
run "ip link add i1 type nlmon; ip link add i2 type nlmon; $indexes"
run "ip link add i100 index 100 type nlmon; ip link add i3 type nlmon; $indexes"
run "ip link del i3; ip link add i4 type nlmon; $indexes"
run 'ip link add dupindex index 100 type nlmon'
run "ip link add low index 50 type nlmon; ip link add i5 type nlmon; $indexes"
run "ip link add hi index 2147483647 type nlmon; ip link add i6 type nlmon; $indexes"
run "ip link add zero index 0 type nlmon; $indexes"
run 'ip link add nlmon7 type nlmon; ip link set nlmon7 up; ip addr add 192.0.2.1/24 dev nlmon7; ip addr show dev nlmon7; ip -4 route show table all dev nlmon7; ip addr flush dev nlmon7'
run 'ip -6 addr add 2001:db8::1/64 dev nlmon7 nodad; ip -6 addr show dev nlmon7; ip -6 route show table all dev nlmon7; ip -6 addr flush dev nlmon7'
run 'ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:01 dev nlmon7; ip neigh show dev nlmon7'
run 'ip maddr show dev nlmon7; ip maddr add 33:33:00:00:00:01 dev nlmon7'
run 'ip netconf show dev nlmon7; ip -6 netconf show dev nlmon7'
run 'ip link set nlmon7 mtu 1279; ip -6 addr add 2001:db8::1/64 dev nlmon7'
run 'ip link del group 0 type nlmon; ip link del group 9'
