import {
  IFLA_ALT_IFNAME,
  IFLA_EXT_MASK,
  IFLA_IFNAME,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  IFLA_MASTER,
  IFLA_MTU,
  IFLA_NET_NS_FD,
  IFLA_TARGET_NETNSID,
  ifinfomsg,
  NETLINK_GET_STRICT_CHK,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_FILTERED,
  NLM_F_DUMP_INTR,
  NLM_F_MULTI,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  RTM_DELLINK,
  RTM_GETLINK,
  RTM_NEWLINK,
  SOL_NETLINK,
} from '@netdevkit/bindings';
import { messages, MessageWriter, type Message } from '@netdevkit/netlink';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import { flatten } from './rtnetlink-flatten.ts';
import { add, ask, checkInvariants, device, dump, exchange, get, indexOf, linkMessage, outcome, Rig, verdict } from './rtnetlink-rig.ts';

type Fill = (writer: MessageWriter) => void;

const named = (name: string): Fill => (writer) => {
  writer.putString(IFLA_IFNAME, name);
};

describe('RTM_GETLINK of one link', () => {
  let rig: Rig;
  let socket: EmbeddedNetlinkSocket;
  beforeEach(() => {
    rig = new Rig();
    rig.rtnetlink.linkOps.register(rig.nlmonOps());
    socket = rig.socket();
    add(socket, 'nlmon0', 'nlmon');
  });

  it('answers, and acknowledges only when asked to', () => {
    const plain = exchange(socket, linkMessage({ type: RTM_GETLINK, flags: 0, index: 2, seq: 7 }));
    expect(plain.map(({ type, flags, seq }) => [type, flags, seq])).toEqual([[RTM_NEWLINK, 0, 7]]);
    expect(plain[0]?.pid).toBe(socket.getsockname().pid);
    const acked = exchange(socket, linkMessage({ type: RTM_GETLINK, flags: NLM_F_ACK, index: 2 }));
    expect(acked.map(({ type }) => type)).toEqual([RTM_NEWLINK, NLMSG_ERROR]);
  });

  it('finds a link by index, name or alternative name, whoever asks', () => {
    const user = rig.socket(rig.init, false);
    device(rig.init, 'nlmon0').altnames.push('spy');
    rig.devices.names(rig.init).add('spy', device(rig.init, 'nlmon0'));
    expect(indexOf(get(user, 2))).toBe(2);
    expect(indexOf(get(user, 0, named('nlmon0')))).toBe(2);
    expect(indexOf(get(user, 0, named('spy')))).toBe(2);
    expect(indexOf(get(user, 0, (writer) => { writer.putString(IFLA_ALT_IFNAME, 'spy'); }))).toBe(2);
    expect(indexOf(get(user, 1, named('nlmon0')))).toBe(1);
  });

  it('says what is wrong', () => {
    expect(ask(socket, { type: RTM_GETLINK })).toBe('EINVAL');
    expect(ask(socket, { type: RTM_GETLINK, index: 77 })).toBe('ENODEV');
    expect(ask(socket, { type: RTM_GETLINK, attributes: named('nosuch') })).toBe('ENODEV');
    const elsewhere: Fill = (writer) => {
      writer.putU32(IFLA_NET_NS_FD, 3);
    };
    expect(ask(socket, { type: RTM_GETLINK, index: 1, attributes: elsewhere })).toBe('EOPNOTSUPP: specified netns attribute not supported');
    expect(ask(socket, { type: RTM_GETLINK, index: 1, attributes: (writer) => { writer.putS32(IFLA_TARGET_NETNSID, 5); } })).toBe('EINVAL');
    expect(outcome(verdict(exchange(socket, request(RTM_GETLINK, NLM_F_ACK, 8))))).toBe('EINVAL: Invalid header for get link');
    expect(outcome(verdict(exchange(socket, request(RTM_GETLINK, NLM_F_ACK, 0))))).toBe('ok');
  });

  it('is strict when it is told to be', () => {
    const unknown: Fill = (writer) => {
      writer.putU32(500, 1);
    };
    expect(ask(socket, { type: RTM_GETLINK, index: 1, ifiChange: 1, attributes: unknown })).toBe('ok');
    socket.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    expect(ask(socket, { type: RTM_GETLINK, index: 1, ifiChange: 1 })).toBe('EINVAL: Invalid values in header for get link request');
    expect(ask(socket, { type: RTM_GETLINK, index: 1, attributes: unknown })).toBe('EINVAL: Unknown attribute type');
    const mtu: Fill = (writer) => {
      writer.putU32(IFLA_MTU, 1);
    };
    expect(ask(socket, { type: RTM_GETLINK, index: 1, attributes: mtu })).toBe('EINVAL: Unsupported attribute in get link request');
    expect(ask(socket, { type: RTM_GETLINK, attributes: (writer) => { named('lo')(writer); writer.putU32(IFLA_EXT_MASK, 9); } })).toBe('ok');
  });
});

