"""Netlink sockets as a program sees them. Prints one line for each claim: "ok NAME" or "FAIL NAME DETAIL".

The claims are Linux's: the same program passes in a network namespace of the host, with KIND=ifb.
"""
import array, ctypes, errno, fcntl, os, select, signal, socket, struct, subprocess, sys, threading, time

AF_NETLINK, SOL_NETLINK = 16, 270
ADD, DROP, PKTINFO, LIST, CAP_ACK, EXT_ACK = 1, 2, 3, 9, 10, 11
KIND = os.environ.get('KIND', 'nlmon').encode()
libc = ctypes.CDLL(None, use_errno=True)


def claim(name, holds, detail=''):
    print(('ok ' if holds else 'FAIL ') + name, '' if holds else repr(detail), flush=True)


def refused(name, number, function):
    try:
        claim(name, False, function())
    except OSError as error:
        claim(name, error.errno == number, error)


def attribute(kind, data):
    octets = struct.pack('HH', 4 + len(data), kind) + data
    return octets + b'\0' * (-len(octets) % 4)


def request(kind, flags, sequence, body):
    return struct.pack('IHHII', 16 + len(body), kind, flags, sequence, 0) + body


def getlink(sequence):
    return request(18, 0x301, sequence, bytes(16))


def newlink(sequence, name, flags=0x605):
    body = bytes(16) + attribute(3, name + b'\0') + attribute(18, attribute(1, KIND + b'\0'))
    return request(16, flags, sequence, body)


def header(octets):
    return struct.unpack('IHHII', octets[:16])


def error_of(octets):
    return struct.unpack('i', octets[16:20])[0]


def drain(sock):
    while True:
        if header(sock.recv(65536))[1] in (2, 3):
            return


def opened(groups=None, kind=socket.SOCK_RAW):
    sock = socket.socket(AF_NETLINK, kind, 0)
    if groups is not None:
        sock.bind((0, groups))
    return sock


# Ports and addresses
first = opened(0)
claim('the first socket has the number of the process', first.getsockname() == (os.getpid(), 0), first.getsockname())
second = opened(0)
claim('the second has another', second.getsockname()[0] not in (0, os.getpid()), second.getsockname())
third = opened()
claim('an unbound socket has none', third.getsockname() == (0, 0), third.getsockname())
refused('a port is taken once', errno.EADDRINUSE, lambda: third.bind((os.getpid(), 0)))
third.bind((4711, 0))
claim('a port may be chosen', third.getsockname() == (4711, 0), third.getsockname())
refused('a bound socket keeps its port', errno.EINVAL, lambda: third.bind((4712, 0)))
third.bind((4711, 5))
claim('groups may be bound later', third.getsockname() == (4711, 5), third.getsockname())
claim('without a peer it has none', third.getpeername() == (0, 0), third.getpeername())
third.connect((first.getsockname()[0], 0))
claim('it has the peer it was connected to', third.getpeername() == (os.getpid(), 0), third.getpeername())
third.send(b'x' * 32)
octets, sender = first.recvfrom(100)
claim('a connected socket sends to its peer', octets == b'x' * 32 and sender == (4711, 0), (octets, sender))
third.close()
refused('no socket there', errno.ECONNREFUSED, lambda: second.sendto(getlink(1), (999999, 0)))
fresh = opened()
fresh.bind((4711, 0))
claim('a closed socket leaves its port at once', fresh.getsockname() == (4711, 0), fresh.getsockname())
fresh.close()
refused('protocols end at 32', errno.EPROTONOSUPPORT, lambda: socket.socket(AF_NETLINK, socket.SOCK_RAW, 40))
refused('there are no streams', errno.ESOCKTNOSUPPORT, lambda: socket.socket(AF_NETLINK, socket.SOCK_STREAM, 0))
refused('nobody listens', errno.EOPNOTSUPP, lambda: second.listen(1))
refused('nobody shuts down', errno.EOPNOTSUPP, lambda: second.shutdown(socket.SHUT_RD))

