"""Makes netlink sockets, asks and closes without end, in three processes with two threads each."""
import os, socket, struct, threading

ask = struct.pack('IHHII', 32, 18, 0x301, 1, 0) + bytes(16)


def work():
    while True:
        sock = socket.socket(16, 3, 0)
        sock.bind((0, 1))
        sock.send(ask)
        while struct.unpack('IH', sock.recv(4096)[:6])[1] != 3:
            pass
        copy = sock.dup()
        sock.close()
        copy.close()


os.fork() and os.fork()
os.write(1, b'busy ')
threading.Thread(target=work).start()
work()
