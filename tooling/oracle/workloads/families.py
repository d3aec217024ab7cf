from raw import *

HUGE = 1 << 26


def seen(name, what):
    before = taps()
    try:
        result = what()
    except OSError as error:
        result = errno.errorcode.get(error.errno, 'nothing')
    print(name, result, [after - first for first, after in zip(before, taps())])


def length(reader, sent):
    return sent, len(reader.recv(1 << 20))


for protocol in (0, 2, 4, 16):
    opened = netlink(protocol)
    seen('protocol %d: nothing to do' % protocol, lambda: length(opened, opened.send(message(1, ASK, b'\0' * 4))))
one, two, three = netlink(2), netlink(2, 1), netlink(2, 1)
port = two.getsockname()[0]
seen('to a port', lambda: length(two, one.sendto(b'hello, not a netlink message', (port, 0))))
seen('to a group', lambda: (length(two, one.sendto(message(77, 0, b'mcast'), (0, 1))), len(three.recv(100))))
seen('to a port and its group', lambda: (length(two, one.sendto(message(78, 0, b'both!'), (port, 1))), len(three.recv(100))))
seen('the port has it once more', lambda: length(two, 0))
seen('to a port that nobody has', lambda: one.sendto(b'x' * 20, (987654, 0)))
seen('to the kernel, where nobody is', lambda: one.sendto(b'x' * 20, (0, 0)))
for protocol in (0, 16):
    one, two = netlink(protocol), netlink(protocol)
    seen('between programs, protocol %d' % protocol, lambda: length(two, one.sendto(message(18, 1, link()), (two.getsockname()[0], 0))))
one, two = netlink(2), netlink(2)
two.setsockopt(1, 33, HUGE)
one.setsockopt(1, 32, HUGE)
# Of more than 256 KiB captures keep a part, and not all of them the same.
for size in (1, 4, 15, 16, 17, 100, 3776, 3777, 4096, 8192, 16384, 32768, 65535, 65536, 131072):
    seen('%d octets' % size, lambda: length(two, one.sendto(b'\xaa' * size, (two.getsockname()[0], 0))))
