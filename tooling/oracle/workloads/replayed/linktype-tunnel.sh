# Tunnels, each with its settings: made, shown, set up, removed.
run 'ip link set lo up; ip link add d0 address 02:00:00:00:00:10 type dummy; ip link set d0 up; ip addr add 192.0.2.1/24 dev d0; ip addr add 2001:db8::1/64 dev d0 nodad'
while read -r name rest; do
  run "ip link add $name $rest"
  run "ip -d link show $name"
  run "ip -d -j link show $name"
  run "ip link set $name up"
  run "ip link del $name"
done <<'TUNNELS'
vx0 type vxlan id 100 local 192.0.2.1 group 239.1.1.1 dev d0 dstport 4789 ttl 5 tos 4 ageing 500 maxaddress 100 udpcsum gbp
vx1 type vxlan external dstport 4790
vx2 type vxlan id 7 remote 2001:db8::2 local 2001:db8::1 dstport 8472 noudpcsum udp6zerocsumtx
gnv0 type geneve id 55 remote 192.0.2.2 ttl 9 dstport 6081
gre1 type gre local 192.0.2.1 remote 192.0.2.2 ttl 64 key 10 icsum ocsum
gretap1 type gretap local 192.0.2.1 remote 192.0.2.3 key 11
ers0 type erspan seq key 20 local 192.0.2.1 remote 192.0.2.4 erspan_ver 1 erspan 123
ipip1 type ipip local 192.0.2.1 remote 192.0.2.5 encap fou encap-sport auto encap-dport 5555
sit1 type sit local 192.0.2.1 remote 192.0.2.6 6rd-prefix 2002::/16
vti1 type vti local 192.0.2.1 remote 192.0.2.7 key 33
ip6tnl1 type ip6tnl local 2001:db8::1 remote 2001:db8::3 mode any
ip6gre1 type ip6gre local 2001:db8::1 remote 2001:db8::4 key 12
xfrm0 type xfrm dev d0 if_id 42
wg0 type wireguard
bare0 type bareudp dstport 6635 ethertype mpls_uc
gtp0 type gtp role sgsn
amt0 type amt mode gateway local 192.0.2.1 discovery 192.0.2.9 gateway_port 2268 relay_port 2268 dev d0
TUNNELS
# Not of "ip tunnel": those are ioctls.
run 'ip link add vx0 type vxlan id 100 dstport 4789; ip link add vx1 type vxlan id 100 dstport 4789'
run 'ip link add vx9 type vxlan id 99999999'
run 'ip link add vx9 type vxlan dstport 4789'
run 'ip link add g9 type gre remote 224.0.0.1 local 192.0.2.1 dev nosuch'
run 'ip link del vx0'