describe('RTM_GETLINK of all links', () => {
  let rig: Rig;
  let socket: EmbeddedNetlinkSocket;
  beforeEach(() => {
    rig = new Rig();
    rig.rtnetlink.linkOps.register(rig.nlmonOps());
    rig.rtnetlink.linkOps.register(rig.dummyOps());
    socket = rig.socket();
    add(socket, 'd100', 'dummy', { index: 100 });
    add(socket, 'nlmon0', 'nlmon');
    add(socket, 'd1', 'dummy');
  });

  it('goes by ascending index, and ends with DONE in a datagram of its own', () => {
    // Chunks grow with what was received before: nothing yet.
    socket = rig.socket();
    socket.send(linkMessage({ type: RTM_GETLINK, flags: NLM_F_DUMP }));
    const datagrams: number[][] = [];
    for (let datagram = socket.receive(); datagram !== undefined; datagram = socket.receive()) {
      datagrams.push([...messages(datagram.bytes)].map((message) => (message.type === RTM_NEWLINK ? indexOf(message) : -message.type)));
      expect([...messages(datagram.bytes)].every(({ flags }) => flags === NLM_F_MULTI)).toBe(true);
    }
    expect(datagrams).toEqual([[1, 2], [3, 100], [-NLMSG_DONE]]);
  });

  it('takes the old one-octet header, and what cannot be read, for a wish for everything', () => {
    const old = exchange(socket, request(RTM_GETLINK, NLM_F_DUMP, 1));
    expect(old.filter(({ type }) => type === RTM_NEWLINK).map(indexOf)).toEqual([1, 2, 3, 100]);
    const broken = dump(socket, { attributes: (writer) => { writer.putU8(IFLA_MTU, 1); } });
    expect(broken.links).toHaveLength(4);
    expect(outcome(broken.done)).toBe('ok');
  });

  it('is strict when it is told to be', () => {
    socket.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    expect(outcome(dump(socket).done)).toBe('ok');
    expect(outcome(verdict(exchange(socket, request(RTM_GETLINK, NLM_F_DUMP, 1))))).toBe('EINVAL: Invalid header for link dump');
    expect(outcome(dump(socket, { ifiFlags: 1 }).done)).toBe('EINVAL: Invalid values in header for link dump request');
    expect(outcome(dump(socket, { index: 1 }).done)).toBe('EINVAL: Filter by device index not supported for link dumps');
    expect(outcome(dump(socket, { attributes: named('lo') }).done)).toBe('EINVAL: Unsupported attribute in link dump request');
    expect(outcome(dump(socket, { attributes: (writer) => { writer.putU32(500, 1); } }).done)).toBe('EINVAL: Unknown attribute type');
    const nowhere: Fill = (writer) => {
      writer.putS32(IFLA_TARGET_NETNSID, 5);
    };
    expect(outcome(dump(socket, { attributes: nowhere }).done)).toBe('EINVAL: Invalid target network namespace id');
  });

  it('leaves out what is not wanted, and says so', () => {
    const kind = (name: string): Fill => (writer) => {
      writer.putNested(IFLA_LINKINFO, () => {
        writer.putString(IFLA_INFO_KIND, name);
      });
    };
    const master = (index: number): Fill => (writer) => {
      writer.putS32(IFLA_MASTER, index);
    };
    const shown = (attributes: Fill): [number[], boolean] => {
      const { links } = dump(socket, { attributes });
      return [links.map(indexOf), links.every(({ flags }) => (flags & NLM_F_DUMP_FILTERED) !== 0)];
    };
    expect(shown(kind('dummy'))).toEqual([[3, 100], true]);
    expect(shown(kind('nlmon'))).toEqual([[2], true]);
    expect(shown(kind('nosuch'))).toEqual([[1, 2, 3, 100], false]);
    expect(shown(master(-1))).toEqual([[1, 2, 3, 100], true]);
    expect(shown(master(7))).toEqual([[], true]);
  });

  it('says in the next link that the list changed under it', () => {
    for (let i = 0; i < 10; i++) add(socket, '', 'dummy');
    expect(interrupted()).toEqual([RTM_NEWLINK]);
  });

  it('says nothing of a change after the last link', () => {
    // As measured: the flag would go into the first link of a chunk that has none.
    expect(interrupted()).toEqual([]);
  });

  /** What bears the flag in a dump that a link was made under, after its first two chunks were made. */
  function interrupted(): number[] {
    const reader = rig.socket();
    reader.send(linkMessage({ type: RTM_GETLINK, flags: NLM_F_DUMP }));
    const [first] = messages(reader.receive({ buffer: new Uint8Array(4096) })?.bytes ?? new Uint8Array(0));
    expect(first === undefined ? 0 : indexOf(first)).toBe(1);
    add(socket, 'late', 'dummy');
    const rest: Message[] = [];
    for (let datagram = reader.receive({ buffer: new Uint8Array(4096) }); datagram !== undefined; datagram = reader.receive({ buffer: new Uint8Array(4096) })) {
      rest.push(...messages(datagram.bytes));
    }
    return rest.filter(({ flags }) => (flags & NLM_F_DUMP_INTR) !== 0).map(({ type }) => type);
  }

  it('shows each link once, whatever goes and comes between the chunks', () => {
    for (let i = 0; i < 40; i++) add(socket, '', 'dummy');
    const other = rig.socket();
    socket = rig.socket();
    socket.send(linkMessage({ type: RTM_GETLINK, flags: NLM_F_DUMP }));
    const seen: number[] = [];
    for (let datagram = socket.receive({ buffer: new Uint8Array(4096) }); datagram !== undefined; datagram = socket.receive({ buffer: new Uint8Array(4096) })) {
      seen.push(...[...messages(datagram.bytes)].filter(({ type }) => type === RTM_NEWLINK).map(indexOf));
      ask(other, { type: RTM_DELLINK, index: (seen.at(-1) ?? 0) + 3 });
      add(other, '', 'nlmon');
    }
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
    expect(seen.length).toBeGreaterThan(30);
    checkInvariants(rig);
  });

  it('makes chunks that hold the greatest link', () => {
    const dev = device(rig.init, 'd1');
    const table = rig.devices.names(rig.init);
    for (let i = 0; i < 300; i++) {
      const name = `${'long'.repeat(25)}${String(i)}`;
      dev.altnames.push(name);
      table.add(name, dev);
    }
    const { links, done } = dump(socket);
    expect(links.map(indexOf)).toEqual([1, 2, 3, 100]);
    expect(done.errno).toBe(0);
    expect(links[2]?.length).toBeGreaterThan(32_000);
    expect(links[2] === undefined ? 0 : flatten(links[2]).filter(([path]) => path.startsWith('52.')).length).toBe(300);
    expect(indexOf(get(socket, 3))).toBe(3);
  });
});

/** A request with so many octets of zeros after its header. */
function request(type: number, flags: number, length: number): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, NLM_F_REQUEST | flags, 1, 0);
  writer.reserve(Math.min(length, ifinfomsg.SIZE));
  writer.end();
  return writer.toBytes();
}
