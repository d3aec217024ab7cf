from raw import *

SO_SNDBUF, SO_RCVBUF, SO_RCVBUFFORCE = 7, 8, 33
INDEX = socket.if_nametoindex('d0')


def churn(times):
    changer = netlink()
    for number in range(times):
        changer.send(message(RTM_NEWLINK, ASK, link(INDEX, number & 1, 1), number))
        changer.recv(8192)


def drain(listener):
    listener.settimeout(0.3)
    came, overruns = 0, []
    while True:
        try:
            listener.recv(65536)
            came += 1
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                return came, 'overruns after', overruns
            overruns.append(came)


def seen(what):
    before = taps()
    what()
    return taps()[0] - before[0]


listener = netlink(groups=1)
listener.setsockopt(1, SO_RCVBUF, 1)
print('the least buffer', listener.getsockopt(1, SO_RCVBUF), seen(lambda: churn(200)), drain(listener))
listener.close()
listener = netlink(groups=1, options=(NO_ENOBUFS,))
listener.setsockopt(1, SO_RCVBUF, 1)
print('not to be told', seen(lambda: churn(200)), drain(listener))
listener.close()
listener = netlink(groups=1)
print('the default buffer', listener.getsockopt(1, SO_RCVBUF), seen(lambda: churn(400)), drain(listener))
listener.close()
small, large = netlink(groups=1), netlink(groups=1)
small.setsockopt(1, SO_RCVBUF, 1)
large.setsockopt(1, SO_RCVBUFFORCE, 1 << 24)
print('a small one beside a large one', seen(lambda: churn(100)), drain(small), drain(large))
small.close()
large.close()

asker = netlink()
asker.setsockopt(1, SO_RCVBUF, 1)
sent = 0
try:
    for number in range(200):
        asker.send(message(RTM_GETLINK, ASK, link(1), number))
        sent += 1
except OSError as error:
    print(errno.errorcode[error.errno])
print('answers that nobody reads', sent, drain(asker))
asker = netlink()
asker.send(message(RTM_GETLINK, NLM_F_REQUEST, link(1)))
octets = bytearray(64)
print('too little room', asker.recvmsg_into([octets])[::2][:2])
