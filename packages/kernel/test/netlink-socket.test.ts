import {
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_AUDIT,
  NETLINK_BROADCAST_ERROR,
  NETLINK_CAP_ACK,
  NETLINK_DROP_MEMBERSHIP,
  NETLINK_EXT_ACK,
  NETLINK_GENERIC,
  NETLINK_GET_STRICT_CHK,
  NETLINK_LISTEN_ALL_NSID,
  NETLINK_LIST_MEMBERSHIPS,
  NETLINK_NO_ENOBUFS,
  NETLINK_PKTINFO,
  NETLINK_ROUTE,
  NETLINK_USERSOCK,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_NETLINK,
  SOL_SOCKET,
  SO_DOMAIN,
  SO_ERROR,
  SO_MEMINFO,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SO_TYPE,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import { readSockaddrNl } from '../src/net/netlink/embedded-socket.ts';
import { autobind } from '../src/net/netlink/netlink-port.ts';
import { NetlinkSock } from '../src/net/netlink/netlink-sock.ts';
import { NetlinkTable } from '../src/net/netlink/netlink-table.ts';
import { deterministicRandom } from '../src/random.ts';
import { PROTOCOL, ROOT, Rig, USER } from './netlink-rig.ts';

const code = (name: string): object => expect.objectContaining({ code: name });

describe('socket', () => {
  it('takes raw and datagram sockets of registered families only', () => {
    using rig = new Rig();
    const { netlink } = rig.core;
    expect(netlink.socket(rig.init, 1, NETLINK_ROUTE, ROOT)).toBe(-errno.ESOCKTNOSUPPORT);
    for (const protocol of [-1, 32, 1000, NETLINK_AUDIT]) {
      expect(netlink.socket(rig.init, SOCK_RAW, protocol, ROOT)).toBe(-errno.EPROTONOSUPPORT);
    }
    for (const type of [SOCK_RAW, SOCK_DGRAM]) {
      expect(typeof netlink.socket(rig.init, type, NETLINK_USERSOCK, ROOT)).toBe('object');
    }
    expect(netlink.liveSockets).toBe(2);
  });

  it('asks for a module that brings an unknown family', () => {
    const asked: string[] = [];
    const image = {
      name: 'diag',
      authors: [],
      description: '',
      license: 'GPL',
      alias: [`net-pf-16-proto-${String(PROTOCOL)}`],
      init_module: () => {
        asked.push('init');
        rig.family(() => 0);
        return 0;
      },
      cleanup_module: () => undefined,
    };
    using rig = new Rig([image]);
    rig.socket(PROTOCOL);
    expect(asked).toEqual(['init']);
  });

  it('pins the module of its family', () => {
    using rig = new Rig([]);
    const mod = rig.core.modules.builtin;
    const kernel = rig.family(() => 0, { module: mod });
    const socket = rig.socket(PROTOCOL);
    expect(mod.refcnt).toBe(1);
    socket.close();
    expect(mod.refcnt).toBe(0);
    rig.core.netlink.release(kernel);
    expect(rig.core.netlink.socket(rig.init, SOCK_RAW, PROTOCOL, ROOT)).toBe(-errno.EPROTONOSUPPORT);
  });

  it('throws EBADF once it is closed', () => {
    using rig = new Rig();
    const socket = rig.socket(NETLINK_USERSOCK);
    socket.close();
    socket.close();
    expect(() => {
      socket.bind();
    }).toThrow(code('EBADF'));
    expect(() => socket.receive()).toThrow(code('EBADF'));
    expect(() => socket.send(new Uint8Array(4))).toThrow(code('EBADF'));
    expect(() => socket.getsockname()).toThrow(code('EBADF'));
  });

  it('goes with its namespace', async () => {
    using rig = new Rig();
    const other = rig.namespace('other');
    const socket = rig.socket(NETLINK_USERSOCK, ROOT, other);
    const waiting = socket.waitReadable();
    rig.core.destroyNamespace(other);
    expect(socket.closed).toBe(true);
    await expect(waiting).rejects.toMatchObject({ code: 'EBADF' });
  });
});

describe('bind', () => {
  it('gives the process id first, then numbers from -2³¹ to -4097, downwards', () => {
    using rig = new Rig();
    const [first, second, third] = [0, 0, 0].map(() => rig.socket(NETLINK_USERSOCK));
    expect(first?.getsockname()).toEqual({ pid: 0, groups: 0 });
    for (const socket of [first, second, third]) socket?.bind();
    expect(first?.getsockname().pid).toBe(4321);
    const drawn = (second?.getsockname().pid ?? 0) | 0;
    expect(drawn).toBeLessThanOrEqual(-4097);
    expect(drawn).toBeGreaterThanOrEqual(-0x8000_0000);
    const another = (third?.getsockname().pid ?? 0) | 0;
    expect(another).toBeLessThanOrEqual(-4097);
    expect(another).not.toBe(drawn);
  });

  it('goes down from a drawn number that is taken, and from -4097 after the least', () => {
    using rig = new Rig();
    const table = new NetlinkTable();
    const bound = (drawn: number): number => {
      const sock = new NetlinkSock(rig.init, SOCK_RAW, NETLINK_USERSOCK, ROOT);
      expect(autobind(table, sock, 10, () => drawn)).toBe(0);
      return sock.portid | 0;
    };
    expect(bound(0)).toBe(10);
    expect(bound(2)).toBe(-0x8000_0000 + 2);
    expect(bound(2)).toBe(-0x8000_0000 + 1);
    expect(bound(2)).toBe(-0x8000_0000);
    expect(bound(2)).toBe(-4097);
    expect(bound(2)).toBe(-4098);
  });

  it('draws numbers below the one it is given', () => {
    const random = deterministicRandom();
    const drawn = Array.from({ length: 1000 }, () => random(100));
    expect(Math.max(...drawn)).toBeLessThan(100);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(new Set(drawn).size).toBeGreaterThan(90);
  });

  it('is the same for credentials of a process of their own', () => {
    using rig = new Rig();
    const socket = rig.socket(NETLINK_USERSOCK, { ...ROOT, tgid: 77 });
    socket.bind();
    expect(socket.getsockname().pid).toBe(77);
  });

  it('keeps port ids apart by family and namespace', () => {
    using rig = new Rig();
    const other = rig.namespace('other');
    for (const socket of [rig.socket(NETLINK_USERSOCK), rig.socket(NETLINK_ROUTE), rig.socket(NETLINK_USERSOCK, ROOT, other)]) {
      socket.bind({ pid: 5 });
      expect(socket.getsockname().pid).toBe(5);
    }
    expect(() => {
      rig.socket(NETLINK_USERSOCK).bind({ pid: 5 });
    }).toThrow(code('EADDRINUSE'));
  });

  it('refuses another port id than its own, 0 too', () => {
    using rig = new Rig();
    const socket = rig.socket(NETLINK_USERSOCK);
    socket.bind({ pid: 9 });
    for (const pid of [0, 10]) {
      expect(() => {
        socket.bind({ pid });
      }).toThrow(code('EINVAL'));
    }
    socket.bind({ pid: 9, groups: 4 });
    expect(socket.getsockname()).toEqual({ pid: 9, groups: 4 });
  });

  it('replaces groups 1 to 32 and keeps those above', () => {
    using rig = new Rig();
    const socket = rig.socket(NETLINK_ROUTE);
    socket.bind({ pid: 9, groups: 0x8000_0001 });
    socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 33);
    expect([...socket.getMemberships()]).toEqual([0x8000_0001, 1]);
    socket.bind({ pid: 9, groups: 2 });
    expect([...socket.getMemberships()]).toEqual([2, 1]);
    socket.bind({ pid: 9, groups: 0 });
    expect([...socket.getMemberships()]).toEqual([0, 1]);
  });

  it('needs CAP_NET_ADMIN for groups of families that are not for everybody', () => {
    using rig = new Rig();
    const socket = rig.socket(NETLINK_USERSOCK, USER);
    expect(() => {
      socket.bind({ groups: 1 });
    }).toThrow(code('EPERM'));
    expect(() => {
      socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 1);
    }).toThrow(code('EPERM'));
    rig.socket(NETLINK_ROUTE, USER).bind({ groups: 1 });
    rig.socket(NETLINK_GENERIC, USER).bind({ groups: 1 });
  });

  it('tells the family of the groups that were joined before one was refused', () => {
    using rig = new Rig();
    const told: string[] = [];
    rig.family(() => 0, {
      bind: (_namespace, group) => {
        told.push(`bind ${String(group)}`);
        return group === 3 ? -errno.EPERM : 0;
      },
      unbind: (_namespace, group) => {
        told.push(`unbind ${String(group)}`);
      },
    });
    const socket = rig.socket(PROTOCOL);
    expect(() => {
      socket.bind({ groups: 0b1101 });
    }).toThrow(code('EPERM'));
    expect(told).toEqual(['bind 1', 'bind 3', 'unbind 1']);
    expect(socket.getsockname()).toEqual({ pid: 0, groups: 0 });
    socket.bind({ groups: 1 });
    socket.close();
    expect(told.slice(3)).toEqual(['bind 1', 'unbind 1']);
  });
});

