from raw import *


def counters():
    names = ('rx_packets', 'rx_bytes', 'tx_packets', 'tx_bytes', 'tx_dropped')
    return [int(open('/sys/class/net/nlmon0/statistics/' + name).read()) for name in names]


packet = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
packet.bind(('nlmon0', 0x1234))
for size in (0, 1, 13, 14, 16, 17, 60, 1500, 3776, 3777, 65536, 70000):
    before = counters()
    try:
        sent = packet.send(b'Z' * size)
    except OSError as error:
        sent = errno.errorcode[error.errno]
    print(size, sent, [after - first for first, after in zip(before, counters())])