# Receiving
claim('nothing is readable yet', select.select([first], [], [], 0)[0] == [])
claim('all is writable', select.select([], [first], [], 0)[1] == [first])
refused('MSG_DONTWAIT does not wait', errno.EAGAIN, lambda: first.recv(10, socket.MSG_DONTWAIT))
first.send(getlink(1))
claim('select tells', select.select([first], [], [], 1)[0] == [first])
poll = select.poll()
poll.register(first, select.POLLIN)
claim('poll tells', poll.poll(0) == [(first.fileno(), select.POLLIN)], poll.poll(0))
level = select.epoll()
level.register(first.fileno(), select.EPOLLIN)
claim('epoll tells', level.poll(0) != [])
buffer = bytearray(64)
length = first.recv_into(buffer, 64, socket.MSG_PEEK | socket.MSG_TRUNC)
claim('MSG_PEEK|MSG_TRUNC tells the length', length > 64, length)
claim('and leaves the message', first.recv_into(buffer, 64, socket.MSG_PEEK | socket.MSG_TRUNC) == length)
octets, control, flags, sender = first.recvmsg(64)
claim('what is cut says so', len(octets) == 64 and flags & socket.MSG_TRUNC, (len(octets), flags))
claim('the kernel is port 0', sender == (0, 0), sender)
claim('the end of the dump is readable', select.select([first], [], [], 0)[0] == [first])
drain(first)
claim('after the last nothing is readable', select.select([first], [], [], 0)[0] == [] and level.poll(0) == [])
edge = select.epoll()
edge.register(first.fileno(), select.EPOLLIN | select.EPOLLET)
edge.poll(0)
for turn in range(3):
    first.send(getlink(turn))
    claim('edge %d' % turn, len(edge.poll(30)) == 1)
    drain(first)
first.setblocking(False)
refused('O_NONBLOCK does not wait', errno.EAGAIN, lambda: first.recv(10))
first.setblocking(True)
first.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('qq', 0, 100000))
claim('SO_RCVTIMEO is kept', struct.unpack('qq', first.getsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, 16))[1] in range(96000, 104001))
begin = time.monotonic()
refused('SO_RCVTIMEO ends a receive', errno.EAGAIN, lambda: first.recv(10))
claim('not before its time', time.monotonic() - begin > 0.08, time.monotonic() - begin)
refused('a second has a million microseconds', errno.EDOM, lambda: first.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('qq', 0, 1000000)))
first.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('qq', 10**9, 0))
threading.Timer(0.1, lambda: first.send(getlink(99))).start()
claim('SO_RCVTIMEO may be decades', len(first.recv(65536)) > 0)
drain(first)
first.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('qq', 0, 0))
early = opened(0)
early.settimeout(0.05)
try:
    early.recv(10)
    claim('waiting by poll ends', False)
except socket.timeout:
    claim('waiting by poll ends', True)
early.close()
nonblocking = socket.socket(AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC, 0)
claim('SOCK_NONBLOCK is set', fcntl.fcntl(nonblocking, fcntl.F_GETFL) & os.O_NONBLOCK != 0)
claim('SOCK_CLOEXEC is set', fcntl.fcntl(nonblocking, fcntl.F_GETFD) == fcntl.FD_CLOEXEC)
refused('SOCK_NONBLOCK does not wait', errno.EAGAIN, lambda: nonblocking.recv(10))
nonblocking.close()
first.send(getlink(9))
claim('read(2) receives', header(os.read(first.fileno(), 65536))[3] == 9)
drain(first)
os.write(first.fileno(), getlink(10))
parts = [bytearray(10), bytearray(65536)]
count = os.readv(first.fileno(), parts)
claim('readv(2) fills one after the other', header(bytes(parts[0]) + bytes(parts[1]))[3] == 10 and count > 10)
drain(first)
os.writev(first.fileno(), [getlink(11)[:7], getlink(11)[7:]])
claim('writev(2) sends one message', header(first.recv(65536))[3] == 11)
drain(first)
first.sendmsg([getlink(12)[:10], getlink(12)[10:]], [], 0, (0, 0))
claim('sendmsg(2) sends one message', header(first.recv(65536))[3] == 12)
drain(first)
refused('nothing is no message', errno.ENODATA, lambda: first.send(b''))
refused('nothing is none by write(2), either', errno.ENODATA, lambda: os.write(first.fileno(), b''))
claim('by writev(2) it is not looked at', os.writev(first.fileno(), [b'', b'']) == 0)
claim('who reads nothing does not wait', os.read(first.fileno(), 0) == b'' and os.readv(first.fileno(), [bytearray(0)]) == 0)
first.send(getlink(13))
claim('and takes nothing', os.read(first.fileno(), 0) == b'' and header(first.recv(65536))[3] == 13)
drain(first)
first.send(getlink(14))
claim('who receives nothing takes a message', libc.recv(first.fileno(), None, 0, 0) == 0 and header(first.recv(65536))[1] == 3)
refused('too much is no message', errno.EMSGSIZE, lambda: first.send(b'x' * 300000))
refused('far too much is none, either', errno.EMSGSIZE, lambda: first.send(bytes(17 << 20)))
refused('nothing is out of band', errno.EOPNOTSUPP, lambda: first.send(getlink(1), socket.MSG_OOB))

