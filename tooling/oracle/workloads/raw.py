# What the workloads in Python have in common: messages, octet by octet, and what comes back of them.
import errno, os, socket, struct, time

NLM_F_REQUEST, NLM_F_ACK, NLM_F_ECHO, NLM_F_DUMP = 1, 4, 8, 0x300
NLM_F_EXCL, NLM_F_CREATE = 0x200, 0x400
RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_NEWADDR, RTM_GETADDR, RTM_GETNEIGH = 16, 17, 18, 20, 22, 30
SOL_NETLINK = 270
NO_ENOBUFS, CAP_ACK, EXT_ACK, STRICT = 5, 10, 11, 12
ASK = NLM_F_REQUEST | NLM_F_ACK
MAKE = ASK | NLM_F_CREATE | NLM_F_EXCL


def netlink(protocol=0, groups=0, options=(EXT_ACK,)):
    made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
    for option in options:
        made.setsockopt(SOL_NETLINK, option, 1)
    made.bind((0, groups))
    made.settimeout(0.4)
    return made


def attribute(kind, value=b''):
    if isinstance(value, str):
        value = value.encode() + b'\0'
    return struct.pack('HH', 4 + len(value), kind) + value + b'\0' * (-len(value) % 4)


def message(kind, flags, payload=b'', sequence=1, length=None):
    return struct.pack('IHHII', 16 + len(payload) if length is None else length, kind, flags, sequence, 0) + payload


def link(index=0, flags=0, change=0):
    return struct.pack('BxHiII', 0, 0, index, flags, change)


def messages(octets):
    at = 0
    while at + 16 <= len(octets):
        length, kind, flags, sequence, _ = struct.unpack_from('IHHII', octets, at)
        yield kind, flags, sequence, octets[at + 16:at + length]
        at += max(16, (length + 3) & ~3)


def tell(octets):
    for kind, flags, sequence, body in messages(octets):
        error = ''
        if kind == 2:
            number = struct.unpack_from('i', body)[0]
            error = ' ' + errno.errorcode.get(-number, '0')
        print('  type %d flags 0x%x sequence %d, %d octets%s' % (kind, flags, sequence, len(body), error))


def taps():
    names = ('rx_packets', 'rx_bytes')
    return [int(open('/sys/class/net/nlmon0/statistics/' + name).read()) for name in names]
