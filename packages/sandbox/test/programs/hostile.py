"""Makes system calls on netlink and packet sockets with arguments of all kinds. What matters is that somebody answers."""
import ctypes, mmap, os, random, socket, sys

libc = ctypes.CDLL(None, use_errno=True)
ARM = os.uname().machine == 'aarch64'
NUMBERS = {
    'read': (0, 63), 'write': (1, 64), 'readv': (19, 65), 'writev': (20, 66), 'ioctl': (16, 29), 'mmap': (9, 222), 'dup': (32, 23),
    'fcntl': (72, 25), 'connect': (42, 203), 'accept': (43, 202), 'sendto': (44, 206), 'recvfrom': (45, 207), 'sendmsg': (46, 211),
    'recvmsg': (47, 212), 'shutdown': (48, 210), 'bind': (49, 200), 'listen': (50, 201), 'getsockname': (51, 204),
    'getpeername': (52, 205), 'setsockopt': (54, 208), 'getsockopt': (55, 209), 'accept4': (288, 242), 'recvmmsg': (299, 243),
    'sendmmsg': (307, 269), 'socket': (41, 198),
}
DONTWAIT = 0x40
random.seed(int(sys.argv[1]))
# Room for whatever is written from the pointers below on.
memory = mmap.mmap(-1, 1 << 22)
base = ctypes.addressof(ctypes.c_char.from_buffer(memory))
WORDS = [0, 1, 2, 3, 4, 7, 8, 12, 16, 17, 20, 40, 56, 64, 100, 263, 270, 1000, 4096, 0x8913, 0x8912, 0x8946, 0x541b, 0x7fffffff, 0x80000000,
         0xffffffff, 1 << 32, 1 << 47, (1 << 63) - 1, 1 << 63, (1 << 64) - 1, base, base + 16, base + 128, base + 4096, base + 8190]


def word():
    return random.choice(WORDS) if random.random() < 0.9 else random.getrandbits(64)


socks = [socket.socket(family, kind | socket.SOCK_NONBLOCK, protocol) for family, kind, protocol in
         ((16, 3, 0), (16, 2, 16), (16, 3, 2), (17, 3, 0x0300), (17, 2, 0x0300))]
names = sorted(NUMBERS)
counts = {}
for turn in range(int(sys.argv[2])):
    name = random.choice(names)
    if turn % 7 == 0:
        for at in range(0, 512, 8):
            memory[at:at + 8] = (word() & ((1 << 64) - 1)).to_bytes(8, 'little')
    fd = random.choice(socks).fileno()
    arguments = [word() for _ in range(5)]
    if name == 'mmap':
        call = [0, random.choice([4096, 8192, word()]), 3, random.choice([1, 2]), fd, random.choice([0, 4096])]
    elif name == 'socket':
        call = [random.choice([16, 17]), random.choice([2, 3, 5, word()]), random.choice([0, 2, 16, word()])]
    else:
        call = [fd] + arguments
    # Nothing may wait: the descriptors do not block, which F_SETFL is not to change, and these flags say so too.
    if name == 'fcntl' and call[1] == 4:
        continue
    if name in ('recvmsg',):
        call[2] = DONTWAIT
    if name in ('recvfrom', 'recvmmsg'):
        call[3] = DONTWAIT
    result = libc.syscall(ctypes.c_long(NUMBERS[name][ARM]), *[ctypes.c_ulong(argument & ((1 << 64) - 1)) for argument in call])
    number = ctypes.get_errno() if result == -1 else 0
    counts[number] = counts.get(number, 0) + 1
    if name in ('dup', 'socket') or (name == 'fcntl' and call[1] & 0xffffffff in (0, 1030)):
        made = result
    else:
        made = -1
    if made >= 0:
        os.close(made)
print('EIO', counts.get(5, 0), 'ENOSYS', counts.get(38, 0), 'answers', len(counts))