# Dumps
first.send(getlink(20))
busy = opened(0)
busy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 0)
first.send(request(18, 0x5, 21, struct.pack('BxHiII', 0, 0, 1, 0, 0)))
kinds = []
while len(kinds) < 8 and (not kinds or select.select([first], [], [], 0.05)[0]):
    octets = first.recv(65536)
    kinds.append((header(octets)[1], header(octets)[3]))
claim('a dump and a request are both answered', (3, 20) in kinds and any(s == 21 for _, s in kinds), kinds)

# Options
first.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
claim('SO_RCVBUF counts double', first.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) == 131072)
claim('SO_PROTOCOL, SO_DOMAIN, SO_TYPE', [first.getsockopt(1, n) for n in (38, 39, 3)] == [0, 16, 3], [first.getsockopt(1, n) for n in (38, 39, 3)])
first.setsockopt(SOL_NETLINK, EXT_ACK, 1)
claim('NETLINK_EXT_ACK is kept', first.getsockopt(SOL_NETLINK, EXT_ACK) == 1)
refused('no such option', errno.ENOPROTOOPT, lambda: first.setsockopt(SOL_NETLINK, 99, 1))
refused('no such level', errno.ENOPROTOOPT, lambda: first.getsockopt(9999, 1))
member = opened(0)
member.setsockopt(SOL_NETLINK, ADD, 1)
claim('a member is in its group', member.getsockname()[1] == 1, member.getsockname())
claim('NETLINK_LIST_MEMBERSHIPS lists it', member.getsockopt(SOL_NETLINK, LIST, 64)[:1] == b'\x01')
refused('there is no group 4000', errno.EINVAL, lambda: member.setsockopt(SOL_NETLINK, ADD, 4000))

# Groups
member.setsockopt(SOL_NETLINK, PKTINFO, 1)
seen = []
waiter = threading.Thread(target=lambda: seen.append(member.recvmsg(65536, 64)))
waiter.start()
time.sleep(0.05)
second.send(newlink(77, b'thr0'))
answer = second.recv(65536)
claim('a link is made', error_of(answer) == 0, error_of(answer))
waiter.join(60)
claim('a thread that waits is told', len(seen) == 1 and header(seen[0][0])[1] == 16, seen)
octets, control, flags, sender = seen[0]
claim('by the group', sender == (0, 1), sender)
claim('which the control message names', control and control[0][:2] == (270, 3) and struct.unpack('I', control[0][2])[0] == 1, control)
second.send(newlink(78, b'thr0'))
claim('EEXIST the second time', error_of(second.recv(65536)) == -errno.EEXIST)
second.send(newlink(79, b'thr1'))
drain(second)
octets, control, flags, sender = member.recvmsg(65536, 17)
claim('a control message that is cut says so', flags & socket.MSG_CTRUNC != 0, (flags, control))
member.setsockopt(SOL_NETLINK, DROP, 1)
second.send(newlink(80, b'thr2'))
drain(second)
claim('who left a group is not told', select.select([member], [], [], 0.05)[0] == [])

# Descriptors
copy = first.dup()
copy.send(getlink(5))
claim('a copy is the same socket', header(first.recv(65536))[3] == 5)
drain(copy)
another = os.dup(first.fileno())
os.close(another)
claim('closing a copy closes nothing', copy.getsockname() == first.getsockname())
# Where nobody may take descriptors from another (pidfd_getfd), a copy has one of its own.
if libc.syscall(438, -1, 0, 0) == -1 and ctypes.get_errno() == errno.EBADF:
    os.set_blocking(copy.fileno(), False)
    claim('copies share O_NONBLOCK', not os.get_blocking(first.fileno()))
    os.set_blocking(copy.fileno(), True)
above = fcntl.fcntl(first, fcntl.F_DUPFD_CLOEXEC, 600)
claim('F_DUPFD_CLOEXEC finds a number', above >= 600 and fcntl.fcntl(above, fcntl.F_GETFD) == fcntl.FD_CLOEXEC, above)
os.close(above)
os.dup2(first.fileno(), 900)
claim('dup2 is the same socket', socket.socket(fileno=900).getsockname() == first.getsockname())
child = os.fork()
if child == 0:
    first.send(getlink(33))
    same = header(first.recv(65536))[3] == 33
    drain(first)
    os._exit(0 if same else 1)
claim('a child uses what it inherits', os.waitpid(child, 0)[1] == 0)
unbound = opened()
child = os.fork()
if child == 0:
    unbound.send(getlink(1))
    os._exit(0 if unbound.getsockname()[0] == os.getpid() else 1)
claim('the first to use a socket gives it its port', os.waitpid(child, 0)[1] == 0)
unbound.close()
os.set_inheritable(first.fileno(), True)
script = 'import socket; print(socket.socket(fileno=%d).getsockname()[0])' % first.fileno()
out = subprocess.run([sys.executable, '-S', '-E', '-c', script], close_fds=False, capture_output=True, text=True).stdout
claim('so does a program that is started', out.strip() == str(os.getpid()), out)
number = second.fileno()
second.close()
second = opened(0)
claim('the lowest number is used again', second.fileno() == number, (second.fileno(), number))

