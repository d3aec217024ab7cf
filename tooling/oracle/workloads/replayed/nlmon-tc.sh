# Traffic control of an nlmon: a netlink device with queueing disciplines and filters. Of what one says that it drops further ones get
# no copy, so only netem drops, which does not say so.
run 'ip link add nlmon0 type nlmon; ip link set nlmon0 up; ip link add d0 address 02:00:00:00:00:10 type dummy; ip link set d0 up'
while read -r command; do run "$command"; done <<'COMMANDS'
tc qdisc show dev nlmon0
tc qdisc add dev nlmon0 root netem loss 100% seed 7
ip link show lo
tc qdisc show dev nlmon0; tc qdisc del dev nlmon0 root
tc qdisc add dev nlmon0 root netem delay 300ms seed 7
ip link show lo
tc qdisc show dev nlmon0; tc qdisc del dev nlmon0 root
tc qdisc add dev nlmon0 root tbf rate 8kbit burst 200kb limit 1mb
ip link show; ip addr show; ip link show
tc -d qdisc show dev nlmon0; tc qdisc del dev nlmon0 root
tc qdisc add dev nlmon0 clsact; tc filter add dev nlmon0 egress matchall action pass
ip link show lo
tc filter show dev nlmon0 egress; tc qdisc del dev nlmon0 clsact
tc qdisc add dev nlmon0 clsact; tc filter add dev nlmon0 egress matchall action mirred egress mirror dev d0
tc filter add dev nlmon0 egress protocol 0x0010 prio 2 matchall action pass; tc filter show dev nlmon0 egress; genl ctrl get name nlctrl
tc qdisc del dev nlmon0 clsact
tc qdisc add dev nlmon0 root fq_codel; tc qdisc add dev nlmon0 ingress; tc -d qdisc show dev nlmon0; tc qdisc del dev nlmon0 root; tc qdisc del dev nlmon0 ingress
ip link set nlmon0 txqueuelen 1; tc qdisc add dev nlmon0 root pfifo; ip link show; tc qdisc show dev nlmon0; tc qdisc del dev nlmon0 root
ip link del nlmon0; ip link del d0
COMMANDS
