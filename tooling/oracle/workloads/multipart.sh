# Dumps of many parts: how they are cut for the reader's buffer, interrupted, given up.
run 'ip link set lo up; ip link add nlmon0 type nlmon; ip link set nlmon0 up'
run 'for i in $(seq 0 39); do echo "link add dm$i address 02:00:00:00:01:$(printf %02x $i) type dummy"; done | ip -batch -'
run "PYTHONPATH=$here python3 $here/multipart.py"
run 'ip -o link | wc -l'
run 'ip -o addr | wc -l'
run 'ip route show table all'
run 'ip neigh; ip rule; tc qdisc | wc -l'
