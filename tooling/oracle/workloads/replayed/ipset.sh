# Sets of all kinds.
while read -r command; do run "$command"; done <<'COMMANDS'
ipset list
ipset create s1 hash:ip hashsize 64
ipset create s2 hash:net,port family inet6 timeout 3000000 counters comment hashsize 128 maxelem 1000 forceadd
ipset create s3 bitmap:ip range 10.0.0.0/24
ipset create s4 hash:mac; ipset create s5 list:set size 4; ipset create s6 hash:ip,mark; ipset create s7 hash:net,iface
ipset add s1 192.0.2.1; ipset add s1 192.0.2.2; ipset add s1 198.51.100.0/30
ipset add s2 2001:db8::/32,tcp:80 timeout 2000000 comment "hey" packets 5 bytes 99
ipset add s3 10.0.0.5-10.0.0.9; ipset add s4 02:00:00:00:00:01; ipset add s5 s1; ipset add s6 10.0.0.1,5; ipset add s7 10.0.0.0/8,lo
ipset test s1 192.0.2.1; ipset test s1 10.9.9.9
ipset list
ipset list -o xml
ipset list -o json
ipset save
ipset list -n -t
ipset add s1 192.0.2.1
ipset add nosuch 1.2.3.4
ipset create s1 hash:ip
ipset create s9 hash:nosuch
ipset create s9 hash:ip maxelem 2; ipset add s9 10.0.0.1; ipset add s9 10.0.0.2; ipset add s9 10.0.0.3
ipset del s1 192.0.2.9
ipset rename s1 s1b; ipset swap s1b s6; ipset swap s1b s9
ipset flush s3; ipset destroy s3
ipset destroy s9
ipset version
ipset destroy
ipset destroy s5; ipset destroy
COMMANDS
