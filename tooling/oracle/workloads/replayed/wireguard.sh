# WireGuard: one interface, many peers.
printf 'iJ3J5bJZ0n6b6m8f0cJ8JqTqfJcZ6s0p6vH3o9m3xHQ=' >key
printf 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=' >shared
run 'ip link add wg0 type wireguard'
run 'wg show'
run 'wg set wg0 listen-port 51820 private-key key fwmark 0x77'
run 'wg set wg0 peer xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg= allowed-ips 10.192.122.3/32,10.192.124.0/24,2001:db8::/32 endpoint 192.0.2.10:51820 preshared-key shared'
run 'wg set wg0 peer TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0= allowed-ips 0.0.0.0/0'
run 'ip link set wg0 up'
run 'wg show'
run 'wg show wg0 dump'
run 'wg showconf wg0'
run 'ip -d -j link show wg0'
run 'wg set wg0 peer TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0= remove'
run 'wg set nosuch listen-port 1'
run 'wg set wg0 peer AAAA'
run 'wg show nosuch'
# More of them than one message holds.
run "python3 $here/replayed/peers.py >wg.conf; wg setconf wg0 wg.conf"
run 'wg show wg0 dump'
run 'wg syncconf wg0 wg.conf'
run 'ip link del wg0'
