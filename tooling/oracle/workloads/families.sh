# Protocols that both kernels have, and programs that talk to each other.
run 'ip link add nlmon0 type nlmon; ip link set nlmon0 up'
run "PYTHONPATH=$here python3 $here/families.py"
