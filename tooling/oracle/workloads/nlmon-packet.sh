# What sockets get of nlmon0's packets.
run 'ip link add nlmon0 type nlmon; ip link set nlmon0 up'
run "PYTHONPATH=$here python3 $here/nlmon-packet.py"
run 'ip link del nlmon0'
