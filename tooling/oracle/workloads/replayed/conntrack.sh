# Connection tracking: connections that were seen, and such as were made up; expectations, timeouts, accounting.
run 'ip link set lo up'
run 'nft add table ip f; nft add chain ip f i "{ type filter hook input priority 0; }"; nft add rule ip f i ct state new counter accept'
run 'conntrack -L; conntrack -C'
listen 'conntrack -E -o extended'
# The packets are the machine's: what is told of them comes back, they themselves need not.
python3 -c 'from socket import *; socket(AF_INET, SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9999))'
settle
while read -r command; do run "$command"; done <<'COMMANDS'
conntrack -L
conntrack -L -o extended
conntrack -L -o xml
conntrack -I -s 192.0.2.1 -d 192.0.2.2 -p tcp --sport 1000 --dport 80 --state SYN_SENT --timeout 100 -m 5
conntrack -I -s 192.0.2.1 -d 192.0.2.3 -p udp --sport 1000 --dport 53 -t 50 --src-nat 203.0.113.1 -u ASSURED -w 7
conntrack -I -s 2001:db8::1 -d 2001:db8::2 -p tcp --sport 5 --dport 6 --state ESTABLISHED -t 100 -f ipv6
conntrack -G -s 192.0.2.1 -d 192.0.2.2 -p tcp --sport 1000 --dport 80
conntrack -U -s 192.0.2.1 -d 192.0.2.2 -p tcp --sport 1000 --dport 80 -m 9 -t 300
conntrack -I -s 192.0.2.1 -d 192.0.2.2 -p tcp --sport 1000 --dport 80 --state SYN_SENT --timeout 100
conntrack -L -f ipv6; conntrack -L -m 9; conntrack -L -w 7
conntrack -D -s 192.0.2.1 -d 192.0.2.2
conntrack -D -s 9.9.9.9
conntrack -L expect
conntrack -I expect -s 192.0.2.1 -d 192.0.2.3 -p udp --sport 1000 --dport 53 --tuple-src 192.0.2.1 --tuple-dst 192.0.2.3 --mask-src 255.255.255.255 --mask-dst 255.255.255.255 -t 30
conntrack -S expect; conntrack -L dying; conntrack -L unconfirmed
conntrack -F
COMMANDS
hush
while read -r command; do run "$command"; done <<'COMMANDS'
nfacct add http; nfacct add quota1 byte 1000 ; nfacct list; nfacct get http reset; nfacct del http; nfacct get nosuch; nfacct flush
nfct list timeout; nfct add timeout t1 inet tcp established 100; nfct get timeout t1; nfct del timeout t1; nfct list helper
nft delete table ip f
COMMANDS
