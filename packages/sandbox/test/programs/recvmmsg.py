# Receives several messages at once, and prints what came of it: nothing that depends on what the kernel has.
import ctypes
import errno
import signal
import socket
import struct
import threading
import time

DONTWAIT, TRUNC, WAITFORONE, PEEK = 0x40, 0x20, 0x10000, 2
CTRUNC = 8
libc = ctypes.CDLL(None, use_errno=True)


class Room:
    """An array of struct mmsghdr, each with one buffer, an address and room for control messages."""

    def __init__(self, count, size=65536, control=0, name=12):
        self.count, self.size, self.control = count, size, control
        self.buffers = [ctypes.create_string_buffer(size) for _ in range(count)]
        self.names = [ctypes.create_string_buffer(12) for _ in range(count)]
        self.controls = [ctypes.create_string_buffer(max(control, 1)) for _ in range(count)]
        at = ctypes.addressof
        self.vectors = [ctypes.create_string_buffer(struct.pack('QQ', at(b), size), 16) for b in self.buffers]
        self.heads = ctypes.create_string_buffer(b''.join(
            struct.pack('QIxxxxQQQQIxxxxIxxxx', at(n) if name else 0, name, at(v), 1, at(c) if control else 0, control, 0x55, 0x77)
            for n, v, c in zip(self.names, self.vectors, self.controls)), 64 * count)

    def receive(self, s, flags=0, timeout=None, count=None):
        spec = None if timeout is None else ctypes.create_string_buffer(struct.pack('qq', *timeout), 16)
        result = libc.recvmmsg(s.fileno(), self.heads, self.count if count is None else count, flags, spec)
        said = result if result >= 0 else errno.errorcode[ctypes.get_errno()]
        return said if spec is None else (said, struct.unpack('qq', spec.raw))

    def head(self, i):
        _, namelen, _, _, _, controllen, flags, length = struct.unpack('QIxxxxQQQQIxxxxIxxxx', self.heads.raw[64 * i:64 * i + 64])
        return namelen, controllen, flags, length

    def sequence(self, i):
        return struct.unpack('I', self.buffers[i].raw[8:12])[0]


def ask(s, number, flags=1):
    s.send(struct.pack('IHHIIBBHiII', 32, 18, flags, number, 0, 0, 0, 0, 1, 0, 0))


s = socket.socket(16, 3, 0)
room = Room(4)
print('nothing', room.receive(s, DONTWAIT), room.receive(s, 0, None, 0))
ask(s, 1), ask(s, 2)
print('two of two', room.receive(s, 0, None, 2), [room.sequence(i) for i in range(2)])
print('heads', [room.head(i)[:3] for i in range(2)], [room.head(i)[3] > 1000 for i in range(2)], room.head(2))
ask(s, 3), ask(s, 4), ask(s, 5)
print('what is there', room.receive(s, DONTWAIT), [room.sequence(i) for i in range(3)])
print('nothing left', room.receive(s, DONTWAIT))
threading.Timer(0.2, lambda: (ask(s, 6), ask(s, 7))).start()
print('waits for all', room.receive(s, 0, None, 2), room.sequence(0), room.sequence(1))
threading.Timer(0.2, lambda: ask(s, 8)).start()
print('waits for one', room.receive(s, WAITFORONE), room.sequence(0))

# The time is looked at when a message has come.
ask(s, 9), ask(s, 10)
print('no time', room.receive(s, 0, (0, 0)), room.sequence(0))
said, (seconds, nanoseconds) = room.receive(s, WAITFORONE, (50, 0))
print('time left', said, 0 < seconds < 50, 0 <= nanoseconds < 1e9)
print('wrong time', room.receive(s, DONTWAIT, (0, 10**9)), room.receive(s, DONTWAIT, (-1, 0)))
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('qq', 0, 200000))
begin = time.monotonic()
print('no patience', room.receive(s), 0.15 < time.monotonic() - begin)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('qq', 0, 0))

# Short buffers and control messages.
short = Room(2, 20, 64)
s.setsockopt(270, 3, 1)
ask(s, 11), ask(s, 12)
print('short', short.receive(s), [short.head(i) for i in range(2)])
ask(s, 13)
print('long', short.receive(s, TRUNC | DONTWAIT), short.head(0)[2] & TRUNC, short.head(0)[3] > 1000, short.head(1)[3])

# What cannot be written to.
print('nowhere', 'EFAULT' if libc.recvmmsg(s.fileno(), ctypes.c_void_p(8), 2, DONTWAIT, None) < 0 and ctypes.get_errno() in (errno.EFAULT, errno.EAGAIN) else '?')

# A dump comes in pieces, each as it would come alone.
ask(s, 14, 0x301)
many, last = Room(8, 8192), None
while last != 3:
    for i in range(many.receive(s, WAITFORONE)):
        last = struct.unpack('H', many.buffers[i].raw[4:6])[0]
print('dump', last)

# Signals end a wait.
signal.signal(signal.SIGALRM, lambda *_: None)
signal.siginterrupt(signal.SIGALRM, True)
# Again and again: the first may come before the receive.
signal.setitimer(signal.ITIMER_REAL, 0.3, 0.3)
print('signal', room.receive(s))
signal.setitimer(signal.ITIMER_REAL, 0)

# ENOBUFS is told once. Groups of this protocol are root's.
r = socket.socket(16, 3, 2)
r.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
try:
    r.bind((0, 1))
    w = socket.socket(16, 3, 2)
    for _ in range(20):
        try:
            w.sendto(bytes(500), (0, 1))
        except ConnectionRefusedError:
            pass
    print('overrun', room.receive(r, DONTWAIT), room.receive(r, DONTWAIT) in (1, 2, 3, 4))
except PermissionError:
    print('no overrun')
print('done')
