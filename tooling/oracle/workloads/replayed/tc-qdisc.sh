# Queueing disciplines: each that Linux has, set, shown, changed and refused.
run 'ip link set lo up; ip link add d0 numtxqueues 4 address 02:00:00:00:00:10 type dummy; ip link set d0 up; ip addr add 192.0.2.1/24 dev d0'
run 'tc qdisc show'
run 'tc qdisc add dev d0 root handle 1: htb default 30 r2q 100'
run 'tc class add dev d0 parent 1: classid 1:1 htb rate 10mbit ceil 20mbit burst 15k'
run 'tc class add dev d0 parent 1:1 classid 1:10 htb rate 5mbit ceil 10mbit prio 1'
run 'tc class add dev d0 parent 1:1 classid 1:30 htb rate 1kbit ceil 6mbit prio 3 quantum 1600'
run 'tc class change dev d0 classid 1:10 htb rate 6mbit ceil 10mbit prio 2'
run 'tc qdisc add dev d0 parent 1:10 handle 10: sfq perturb 10'
run 'tc qdisc add dev d0 parent 1:30 handle 30: fq_codel limit 1000 flows 512 target 10ms ecn'
for what in 'qdisc show' '-s -d qdisc show' '-s -d -j qdisc show' '-s -d class show' '-s -j class show' '-g class show'; do run "tc $what dev d0"; done
run 'tc class del dev d0 classid 1:10'
run 'tc qdisc del dev d0 root'
while read -r discipline; do
  run "tc qdisc replace dev d0 root $discipline"
  run 'tc -s -d -j qdisc show dev d0'
done <<'DISCIPLINES'
handle 2: netem delay 100ms 20ms 25% distribution normal loss 1% duplicate 0.5% corrupt 0.1% reorder 5% limit 100 rate 1mbit seed 7
tbf rate 1mbit burst 10kb latency 70ms peakrate 2mbit minburst 1540
prio bands 4 priomap 0 1 2 3 0 1 2 3 0 1 2 3 0 1 2 3
fq limit 500 flow_limit 50 quantum 3000 maxrate 10mbit
fq_pie limit 100
codel
cake bandwidth 100mbit besteffort
red limit 400000 min 30000 max 90000 avpkt 1000 burst 55 probability 0.02 ecn
choke limit 1000 bandwidth 10mbit
pie limit 1000 target 15ms
hhf
drr
qfq
hfsc default 1
etf clockid CLOCK_TAI delta 300000
ets bands 3 strict 1
plug
multiq
mqprio num_tc 2 map 0 0 1 1 queues 2@0 2@2 hw 0
taprio num_tc 2 map 0 1 queues 1@0 1@1 base-time 0 sched-entry S 01 300000 sched-entry S 02 300000 clockid CLOCK_TAI
pfifo limit 10
bfifo limit 5000
sfb
gred setup DPs 4 default 2
skbprio limit 10
mq
noqueue
DISCIPLINES
while read -r command; do run "$command"; done <<'COMMANDS'
tc qdisc add dev d0 clsact
tc qdisc add dev d0 ingress
tc qdisc show dev d0 ingress
tc qdisc del dev d0 clsact
tc qdisc add dev d0 root nosuchqdisc
tc qdisc add dev nosuch root pfifo
tc qdisc del dev d0 root; tc qdisc del dev d0 root
tc class add dev d0 parent 9: classid 9:1 htb rate 1mbit
tc qdisc add dev d0 root tbf rate 1mbit
tc qdisc add dev d0 root handle 1: htb; tc class add dev d0 parent 1: classid 1:1 htb ceil 1mbit
tc qdisc get dev d0 root
ip link del d0
COMMANDS