# Signals
hits = []
signal.signal(signal.SIGALRM, lambda *_: hits.append(1))
signal.siginterrupt(signal.SIGALRM, False)
waiting = opened(1)
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
maker = threading.Timer(0.25, lambda: (second.send(newlink(81, b'thr3')), drain(second)))
begin = time.monotonic()
maker.start()
octets = waiting.recv(65536)
signal.setitimer(signal.ITIMER_REAL, 0, 0)
maker.join()
claim('a receive goes on after a signal', header(octets)[1] == 16 and time.monotonic() - begin > 0.15 and hits, (time.monotonic() - begin, hits))


class Alarm(Exception):
    pass


def alarm(*_):
    signal.setitimer(signal.ITIMER_REAL, 0, 0)
    raise Alarm()


signal.signal(signal.SIGALRM, alarm)
signal.siginterrupt(signal.SIGALRM, True)
try:
    # Again and again: the first may come before the receive.
    signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
    waiting.recv(65536)
    claim('or ends with it', False)
except Alarm:
    claim('or ends with it', True)

signal.signal(signal.SIGALRM, lambda *_: None)
signal.siginterrupt(signal.SIGALRM, False)
waiting.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('qq', 4, 0))
ended = threading.Event()


def disturb(thread):
    for _ in range(15):
        if ended.wait(0.2):
            return
        signal.pthread_kill(thread, signal.SIGALRM)


disturber = threading.Thread(target=disturb, args=(threading.get_ident(),))
disturber.start()
result = libc.recv(waiting.fileno(), ctypes.create_string_buffer(100), 100, 0)
number = ctypes.get_errno()
ended.set()
disturber.join()
claim('one with a time limit ends in any case', result == -1 and number == errno.EINTR, (result, number))

# Room
tight = opened()
tight.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1200)
tight.bind((0, 1))
for turn in range(6):
    second.send(newlink(90 + turn, b'room%d' % turn))
    drain(second)


def receive_all():
    for _ in range(20):
        tight.recv(65536, socket.MSG_DONTWAIT)


refused('what found no room is told of', errno.ENOBUFS, receive_all)

# Memory


def returned(result, number):
    return result == -1 and ctypes.get_errno() == number


pointer = ctypes.c_void_p
claim('EFAULT of sendto', returned(libc.sendto(second.fileno(), pointer(1), 32, 0, None, 0), errno.EFAULT), ctypes.get_errno())
second.send(getlink(1))
claim('EFAULT of recvmsg', returned(libc.recvmsg(second.fileno(), pointer(8), 0), errno.EFAULT), ctypes.get_errno())
claim('EFAULT of read where no buffer can be', returned(libc.read(second.fileno(), pointer(8), ctypes.c_size_t(-1)), errno.EFAULT), ctypes.get_errno())
claim('EFAULT of recv', returned(libc.recv(second.fileno(), pointer(8), 100, 0), errno.EFAULT), ctypes.get_errno())
claim('EBADF of a closed socket', returned(libc.recv(1020, pointer(8), 100, 0), errno.EBADF), ctypes.get_errno())
claim('EINVAL of a short address', returned(libc.bind(second.fileno(), bytes([16, 0, 0, 0]), 4), errno.EINVAL), ctypes.get_errno())

# Killed
drain(second)
child = os.fork()
if child == 0:
    second.recv(20)
    os._exit(1)
time.sleep(0.3)
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
# At once: nobody has seen yet that it is gone, and it had little room.
second.send(request(18, 1, 77, struct.pack('BxHiII', 0, 0, 1, 0, 0)))
second.settimeout(60)
answer = second.recv(65536)
claim('what is killed while it receives takes nothing along', header(answer)[0] == len(answer) > 100, (header(answer), len(answer)))
second.settimeout(None)

# Many
crowd = [opened(0) for _ in range(100)]
claim('a hundred sockets have a hundred ports', len({s.getsockname()[0] for s in crowd}) == 100)
failures = []


def ask(sock):
    for turn in range(5):
        sock.send(getlink(turn))
        if header(sock.recv(65536))[3] != turn:
            failures.append(turn)
        drain(sock)


threads = [threading.Thread(target=ask, args=(sock,)) for sock in crowd[:16]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
claim('sixteen threads are answered', failures == [], failures)

# Names
claim('if_nametoindex', socket.if_nametoindex('thr0') > 1)
claim('if_nameindex', 'thr3' in [name for _, name in socket.if_nameindex()], socket.if_nameindex())
print('done', flush=True)
