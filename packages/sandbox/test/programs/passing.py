"""Passes a netlink socket to itself through a UNIX socket, and copies it to a number of its choice."""
import os, socket

sock = socket.socket(16, 3, 0)
sock.bind((0, 0))
left, right = socket.socketpair()
socket.send_fds(left, [b'x'], [sock.fileno()])
_, received, _, _ = socket.recv_fds(right, 1, 1)
os.dup2(sock.fileno(), 100)
print([socket.socket(fileno=number).getsockname() == sock.getsockname() for number in (received[0], 100)])
