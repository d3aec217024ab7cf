#!/usr/bin/python3
"""Makes a capture of what this machine's kernel says, as LINKTYPE_NETLINK: make-capture.py FILE

To be run in a network namespace of its own (unshare -n, or unshare -Urn). Makes links, addresses, routes and neighbours,
listens to the events meanwhile, then dumps what there is: rtnetlink, sockets, generic families. Prints {"messages", "packets"}.
"""
import json
import socket
import struct
import subprocess
import sys
import tempfile

VETH, BRIDGES, IFB, MACVLAN, ROUTES = 700, 10, 400, 50, 4000
ROUTE, SOCK_DIAG, GENERIC = 0, 4, 16
SOL_NETLINK, ADD_MEMBERSHIP = 270, 1
SO_RCVBUFFORCE = 33
FROM_KERNEL, TO_KERNEL = 6, 7  # PACKET_USER, PACKET_KERNEL
NLMSG_ERROR, NLMSG_DONE = 2, 3
DUMP = 0x301  # NLM_F_REQUEST | NLM_F_DUMP


def plan():
    """Lines for ip -batch."""
    lines = ['link set lo up']
    lines += [f'link add br{i} type bridge' for i in range(BRIDGES)]
    lines += [f'link add v{i}a type veth peer name v{i}b' for i in range(VETH)]
    lines += [f'link add ifb{i + 100} type ifb' for i in range(IFB)]
    lines += [f'link add mv{i} link v{i}a type macvlan mode bridge' for i in range(MACVLAN)]
    lines += [f'link add vx{i} type vxlan id {1000 + i} dstport 4789 remote 192.0.2.{i + 1} local 198.51.100.1' for i in range(50)]
    lines += [f'link set br{i} up' for i in range(BRIDGES)]
    lines += [f'link set v{i}b master br{i % BRIDGES}' for i in range(0, VETH, 2)]
    lines += [f'link set v{i}{end} up' for i in range(VETH) for end in 'ab']
    lines += [f'link set ifb{i + 100} up' for i in range(IFB)]
    net = [f'10.{i >> 8}.{i & 255}' for i in range(VETH)]
    lines += [f'addr add {net[i]}.1/24 dev v{i}a' for i in range(VETH)]
    lines += [f'addr add 2001:db8:{i:x}::1/64 dev v{i}a nodad' for i in range(0, VETH, 3)]
    lines += [f'neigh add {net[i]}.2 lladdr 02:00:00:00:{i >> 8:02x}:{i & 255:02x} dev v{i}a nud permanent' for i in range(VETH)]
    for i in range(ROUTES):
        prefix = f'172.{16 + (i >> 12)}.{(i >> 4) & 255}.{(i & 15) * 16}/28'
        lines.append(f'route add {prefix} via {net[i % VETH]}.2 dev v{i % VETH}a metric {i % 7 + 1}')
    for i in range(200):
        hops = ' '.join(f'nexthop via {net[(i + n) % 250]}.2 dev v{(i + n) % 250}a weight {n + 1}' for n in range(2))
        lines.append(f'route add 203.0.{113 + i // 100}.{i % 100} {hops}')
    return '\n'.join(lines) + '\n'


def open_socket(protocol, groups=()):
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
    for option in (socket.SO_RCVBUF, SO_RCVBUFFORCE):
        try:
            sock.setsockopt(socket.SOL_SOCKET, option, 1 << 26)
        except PermissionError:
            pass
    sock.bind((0, 0))
    for group in groups:
        sock.setsockopt(SOL_NETLINK, ADD_MEMBERSHIP, group)
    return sock


class Recorder:
    """Collects packets, and counts messages."""

    def __init__(self):
        self.packets, self.messages, self.sequence = [], 0, 0

    def add(self, protocol, direction, data):
        self.packets.append((protocol, direction, data))
        at = 0
        while at + 16 <= len(data):
            length, kind = struct.unpack_from('=IH', data, at)
            self.messages += 1
            if kind in (NLMSG_DONE, NLMSG_ERROR):
                return True
            at += (length + 3) & ~3
        return False

    def dump(self, protocol, kind, payload):
        with open_socket(protocol) as sock:
            self.sequence += 1
            request = struct.pack('=IHHII', 16 + len(payload), kind, DUMP, self.sequence, 0) + payload
            self.add(protocol, TO_KERNEL, request)
            sock.send(request)
            while not self.add(protocol, FROM_KERNEL, sock.recv(1 << 18)):
                pass

    def events(self, sock, process):
        """What comes while a process runs, and what is left then."""
        sock.settimeout(0.05)
        while True:
            try:
                self.add(ROUTE, FROM_KERNEL, sock.recv(1 << 18))
            except socket.timeout:
                if process.poll() is not None:
                    return
            except OSError:
                # What did not fit is lost; what comes behind it is there.
                continue

    def write(self, path):
        with open(path, 'wb') as file:
            file.write(struct.pack('=IHHiIII', 0xA1B2C3D4, 2, 4, 0, 0, 262144, 253))
            microseconds = 1_700_000_000_000_000
            for protocol, direction, data in self.packets:
                microseconds += 37
                data = struct.pack('>HH10xH', direction, 824, protocol) + data
                file.write(struct.pack('=IIII', *divmod(microseconds, 1_000_000), len(data), len(data)) + data)


def some_sockets():
    kept = []
    for _ in range(300):
        listener = socket.socket()
        listener.bind(('127.0.0.1', 0))
        listener.listen(1)
        kept += [listener, socket.create_connection(listener.getsockname()), listener.accept()[0]]
    for _ in range(200):
        kept.extend(socket.socketpair())
    return kept


def main(path):
    recorder = Recorder()
    listener = open_socket(ROUTE, (1, 3, 4, 5, 7, 8, 9, 11, 12, 17, 18, 25))
    with tempfile.NamedTemporaryFile('w') as batch:
        batch.write(plan())
        batch.flush()
        with subprocess.Popen(['ip', '-force', '-batch', batch.name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            recorder.events(listener, process)
    kept = some_sockets()
    family = lambda number, size: struct.pack('=B', number).ljust(size, b'\0')
    extended = struct.pack('=HHI', 8, 29, 1)  # IFLA_EXT_MASK: RTEXT_FILTER_VF
    for kind, payload in (
        (18, family(0, 16) + extended), (22, family(0, 8)), (26, family(0, 12)), (26, family(2, 12)), (30, family(0, 12)), (34, family(0, 12)),
        (38, family(0, 20)), (82, family(2, 4)), (94, struct.pack('=BBHII', 0, 0, 0, 0, 1)), (18, family(7, 16) + struct.pack('=HHI', 8, 29, 2)),
    ):
        recorder.dump(ROUTE, kind, payload)
    for number, protocol in ((2, 6), (2, 17), (10, 6)):
        recorder.dump(SOCK_DIAG, 20, struct.pack('=BBBBI', number, protocol, 0xFF, 0, 0xFFFFFFFF) + bytes(48))
    recorder.dump(SOCK_DIAG, 20, struct.pack('=BBHIIIII', 1, 0, 0, 0xFFFFFFFF, 0, 0x3F, 0, 0))
    recorder.dump(GENERIC, 16, struct.pack('=BBH', 3, 2, 0))
    recorder.write(path)
    del kept
    print(json.dumps({'messages': recorder.messages, 'packets': len(recorder.packets)}))


main(sys.argv[1])
