# Families of generic netlink, each by its program.
run 'ip link set lo up; ip link add d0 address 02:00:00:00:00:10 type dummy; ip link set d0 up; ip addr add 192.0.2.1/24 dev d0'
# Before anybody listens: what comes by itself is told again with the next request, not before it.
modprobe -a l2tp_eth l2tp_netlink fou ip_vs ila psample 2>/dev/null
settle
listen 'genl ctrl monitor'
run 'genl ctrl get name nlctrl'
run 'ip link add link d0 macsec1 type macsec; ip link del macsec1'
hush
while read -r command; do run "$command"; done <<'COMMANDS'
ip mptcp endpoint add 192.0.2.1 dev d0 subflow; ip mptcp endpoint add 192.0.2.9 id 5 signal; ip mptcp endpoint show; ip -j mptcp endpoint show
ip mptcp limits set subflow 4 add_addr_accepted 2; ip mptcp limits show; ip mptcp endpoint delete id 5; ip mptcp endpoint flush
ip l2tp add tunnel tunnel_id 3000 peer_tunnel_id 4000 encap udp local 127.0.0.1 remote 127.0.0.1 udp_sport 5000 udp_dport 6000
ip l2tp add session tunnel_id 3000 session_id 1000 peer_session_id 2000 name l2tpeth0
ip l2tp show tunnel; ip -j l2tp show session; ip l2tp del session tunnel_id 3000 session_id 1000; ip l2tp del tunnel tunnel_id 3000
ip fou add port 5555 ipproto 4; ip fou show; ip -j fou show; ip fou del port 5555; ip fou del port 6666
ip link add link d0 macsec0 type macsec encrypt on; ip macsec add macsec0 tx sa 0 pn 1 on key 01 81818181818181818181818181818181
ip macsec add macsec0 rx port 1 address 02:00:00:00:00:01; ip macsec add macsec0 rx port 1 address 02:00:00:00:00:01 sa 0 pn 1 on key 02 82828282828282828282828282828282
ip -s macsec show; ip -j macsec show; ip link del macsec0
ip sr tunsrc set 2001:db8::1; ip sr hmac show; ip sr tunsrc show
ip ila add loc_match 1:2:3:4 loc 5:6:7:8 csum-mode adj-transport; ip ila list; ip ila del loc_match 1:2:3:4
ip ioam namespace add 5 data 1 wide 2; ip ioam schema add 3 "abc"; ip ioam namespace set 5 schema 3; ip ioam namespace show; ip ioam schema show; ip ioam namespace del 5
ip tcp_metrics show; ip -j tcp_metrics show; ip tcp_metrics flush
ipvsadm -A -t 192.0.2.1:80 -s rr; ipvsadm -a -t 192.0.2.1:80 -r 10.0.0.1:80 -m -w 3; ipvsadm -L -n; ipvsadm -L --stats; ipvsadm -C
ip link add bat0 type batadv; ip link set d0 master bat0; ip -d link show bat0; ip link del bat0
ip link del d0
COMMANDS
