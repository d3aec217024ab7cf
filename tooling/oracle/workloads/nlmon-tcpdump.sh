# tcpdump on nlmon0, and what it changes there.
run 'ip link add nlmon0 type nlmon'
run 'tcpdump -i nlmon0 -L'
run 'ip link set nlmon0 up; tcpdump -i nlmon0 -L'
for filter in 'greater 1000' 'less 60' 'len > 100' 'ether proto 0' 'ether proto 16' ip 'link[0] = 4' outbound inbound 'ifindex 2' netlink udp 'ip host 1.2.3.4'; do run "tcpdump -i nlmon0 -d '$filter'"; done
run 'tcpdump -i nlmon0 -y EN10MB -c 1 -w /dev/null'
run 'tcpdump -I -i nlmon0 -c 1 -w /dev/null'
run 'ip link set nlmon0 down; tcpdump -Z root -i nlmon0 -c 1 -w /dev/null'
run 'ip link del nlmon0; tcpdump -Z root -i nlmon0 -c 1 -w /dev/null'
