# IPsec: associations and policies, and who is told of them.
run 'ip link set lo up'
run 'ip xfrm state list'
listen 'ip xfrm monitor all'
while read -r command; do run "$command"; done <<'COMMANDS'
ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x1001 reqid 5 mode tunnel enc "cbc(aes)" 0x000102030405060708090a0b0c0d0e0f auth "hmac(sha256)" 0x000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f sel src 10.0.0.0/24 dst 10.0.1.0/24
ip xfrm state add src 2001:db8::1 dst 2001:db8::2 proto esp spi 0x1002 mode transport aead "rfc4106(gcm(aes))" 0x000102030405060708090a0b0c0d0e0f00010203 128 replay-window 64 flag esn extra-flag dont-encap-dscp mark 5 mask 0xff output-mark 7 if_id 9
ip xfrm state add src 192.0.2.1 dst 192.0.2.3 proto esp spi 0x1003 mode tunnel enc "cbc(aes)" 0x000102030405060708090a0b0c0d0e0f auth-trunc "hmac(sha1)" 0x0102030405060708090a0b0c0d0e0f1011121314 96 encap espinudp 4500 4500 0.0.0.0 limit byte-hard 10000
ip xfrm state add src 192.0.2.1 dst 192.0.2.4 proto ah spi 0x1004 mode transport auth "hmac(md5)" 0x000102030405060708090a0b0c0d0e0f
ip xfrm state list
ip -d xfrm state
ip xfrm state get src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x1001
ip xfrm state count; ip -s xfrm policy count
ip xfrm policy add src 10.0.0.0/24 dst 10.0.1.0/24 dir out priority 100 tmpl src 192.0.2.1 dst 192.0.2.2 proto esp reqid 5 mode tunnel
ip xfrm policy add src 10.0.1.0/24 dst 10.0.0.0/24 proto tcp sport 80 dir in action block mark 1 mask 1 if_id 3 index 0x58
ip xfrm policy add src 2001:db8::/32 dst ::/0 dir fwd tmpl src 2001:db8::1 dst 2001:db8::2 proto esp mode transport level use
ip xfrm policy list
ip xfrm policy get src 10.0.0.0/24 dst 10.0.1.0/24 dir out
ip xfrm policy update src 10.0.0.0/24 dst 10.0.1.0/24 dir out priority 50 tmpl src 192.0.2.1 dst 192.0.2.2 proto esp reqid 5 mode tunnel
ip xfrm policy set hthresh4 24 24; ip xfrm policy setdefault in block; ip xfrm policy getdefault; ip xfrm policy setdefault in accept
ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x1001 mode tunnel enc "cbc(aes)" 0x000102030405060708090a0b0c0d0e0f
ip xfrm state add src 192.0.2.1 dst 192.0.2.9 proto esp spi 0x9 mode tunnel enc "cbc(nosuch)" 0x00
ip xfrm state delete src 9.9.9.9 dst 8.8.8.8 proto esp spi 0x77
ip xfrm policy delete src 9.9.9.9 dst 8.8.8.8 dir out
ip xfrm state allocspi src 192.0.2.5 dst 192.0.2.6 proto esp mode tunnel min 0x2000 max 0x2fff
ip xfrm state delete src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x1001
ip xfrm policy delete src 10.0.0.0/24 dst 10.0.1.0/24 dir out
ip xfrm policy flush; ip xfrm state flush proto esp; ip xfrm state flush
COMMANDS
hush
