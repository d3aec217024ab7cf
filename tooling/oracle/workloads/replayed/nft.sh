# nftables: tables, chains, rules, sets, maps, objects; and iptables over them.
while read -r command; do run "$command"; done <<'COMMANDS'
nft list ruleset
nft add table inet t
nft add chain inet t input "{ type filter hook input priority 0; policy accept; }"
nft add set inet t bl "{ type ipv4_addr; flags interval; auto-merge; elements = { 10.0.0.0/8, 192.0.2.1 } }"
nft add map inet t m "{ type inet_service : verdict; elements = { 22 : accept, 80 : drop } }"
nft add rule inet t input ip saddr @bl counter drop comment "blk"
nft add rule inet t input tcp dport vmap @m
nft add rule inet t input ct state established,related accept
nft add rule inet t input meta iifname "eth*" limit rate 5/second burst 7 packets log prefix "x " group 3 accept
nft add rule inet t input ip6 nexthdr icmpv6 icmpv6 type nd-neighbor-solicit accept
nft add counter inet t c1; nft add quota inet t q1 25 mbytes; nft add limit inet t l1 rate 400/minute
nft add rule inet t input counter name c1 quota name q1
nft add ct helper inet t ftp "{ type \"ftp\" protocol tcp; }"
nft add flowtable inet t ft "{ hook ingress priority 0; devices = { lo }; }"
nft add element inet t bl "{ 203.0.113.0/24 }"
nft get element inet t bl "{ 10.1.1.1 }"
nft delete element inet t bl "{ 203.0.113.0/24 }"
COMMANDS
cat >rules.nft <<'RULES'
table ip nat {
  chain pre { type nat hook prerouting priority dstnat; tcp dport 8080 dnat to 10.0.0.1:80; }
  chain post { type nat hook postrouting priority srcnat; oifname "lo" masquerade random; }
}
table bridge b { chain f { type filter hook forward priority 0; ether type arp accept; } }
table netdev n { chain i { type filter hook ingress device "lo" priority 0; ip ttl 1 drop; } }
table arp a { chain i { type filter hook input priority 0; arp operation request accept; } }
table ip6 s { set p { typeof ip6 saddr . tcp dport; elements = { 2001:db8::1 . 80, 2001:db8::2 . 443 } } }
RULES
while read -r command; do run "$command"; done <<'COMMANDS'
nft -f rules.nft
nft -a -s list ruleset
nft -j list ruleset
nft -j list counters; nft list tables; nft list chains; nft list hooks
nft list table inet t
nft reset counters
nft insert rule inet t input position 0 drop
nft replace rule inet t input handle 4 drop
nft delete rule inet t input handle 9999
nft add rule inet nosuch input drop
nft add chain inet t bad "{ type nat hook input priority 0; policy foo; }"
nft add rule inet t input jump nochain
nft -c add rule inet t input drop
nft create table inet t
nft add chain inet t sub; nft add rule inet t input jump sub; nft delete chain inet t sub
COMMANDS
listen 'nft -j monitor'
run 'nft add table ip mon; nft add chain ip mon c; nft add rule ip mon c counter; nft delete table ip mon'
hush
# More elements than one message holds.
run "python3 $here/replayed/elements.py >big.nft; nft -f big.nft"
run 'nft -j list set ip big s'
run 'nft delete table ip big'
while read -r command; do run "$command"; done <<'COMMANDS'
xtables-nft-multi iptables -A INPUT -p tcp --dport 22 -j ACCEPT
xtables-nft-multi iptables -t nat -A POSTROUTING -o lo -j MASQUERADE
xtables-nft-multi ip6tables -A INPUT -s 2001:db8::/32 -j DROP
xtables-nft-multi iptables -L -n -v
xtables-nft-multi iptables -S; xtables-nft-multi ip6tables -S
xtables-nft-multi iptables -A INPUT -m conntrack --ctstate ESTABLISHED -j LOG --log-prefix "x"
xtables-nft-multi iptables -D INPUT 99
xtables-nft-multi iptables -F; xtables-nft-multi iptables -X
nft flush ruleset
nft list ruleset
COMMANDS
