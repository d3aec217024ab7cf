# Five hundred links, with what a hundred of them bring along.
run 'ip link set lo up'
run 'for i in $(seq 0 499); do printf "link add dm$i address 02:00:00:00:%02x:%02x type dummy\n" $((i / 250)) $((i % 250)); done | ip -batch -'
run 'for i in $(seq 0 99); do echo "addr add 10.0.$i.1/24 dev dm$i"; done | ip -batch -'
run 'for i in $(seq 0 99); do echo "link set dm$i up"; done | ip -batch -'
run 'ip -o link show | wc -l'
run 'ip route show table local | wc -l'
run 'ip -j -6 route show table all | wc -c'
