"""Two simulated radios in this namespace: those that the module makes by itself are in the first one."""
import struct
from raw import ASK, attribute, message, messages, netlink

GENERIC, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 16, 16, 3, 1, 2
HWSIM_CMD_NEW_RADIO = 4


def general(command):
    return struct.pack('BBH', command, 1, 0)


def family(controller, name):
    controller.send(message(GENL_ID_CTRL, 1, general(CTRL_CMD_GETFAMILY) + attribute(CTRL_ATTR_FAMILY_NAME, name)))
    for _, _, _, body in messages(controller.recv(1 << 16)):
        at = 4
        while at + 4 <= len(body):
            length, kind = struct.unpack_from('HH', body, at)
            if kind == CTRL_ATTR_FAMILY_ID:
                return struct.unpack_from('H', body, at + 4)[0]
            at += (length + 3) & ~3
    raise SystemExit('there is no ' + name)


controller = netlink(GENERIC)
simulator = family(controller, 'MAC80211_HWSIM')
for sequence in (2, 3):
    controller.send(message(simulator, ASK, general(HWSIM_CMD_NEW_RADIO), sequence))
    for kind, _, answered, body in messages(controller.recv(1 << 16)):
        print(kind, answered, struct.unpack_from('i', body)[0])
