from raw import *


def ask(name, octets, protocol=0, answers=1, options=(EXT_ACK,)):
    print(name)
    opened = netlink(protocol, options=options)
    before = taps()
    try:
        opened.send(octets)
        for _ in range(answers):
            tell(opened.recv(65536))
    except OSError as error:
        print('  ' + errno.errorcode.get(error.errno, 'nothing'))
    print('  nlmon0 %s' % [after - first for first, after in zip(before, taps())])


dummy = attribute(18, attribute(1, 'dummy'))
nlmon = attribute(18, attribute(1, 'nlmon'))
ask('a type that nobody knows', message(999, ASK))
ask('a type beyond the last', message(200, ASK))
ask('nothing to do', message(1, NLM_F_REQUEST))
ask('nothing to do, acknowledged', message(1, ASK))
ask('an error', message(2, ASK, b'\0' * 20))
ask('the end of a dump', message(3, ASK))
ask('an overrun', message(4, ASK))
ask('no request', message(RTM_GETLINK, 0, link()))
ask('its length is less than a header', message(RTM_GETLINK, ASK, link(), length=10))
ask('half of a header', b'\x08\0\0\0\x12\0\5\0')
ask('its length is beyond the datagram', message(RTM_GETLINK, ASK, link(), length=100))
ask('a link: no header', message(RTM_GETLINK, ASK))
ask('a link: no such index', message(RTM_GETLINK, ASK, link(9999)))
ask('a link: none named', message(RTM_GETLINK, ASK, link()))
ask('links: a strict dump with flags', message(RTM_GETLINK, ASK | NLM_F_DUMP, link(flags=1)), options=(EXT_ACK, STRICT))
ask('links: a strict dump, an unknown attribute', message(RTM_GETLINK, ASK | NLM_F_DUMP, link() + attribute(500, b'abcd')), options=(EXT_ACK, STRICT))
ask('links: a dump of a family alone', message(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, b'\0'), answers=3)
ask('links: that, strict', message(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, b'\0'), answers=2, options=(EXT_ACK, STRICT))
ask('a new link: no kind', message(RTM_NEWLINK, MAKE, link() + attribute(3, 'zz0')))
ask('a new link: its name has no end', message(RTM_NEWLINK, MAKE, link() + attribute(3, b'zz1') + dummy))
ask('a new link: its name is too long', message(RTM_NEWLINK, MAKE, link() + attribute(3, 'a' * 20) + dummy))
ask('a new link: half an MTU', message(RTM_NEWLINK, MAKE, link() + attribute(3, 'zz2') + attribute(4, b'\1\2') + dummy))
ask('a new link: an attribute that overruns', message(RTM_NEWLINK, MAKE, link() + struct.pack('HH', 200, 3) + b'zz3\0'))
ask('a new link: octets behind the last attribute', message(RTM_NEWLINK, MAKE, link() + attribute(3, 'zz4') + dummy + b'\1\2\3'))
ask('an nlmon with an address', message(RTM_NEWLINK, MAKE, link() + attribute(3, 'zz5') + attribute(1, b'\0' * 6) + nlmon))
ask('an nlmon with an address of no octets', message(RTM_NEWLINK, MAKE, link() + attribute(3, 'zz6') + attribute(1) + nlmon))
ask('an nlmon with data', message(RTM_NEWLINK, MAKE, link() + attribute(3, 'zz7') + attribute(18, attribute(1, 'nlmon') + attribute(2, attribute(1, b'abcd')))))
ask('an nlmon without a name', message(RTM_NEWLINK, MAKE, link() + nlmon))
ask('an nlmon that is up at once, told to who asked', message(RTM_NEWLINK, MAKE | NLM_F_ECHO, link(flags=1, change=1) + attribute(3, 'zz8') + nlmon), answers=2)
ask('no link to delete', message(RTM_DELLINK, ASK, link()))
ask('an address without one', message(RTM_NEWADDR, ASK | NLM_F_CREATE, struct.pack('BBBBI', 2, 24, 0, 0, 1)))
ask('an address of no family', message(RTM_NEWADDR, ASK | NLM_F_CREATE, struct.pack('BBBBI', 99, 24, 0, 0, 1)))
ask('two requests in a datagram', message(RTM_GETLINK, ASK, link(1), 11) + message(RTM_GETLINK, ASK, link(9999), 12), answers=4)
ask('three of nothing to do', b''.join(message(1, ASK, sequence=number) for number in (1, 2, 3)), answers=3)
ask('an error with no more than the header', message(RTM_NEWLINK, ASK, link(9999) + attribute(3, 'q' * 100)), options=(EXT_ACK, CAP_ACK))
ask('an error with all of the request', message(RTM_NEWLINK, ASK, link(9999) + attribute(20, 'q' * 200)), options=())
ask('generic: no such family', message(0x7f, ASK, struct.pack('BBH', 1, 1, 0)), 16)
ask('generic: no family of this name', message(16, ASK, struct.pack('BBH', 3, 1, 0) + attribute(2, 'nosuch')), 16)
ask('generic: no name', message(16, ASK, struct.pack('BBH', 3, 1, 0)), 16)
ask('generic: no such command', message(16, ASK, struct.pack('BBH', 99, 1, 0)), 16)
ask('generic: half an id', message(16, ASK, struct.pack('BBH', 3, 2, 0) + attribute(1, b'\1')), 16)
ask('sockets of no family', message(20, ASK | NLM_F_DUMP, struct.pack('BBBBI', 200, 6, 0, 0, 0xfff) + b'\0' * 48), 4)

sender = netlink()
for name, octets, to in (('nothing', b'', None), ('a port that nobody has', message(RTM_GETLINK, ASK, link()), (424242, 0)), ('300000 octets', message(RTM_GETLINK, ASK, link(1) + b'\0' * 299968), None)):
    before = taps()
    try:
        sent = sender.send(octets) if to is None else sender.sendto(octets, to)
    except OSError as error:
        sent = errno.errorcode[error.errno]
    print(name, sent, [after - first for first, after in zip(before, taps())])
