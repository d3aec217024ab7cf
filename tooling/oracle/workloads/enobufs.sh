# Listeners that do not listen: what is lost, when they are told so, and what the taps see of it. The link has no address of its own:
# how far it is with that when it is told of would be a matter of time.
run 'ip link set lo up; ip link add d0 address 02:00:00:00:00:10 type dummy; ip link set d0 addrgenmode none; ip link add nlmon0 type nlmon; ip link set nlmon0 up'
run "PYTHONPATH=$here python3 $here/enobufs.py"
