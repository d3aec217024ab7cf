# What ethtool asks of links, and what it may change of them.
run 'ip link set lo up; ip link add v0 address 02:00:00:00:00:01 numtxqueues 4 numrxqueues 4 type veth peer name v1 address 02:00:00:00:00:02 numtxqueues 1 numrxqueues 1; ip link set v0 addrgenmode none; ip link set v1 addrgenmode none'
run 'ip link set v0 up; ip link set v1 up; ip link add d0 address 02:00:00:00:00:10 type dummy; ip link add nlmon0 type nlmon'
settle
for option in '' -i -k -a -c -g -l -S -T -P -n -x -m -d -e -t '-f x' --show-eee --show-fec --show-priv-flags --phy-statistics --show-tunnels --get-phy-tunable --show-module --get-plca-cfg --show-mm --show-pse -u --dump-module-eeprom; do
  run "ethtool $option v0"
done
run 'ethtool --json v0'
run 'ethtool --json -k v0'
run 'ethtool --json -g v0'
run 'ethtool --json -c v0'
run 'ethtool --json -S v0'
run 'ethtool -I --json -a v0'
run 'ethtool -I -S v0 --groups eth-phy eth-mac rmon'
listen 'ethtool --monitor'
run 'ethtool -K v0 tso off gro off'
run 'ethtool -K v0 tx off sg off'
run 'ethtool -L v0 rx 2 tx 2'
run 'ethtool -G v0 rx 100'
run 'ethtool -A v0 rx on'
run 'ethtool -C v0 rx-usecs 5'
run 'ethtool -s d0 speed 1000'
run 'ethtool -s v0 msglvl 7'
run 'ethtool -K v0 nosuchfeature on'
hush
run 'ethtool nosuch'
for option in '' -i -k -a -c -g -l -S -T -P; do run "ethtool $option nlmon0"; done
run 'ethtool -K nlmon0 sg off'
run 'ethtool -k nlmon0'
run 'ethtool lo'
run 'ethtool -k d0'
