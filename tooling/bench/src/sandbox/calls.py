"""Times system calls: the least and the median of many, in microseconds. A line for each: name, least, median."""
import os, socket, struct, time


def told(name, taken, times):
    taken.sort()
    print('%s %.3f %.3f' % (name, taken[0] / times / 1000, taken[len(taken) // 2] / times / 1000))


def lap(name, call, rounds=3000):
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter_ns()
        call()
        taken.append(time.perf_counter_ns() - begin)
    told(name, taken, 1)


def laps(name, call, rounds=300, times=300):
    """Of calls that take no longer than looking at the clock."""
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter_ns()
        for _ in range(times):
            call()
        taken.append(time.perf_counter_ns() - begin)
    told(name, taken, times)


sock = socket.socket(16, 3, 0)
sock.bind((0, 0))
ask = struct.pack('IHHII', 32, 18, 1, 1, 0) + struct.pack('BxHiII', 0, 0, 1, 0, 0)
zero = os.open('/dev/zero', os.O_RDONLY)
null = os.open('/dev/null', os.O_WRONLY)


def empty():
    try:
        sock.recv(10, socket.MSG_DONTWAIT)
    except BlockingIOError:
        pass


def asked():
    sock.send(ask)
    sock.recv(65536)


def opened():
    socket.socket(16, 3, 0).close()


lap('recv,_nothing_there', empty)
lap('setsockopt', lambda: sock.setsockopt(270, 11, 1))
lap('getsockname', sock.getsockname)
lap('send_and_recv_of_a_link', asked)
lap('socket_and_close', opened, 500)
laps('getppid', os.getppid)
laps('read_of_/dev/zero,_1_octet', lambda: os.read(zero, 1))
laps('write_to_/dev/null,_1_octet', lambda: os.write(null, b'0'))
