# nlmon0 goes up and down, and away, while sockets are bound to it.
run 'ip link add nlmon0 type nlmon; ip link add nlmon1 type nlmon'
run 'for i in 1 2 3 4 5; do ip link set nlmon0 down; ip link set nlmon0 up; done; ip -o link show nlmon0'
run 'ip link set nlmon0 up; ip link set nlmon0 up; ip link set nlmon0 down; ip link set nlmon0 down'
run 'ip link set nlmon0 up; ip link del nlmon0; ip -o link show nlmon1'
run 'ip link set nlmon1 down'
run 'ip link add nlmon0 type nlmon'
run "PYTHONPATH=$here python3 $here/nlmon-updown.py"
run 'for i in $(seq 200); do echo "link add m$i type nlmon"; done | ip -batch -; ip -o link | wc -l'
run 'for i in $(seq 20); do echo "link set m$i up"; done | ip -batch -; for i in 1 2 19 20; do cat /sys/class/net/m$i/statistics/rx_packets; done'
run 'for i in $(seq 200); do echo "link del m$i"; done | ip -batch -; ip -o link | wc -l'
