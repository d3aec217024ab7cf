"""Waits for a message that does not come, and writes what ended that, and what a new socket then says, to a file."""
import errno, os, socket, sys


def said(call):
    try:
        call()
        return 'nothing'
    except OSError as error:
        return errno.errorcode[error.errno]


waiting = socket.socket(16, 3, 0)
waiting.bind((0, 1))
os.write(1, b'ready')
words = [said(lambda: waiting.recv(100)), said(lambda: socket.socket(16, 3, 0))]
with open(sys.argv[1] + '.part', 'w') as file:
    file.write(' '.join(words) + '\n')
os.rename(sys.argv[1] + '.part', sys.argv[1])
