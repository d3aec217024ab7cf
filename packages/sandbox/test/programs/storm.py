"""A signal at nearly every system call, while links are made: none may be made twice, and every event comes once."""
import signal, socket, struct, sys


def attribute(kind, data):
    octets = struct.pack('HH', 4 + len(data), kind) + data
    return octets + b'\0' * (-len(octets) % 4)


def newlink(sequence, name):
    body = bytes(16) + attribute(3, name + b'\0') + attribute(18, attribute(1, b'nlmon\0'))
    return struct.pack('IHHII', 16 + len(body), 16, 0x605, sequence, 0) + body


hits = 0


def count(*_):
    global hits
    hits += 1


signal.signal(signal.SIGALRM, count)
signal.siginterrupt(signal.SIGALRM, False)
member = socket.socket(16, 3, 0)
member.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)  # SO_RCVBUFFORCE
member.bind((0, 1))
asker = socket.socket(16, 3, 0)
asker.bind((0, 0))
signal.setitimer(signal.ITIMER_REAL, 0.0003, 0.0003)
wrong = 0
for turn in range(int(sys.argv[1])):
    asker.send(newlink(turn, b'storm%d' % turn))
    answer = asker.recv(65536)
    if struct.unpack('I', answer[8:12])[0] != turn or struct.unpack('i', answer[16:20])[0] != 0:
        wrong += 1
signal.setitimer(signal.ITIMER_REAL, 0, 0)
events = 0
while True:
    try:
        member.recv(65536, socket.MSG_DONTWAIT)
        events += 1
    except BlockingIOError:
        break
print('signals' if hits > 20 else 'calm', wrong, events)
