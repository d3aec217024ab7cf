import subprocess
from raw import *


def seen_in_a():
    return int(subprocess.run(['ip', 'netns', 'exec', 'a', 'cat', '/sys/class/net/nlmon0/statistics/rx_packets'], capture_output=True, text=True).stdout)


here, there = os.open('/proc/self/ns/net', 0), os.open('/run/netns/a', 0)
os.setns(there, 0x40000000)
elsewhere = netlink()
os.setns(here, 0x40000000)
before = seen_in_a()
elsewhere.send(message(RTM_GETLINK, NLM_F_REQUEST, link(1)))
print('a socket of the other namespace:', len(elsewhere.recv(65536)) > 0, seen_in_a() - before)
before = seen_in_a()
local = netlink()
local.send(message(RTM_GETLINK, NLM_F_REQUEST, link(1) + attribute(46, struct.pack('i', 1))))
tell(local.recv(65536))
print('a link of the other namespace:', seen_in_a() - before)
