# libnl's programs: another client, with other requests.
run 'ip link set lo up; ip link add d0 address 02:00:00:00:00:10 type dummy; ip link set d0 up; ip addr add 192.0.2.1/24 dev d0; ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev d0'
settle
for command in nl-link-list 'nl-link-list --details' 'nl-link-ifindex2name 1' 'nl-link-name2ifindex d0' 'nl-link-stats d0 | grep ^d0' nl-addr-list 'nl-addr-list --details' 'nl-addr-add -a 10.0.0.1/24 -d d0' 'nl-addr-delete -a 10.0.0.1/24 -d d0' nl-route-list 'nl-route-list -f details' 'nl-route-get 192.0.2.7' 'nl-route-add -d 10.9.0.0/16 -n dev=d0' 'nl-route-delete -d 10.9.0.0/16' nl-neigh-list 'nl-neigh-add --addr=192.0.2.33 --lladdr=02:00:00:00:00:21 --dev=d0' 'nl-neigh-delete --addr=192.0.2.33 --dev=d0' nl-neightbl-list nl-rule-list nl-qdisc-list 'nl-qdisc-list --dev=d0' 'nl-class-list d0' 'nl-cls-list d0' 'nl-link-set -n d0 --mtu 1400' 'nl-link-set -n nosuch --mtu 5' 'nl-link-release d0' 'nl-util-addr 1.2.3.4'; do
  run "$command"
done
listen 'nl-monitor link ipv4-ifaddr'
run 'ip link set d0 down; ip link set d0 up; ip addr add 10.5.5.5/24 dev d0'
hush
run 'ip link del d0'
