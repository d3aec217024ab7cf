"""Times system calls of a netlink socket: the least and the median of many, in microseconds."""
import socket, struct, time


def lap(name, call, times=3000):
    taken = []
    for _ in range(times):
        begin = time.perf_counter_ns()
        call()
        taken.append(time.perf_counter_ns() - begin)
    taken.sort()
    print('%s %.1f %.1f' % (name, taken[0] / 1000, taken[times // 2] / 1000))


sock = socket.socket(16, 3, 0)
sock.bind((0, 0))
ask = struct.pack('IHHII', 32, 18, 1, 1, 0) + struct.pack('BxHiII', 0, 0, 1, 0, 0)


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