describe('connect', () => {
  it('binds, and needs a capability for anybody but the kernel', () => {
    using rig = new Rig();
    const socket = rig.socket(NETLINK_ROUTE, USER);
    expect(() => {
      socket.connect({ pid: 7 });
    }).toThrow(code('EPERM'));
    expect(socket.getsockname().pid).toBe(0);
    socket.connect({});
    expect(socket.getsockname().pid).toBe(4321);
    const free = rig.socket(NETLINK_USERSOCK, USER);
    free.connect({ pid: 7, groups: 6 });
    expect(free.getpeername()).toEqual({ pid: 7, groups: 2 });
    free.disconnect();
    expect(free.getpeername()).toEqual({ pid: 0, groups: 0 });
  });
});

describe('readSockaddrNl', () => {
  it('refuses short addresses and other families', () => {
    expect(readSockaddrNl(new Uint8Array(11))).toBe(-errno.EINVAL);
    expect(readSockaddrNl(new Uint8Array(12))).toBe(-errno.EINVAL);
    expect(readSockaddrNl(Uint8Array.of(16, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255))).toEqual({ pid: 1, groups: 0xffff_ffff });
  });
});

describe('memberships', () => {
  it('take group numbers from 1 to the family’s greatest', () => {
    using rig = new Rig();
    rig.family(() => 0);
    const socket = rig.socket(PROTOCOL);
    expect([...socket.getMemberships()]).toEqual([]);
    for (const group of [0, 41, 0xffff_ffff]) {
      expect(() => {
        socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
      }).toThrow(code('EINVAL'));
    }
    for (const group of [1, 32, 33, 40]) socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    expect([...socket.getMemberships()]).toEqual([0x8000_0001, 0x81]);
    socket.setOption(SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, 32);
    socket.setOption(SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, 32);
    expect([...socket.getMemberships()]).toEqual([1, 0x81]);
  });

  it('are at least 32 in every family', () => {
    using rig = new Rig();
    const socket = rig.socket(NETLINK_USERSOCK);
    socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 32);
    expect(() => {
      socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 33);
    }).toThrow(code('EINVAL'));
  });

  it('list as many whole words as fit, and say how many octets there are', () => {
    using rig = new Rig();
    const socket = rig.socket(NETLINK_ROUTE);
    expect(socket.getsockopt(SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, 100)).toEqual({ bytes: new Uint8Array(0), length: 0 });
    socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 2);
    const list = (length: number): object => socket.getsockopt(SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, length);
    expect(list(3)).toEqual({ bytes: new Uint8Array(0), length: 8 });
    expect(list(7)).toEqual({ bytes: Uint8Array.of(2, 0, 0, 0), length: 8 });
    expect(list(8)).toEqual({ bytes: Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0), length: 8 });
  });
});

