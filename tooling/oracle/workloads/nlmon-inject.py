from raw import *


def counters():
    names = ('rx_packets', 'rx_bytes', 'tx_packets', 'tx_bytes', 'tx_dropped', 'rx_dropped')
    return [int(open('/sys/class/net/nlmon0/statistics/' + name).read()) for name in names]


reader = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
reader.bind(('nlmon0', 3))
reader.settimeout(0.2)
for kind, protocol in ((socket.SOCK_RAW, 0x1234), (socket.SOCK_RAW, 0), (socket.SOCK_RAW, 16), (socket.SOCK_DGRAM, 0x800)):
    sender = socket.socket(socket.AF_PACKET, kind, 0)
    for size in (0, 1, 16, 100, 3776, 3777, 20000):
        before = counters()
        try:
            sent = sender.sendto(b'Z' * size, ('nlmon0', protocol))
        except OSError as error:
            sent = errno.errorcode[error.errno]
        moved = [after - first for first, after in zip(before, counters())]
        try:
            octets, address = reader.recvfrom(1 << 20)
            came = len(octets), address[0], address[1:]
        except OSError:
            came = 'nothing'
        print(kind.name, protocol, size, sent, moved, came)
