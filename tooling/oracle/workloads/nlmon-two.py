import subprocess
from raw import *

reader = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
reader.settimeout(0.4)


def packets():
    came = []
    try:
        while True:
            octets, address = reader.recvfrom(65536)
            if address[0] != 'spy0':
                came.append((address[0], hex(address[1]), address[2], address[3], address[4].hex(), len(octets)))
    except OSError:
        return came


for order in (('nlmon0', 'nlmon1'), ('nlmon1', 'nlmon0')):
    for name in order:
        subprocess.run(['ip', 'link', 'set', name, 'down'])
    for name in order:
        subprocess.run(['ip', 'link', 'set', name, 'up'])
    packets()
    subprocess.run(['ip', 'link', 'show', 'lo'], stdout=subprocess.DEVNULL)
    print(order, *packets(), sep='\n  ')