describe('options', () => {
  const switches = {
    NETLINK_PKTINFO,
    NETLINK_BROADCAST_ERROR,
    NETLINK_NO_ENOBUFS,
    NETLINK_LISTEN_ALL_NSID,
    NETLINK_CAP_ACK,
    NETLINK_EXT_ACK,
    NETLINK_GET_STRICT_CHK,
  };

  it.each(Object.entries(switches))('%s reads back 0 or 1', (_name, option) => {
    using rig = new Rig();
    const socket = rig.socket(NETLINK_ROUTE);
    expect(socket.getOption(SOL_NETLINK, option)).toBe(0);
    socket.setOption(SOL_NETLINK, option, 0x7fff_0000);
    expect(socket.getOption(SOL_NETLINK, option)).toBe(1);
    // What is shorter than an int counts as 0.
    socket.setsockopt(SOL_NETLINK, option, Uint8Array.of(1, 1, 1));
    expect(socket.getOption(SOL_NETLINK, option)).toBe(0);
    expect(socket.getsockopt(SOL_NETLINK, option, 100).length).toBe(4);
    expect(() => socket.getsockopt(SOL_NETLINK, option, 3)).toThrow(code('EINVAL'));
  });

  it.each([0, 6, 7, 13, 99, -1])('option %i of SOL_NETLINK does not exist', (option) => {
    using rig = new Rig();
    const socket = rig.socket(NETLINK_ROUTE);
    expect(() => {
      socket.setOption(SOL_NETLINK, option, 1);
    }).toThrow(code('ENOPROTOOPT'));
    expect(() => socket.getOption(SOL_NETLINK, option)).toThrow(code('ENOPROTOOPT'));
  });

  it('knows no other levels', () => {
    using rig = new Rig();
    const socket = rig.socket(NETLINK_ROUTE);
    expect(() => {
      socket.setOption(6, 1, 1);
    }).toThrow(code('ENOPROTOOPT'));
    expect(() => socket.getOption(6, 1)).toThrow(code('ENOPROTOOPT'));
    expect(() => socket.getOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP)).toThrow(code('ENOPROTOOPT'));
  });

  it('lets only CAP_NET_BROADCAST listen to all namespaces', () => {
    using rig = new Rig();
    const socket = rig.socket(NETLINK_ROUTE, { ...ROOT, netBroadcast: false });
    expect(() => {
      socket.setOption(SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, 1);
    }).toThrow(code('EPERM'));
  });

  it('doubles buffer sizes within their limits', () => {
    using rig = new Rig();
    const socket = rig.socket(NETLINK_ROUTE, USER);
    const sizes = [
      [SO_RCVBUF, 212_992, 1000, 2304],
      [SO_RCVBUF, 2304, 5000, 10_000],
      [SO_RCVBUF, 10_000, 1 << 20, 425_984],
      [SO_RCVBUF, 425_984, -1, 425_984],
      [SO_SNDBUF, 212_992, 1, 4608],
      [SO_SNDBUF, 4608, 32_768, 65_536],
    ] as const;
    for (const [option, before, set, after] of sizes) {
      expect(socket.getOption(SOL_SOCKET, option)).toBe(before);
      socket.setOption(SOL_SOCKET, option, set);
      expect(socket.getOption(SOL_SOCKET, option)).toBe(after);
    }
    for (const option of [SO_RCVBUFFORCE, SO_SNDBUFFORCE]) {
      expect(() => {
        socket.setOption(SOL_SOCKET, option, 1);
      }).toThrow(code('EPERM'));
    }
    const root = rig.socket(NETLINK_ROUTE);
    root.setOption(SOL_SOCKET, SO_RCVBUFFORCE, 1 << 20);
    root.setOption(SOL_SOCKET, SO_SNDBUFFORCE, 0x7fff_ffff);
    expect(root.getOption(SOL_SOCKET, SO_RCVBUF)).toBe(1 << 21);
    expect(root.getOption(SOL_SOCKET, SO_SNDBUF)).toBe(0x7fff_fffe);
    root.setOption(SOL_SOCKET, SO_RCVBUFFORCE, -5);
    expect(root.getOption(SOL_SOCKET, SO_RCVBUF)).toBe(2304);
  });

  it('says what the socket is', () => {
    using rig = new Rig();
    const socket = rig.socket(NETLINK_GENERIC);
    expect([SO_TYPE, SO_DOMAIN, SO_PROTOCOL, SO_ERROR].map((option) => socket.getOption(SOL_SOCKET, option))).toEqual([3, 16, 16, 0]);
    for (const option of [SO_TYPE, SO_DOMAIN, SO_PROTOCOL, SO_ERROR, 12345]) {
      expect(() => {
        socket.setOption(SOL_SOCKET, option, 1);
      }).toThrow(code('ENOPROTOOPT'));
    }
    expect(() => {
      socket.setsockopt(SOL_SOCKET, SO_RCVBUF, new Uint8Array(3));
    }).toThrow(code('EINVAL'));
    expect(socket.getsockopt(SOL_SOCKET, SO_TYPE, 1)).toEqual({ bytes: Uint8Array.of(3), length: 1 });
  });

  it('tells of its memory and of what it lost', () => {
    using rig = new Rig();
    const socket = rig.socket(NETLINK_GENERIC);
    socket.overrun();
    const { bytes, length } = socket.getsockopt(SOL_SOCKET, SO_MEMINFO, 100);
    expect(length).toBe(36);
    expect([...new Uint32Array(bytes.slice().buffer)]).toEqual([0, 212_992, 0, 212_992, 0, 0, 0, 0, 1]);
    expect(socket.getOption(SOL_SOCKET, SO_ERROR)).toBe(errno.ENOBUFS);
    expect(socket.getOption(SOL_SOCKET, SO_ERROR)).toBe(0);
  });
});
