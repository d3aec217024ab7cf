# What is told of nlmon's own life.
listen 'ip -d monitor link address route neigh nsid'
while read -r command; do run "$command"; settle; done <<'COMMANDS'
ip link add nlmon0 type nlmon
ip link set nlmon0 up
ip link set nlmon0 mtu 4000
ip link set nlmon0 alias x
ip link set nlmon0 promisc on
ip link set nlmon0 promisc off
ip link property add dev nlmon0 altname alt0
ip link set nlmon0 down
ip link set nlmon0 name nlm9
ip link set nlm9 up
ip link set nlm9 group 4
ip link set nlm9 arp on
ip link del nlm9
ip link add nlmon0 address 00:11:22:33:44:55 type nlmon
ip netns add z; ip netns set z 4
ip link add nlmon0 type nlmon; ip link set nlmon0 up; ip link set nlmon0 netns z
ip netns del z
COMMANDS
hush
