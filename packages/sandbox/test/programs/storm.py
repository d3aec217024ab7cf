"""A signal at nearly every system call, while links are made: none may be made twice, and every answer and event comes once.

Arguments: how many links, and every how many seconds a signal. Prints whether there were many signals, how many links were
made twice, how many answers never came, and how many events did.
"""
import errno, signal, socket, struct, sys, threading


def attribute(kind, data):
    octets = struct.pack('HH', 4 + len(data), kind) + data
    return octets + b'\0' * (-len(octets) % 4)


def newlink(sequence, name):
    body = bytes(16) + attribute(3, name + b'\0') + attribute(18, attribute(1, b'nlmon\0'))
    return struct.pack('IHHII', 16 + len(body), 16, 0x605, sequence, 0) + body


def answer_to(sequence):
    """The errno of the answer; None when there is none for a while."""
    while True:
        try:
            answer = asker.recv(65536)
        except BlockingIOError:
            return None
        if struct.unpack('I', answer[8:12])[0] == sequence:
            return -struct.unpack('i', answer[16:20])[0]


def storm(period):
    signal.setitimer(signal.ITIMER_REAL, period, period)


def watch():
    """Calms the storm where nothing goes on: each signal lets a receive begin anew, so that its own time limit is never reached."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    seen = -1
    while not over.wait(4):
        if turn == seen:
            storm(0)
            calm.set()
        seen = turn


hits = turn = 0
calm, over = threading.Event(), threading.Event()


def count(*_):
    global hits
    hits += 1


signal.signal(signal.SIGALRM, count)
signal.siginterrupt(signal.SIGALRM, False)
member = socket.socket(16, 3, 0)
member.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)  # SO_RCVBUFFORCE
member.bind((0, 1))
asker = socket.socket(16, 3, 0)
asker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('qq', 4, 0))
asker.bind((0, 0))
turns, period = int(sys.argv[1]), float(sys.argv[2])
watcher = threading.Thread(target=watch)
watcher.start()
storm(period)
twice = lost = 0
for turn in range(turns):
    if calm.is_set():
        calm.clear()
        storm(period)
    asker.send(newlink(turn + 1, b'storm%d' % turn))
    result = answer_to(turn + 1)
    if result is None:
        lost += 1
    elif result == errno.EEXIST:
        twice += 1
    elif result != 0:
        sys.exit('answer %d: %s' % (turn, errno.errorcode[result]))
over.set()
watcher.join()
storm(0)
events = 0
while True:
    try:
        member.recv(65536, socket.MSG_DONTWAIT)
        events += 1
    except BlockingIOError:
        break
print('signals' if hits > turns / 10 else 'calm', twice, lost, events)
