import subprocess
from raw import *

reader = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
reader.bind(('nlmon0', 3))
reader.settimeout(0.3)


def run(script):
    subprocess.run(script, shell=True, stdout=subprocess.DEVNULL)


def read(name):
    """All that comes, errors included, until nothing does."""
    came = []
    while len(came) < 20:
        try:
            reader.recv(65536)
            came.append('packet')
        except TimeoutError:
            break
        except OSError as error:
            came.append(errno.errorcode[error.errno])
    print(name, came)


read('it is down')
run('ip link set nlmon0 up; ip link show lo')
read('it is up')
run('ip link set nlmon0 down')
read('it is down again')
run('ip link set nlmon0 up; ip link show lo')
read('and up')
run('ip link del nlmon0')
read('it is gone')
print(reader.getsockname()[1:4])
