import ctypes, mmap
from raw import *

SOL_PACKET, RX_RING, STATISTICS, AUXDATA, ORIGDEV, VERSION, IGNORE_OUTGOING = 263, 5, 6, 8, 9, 10, 23
asker, generic = netlink(), netlink(16)


def ask(times=1):
    for _ in range(times):
        asker.send(message(RTM_GETLINK, NLM_F_REQUEST, link(1)))
        asker.recv(65536)


def ask_generic():
    generic.send(message(16, NLM_F_REQUEST, struct.pack('BBH', 3, 1, 0) + attribute(2, 'nlctrl')))
    generic.recv(65536)


def packet(kind=socket.SOCK_RAW, protocol=3):
    made = socket.socket(socket.AF_PACKET, kind, socket.htons(protocol))
    made.bind(('nlmon0', protocol))
    made.settimeout(0.3)
    return made


def drain(reader):
    came = []
    try:
        while True:
            octets, address = reader.recvfrom(1 << 20)
            came.append((len(octets), address[0], hex(address[1]), address[2], address[3], address[4].hex()))
    except OSError:
        return came


def attach(reader, *instructions):
    program = ctypes.create_string_buffer(b''.join(struct.pack('HBBI', *one) for one in instructions))
    reader.setsockopt(1, 26, struct.pack('HxxxxxxP', len(instructions), ctypes.addressof(program)))


for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM):
    reader = packet(kind)
    ask()
    print(kind.name, *drain(reader), sep='\n  ')
for protocol in (3, 16, 12, 4, 0x800, 0):
    reader = packet(protocol=protocol)
    ask()
    ask_generic()
    print('bound to protocol', protocol, [(one[0], one[2]) for one in drain(reader)])
reader = packet()
reader.setsockopt(SOL_PACKET, IGNORE_OUTGOING, 1)
ask()
print('without those that go out', drain(reader))
reader = packet()
reader.setsockopt(SOL_PACKET, ORIGDEV, 1)
reader.setsockopt(SOL_PACKET, AUXDATA, 1)
ask()
for _ in range(2):
    octets, control, flags, address = reader.recvmsg(65536, 400)
    print('auxiliary data', len(octets), flags, address[:4], [struct.unpack('IIIHHHH', value) for level, kind, value in control if level == SOL_PACKET])
reader = packet()
reader.setsockopt(1, 8, 1)
ask(20)
print('the least buffer', len(drain(reader)), struct.unpack('II', reader.getsockopt(SOL_PACKET, STATISTICS, 8)), struct.unpack('II', reader.getsockopt(SOL_PACKET, STATISTICS, 8)))
reader = packet()
ask()
print('too little room', reader.recvmsg_into([bytearray(10)])[::2][:2], reader.recv_into(bytearray(70000), 10, socket.MSG_TRUNC))
reader = packet()
attach(reader, (6, 0, 0, 20))
ask()
print('a filter that takes 20 octets', [one[0] for one in drain(reader)])
for name, offset in (('protocol', 0), ('packet type', 4), ('interface', 8), ('mark', 20), ('queue', 24), ('kind of hardware', 28)):
    reader = packet()
    attach(reader, (0x20, 0, 0, 0xfffff000 + offset), (4, 0, 0, 1), (0x16, 0, 0, 0))
    ask_generic()
    print('a filter that takes as many octets as this and 1:', name, [one[0] for one in drain(reader)])
reader = packet()
attach(reader, (0x28, 0, 0, 4), (0x16, 0, 0, 0))
ask()
print('a filter that loads the type', [one[0] for one in drain(reader)])
reader = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
reader.setsockopt(SOL_PACKET, VERSION, 1)
reader.setsockopt(SOL_PACKET, RX_RING, struct.pack('IIII', 1 << 16, 4, 2048, 128))
ring = mmap.mmap(reader.fileno(), 4 << 16)
reader.bind(('nlmon0', 3))
ask()
time.sleep(0.1)
for frame in range(3):
    status, length, snapped, mac, network, _, _, tag = struct.unpack_from('IIIHHIII', ring, frame * 2048)
    family, protocol, index, hardware, kind, octets = struct.unpack_from('=HHiHBB', ring, frame * 2048 + 32)
    print('a ring of version 2, frame', frame, status & 0xf, length, snapped, mac, network, (family, socket.ntohs(protocol), hex(hardware), kind, octets) if status else None)
