#!/usr/bin/python3
"""pyroute2: every attribute of each message of rtnetlink; pyroute2-decode.py objects|json FILE. Every tenth message will do."""
import json
import struct
import sys
import time

from pyroute2.netlink.rtnl.iprsocket import MarshalRtnl

EVERY = 10


def datagrams(path):
    with open(path, 'rb') as file:
        data = file.read()
    at = 24
    while at + 32 <= len(data):
        length, = struct.unpack_from('=I', data, at + 8)
        protocol, = struct.unpack_from('>H', data, at + 30)
        if protocol == 0:
            yield data[at + 32:at + 16 + length]
        at += 16 + length


def messages(path, known):
    for data in datagrams(path):
        at = 0
        while at + 16 <= len(data):
            length, kind = struct.unpack_from('=IH', data, at)
            if length < 16:
                break
            if kind in known:
                yield data[at:at + length]
            at += (length + 3) & ~3


def plain(value):
    """What pyroute2 leaves to be decoded until it is asked for."""
    if hasattr(value, 'keys'):
        return {key: plain(value[key]) for key in value.keys()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def main(mode, path):
    marshal = MarshalRtnl()
    chosen = list(messages(path, marshal.msg_map))[::EVERY]
    count, start = 0, time.process_time()
    for data in chosen:
        for message in marshal.parse(data):
            whole = plain(message)
            count += 1
            if mode == 'json':
                json.dumps(whole, default=repr)
    nanoseconds = (time.process_time() - start) * 1e9 / max(1, count)
    print(json.dumps({'min': nanoseconds, 'median': nanoseconds, 'messages': count}))


main(*sys.argv[1:])
