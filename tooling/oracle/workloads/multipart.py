from raw import *

WHOLE = NLM_F_REQUEST | NLM_F_DUMP


def dump(reader, kind, payload, room, flags=WHOLE, between=lambda count: None):
    reader.send(message(kind, flags, payload, 5))
    parts, seen = [], set()
    while True:
        octets = reader.recv(room)
        kinds = [kind for kind, *_ in messages(octets)]
        seen.update(flags for _, flags, *_ in messages(octets))
        parts.append((len(octets), len(kinds)))
        between(len(parts))
        if kinds[-1] in (2, 3):
            return parts, sorted(seen)


for room in (4096, 8192, 16384, 32768, 65536):
    print('links, room for', room, dump(netlink(), RTM_GETLINK, link(), room))
reader = netlink()
print('as much as was asked for the last time', [dump(reader, RTM_GETLINK, link(), room)[0][:3] for room in (4096, 32768, 32768)])

meddler = netlink()


def meddle(count):
    if count == 2:
        meddler.send(message(RTM_NEWLINK, MAKE, link() + attribute(1, b'\2\0\0\0\2\0') + attribute(3, 'meddle') + attribute(18, attribute(1, 'dummy'))))
        tell(meddler.recv(8192))


parts, flags = dump(netlink(), RTM_GETLINK, link(), 4096, between=meddle)
print('links, one made meanwhile', len(parts), flags)

reader = netlink()
reader.send(message(RTM_GETLINK, WHOLE, link(), 1))
try:
    reader.send(message(RTM_GETADDR, WHOLE, b'\0' * 8, 2))
    tell(reader.recv(16384))
    tell(reader.recv(16384))
except OSError as error:
    print('a second one', errno.errorcode.get(error.errno))
reader = netlink()
reader.send(message(RTM_GETLINK, WHOLE, link(), 1))
print('given up after', len(reader.recv(4096)))
reader.close()
print('acknowledged, strict', dump(netlink(options=(EXT_ACK, STRICT)), RTM_GETADDR, struct.pack('BBBBI', 2, 0, 0, 0, 0), 32768, WHOLE | NLM_F_ACK))
print('of a kind, strict', dump(netlink(options=(EXT_ACK, STRICT)), RTM_GETLINK, link() + attribute(18, attribute(1, 'nlmon')), 32768))
print('of nothing', dump(netlink(), RTM_GETNEIGH, struct.pack('BxxxiHBB', 2, 0, 0, 0, 0), 32768))
for flags in (0x100, 0x200, 0x700):
    reader = netlink()
    reader.send(message(RTM_GETLINK, NLM_F_REQUEST | flags, link(1)))
    answers = []
    try:
        while True:
            octets = reader.recv(65536)
            answers.append((len(octets), [kind for kind, *_ in messages(octets)][-1]))
    except OSError:
        print('flags', hex(flags), answers)
