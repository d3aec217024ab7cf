import {
  IFF_NOARP,
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_ALT_IFNAME,
  IFLA_EXT_MASK,
  IFLA_GROUP,
  IFLA_IFALIAS,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  IFLA_MASTER,
  IFLA_MTU,
  IFLA_NET_NS_FD,
  IFLA_NET_NS_PID,
  IFLA_NUM_TX_QUEUES,
  IFLA_PROP_LIST,
  IFLA_TARGET_NETNSID,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_EXCL,
  RTM_NEWLINK,
  ifinfomsg,
} from '@netdevkit/bindings';
import { attributesOf, AttributeCursor, Message, MessageWriter } from '@netdevkit/netlink';
import { describe, expect, it } from 'vitest';
import {
  addAltNames,
  addLink,
  deleteLink,
  dumpLinks,
  formatLinkAddress,
  getLink,
  parseLinkAddress,
  setLink,
  type LinkChanges,
} from '../src/index.ts';

/** What a request looks like on the wire. */
function wire(request: { readonly type: number; encode(writer: MessageWriter): void }): Message {
  const writer = new MessageWriter();
  writer.begin(request.type, 0, 1, 0);
  request.encode(writer);
  writer.end();
  return new Message(writer.toBytes());
}

/** The attributes of a link request, by type, as hex. */
function attributes(message: Message): Record<number, string> {
  const found: Record<number, string> = {};
  const cursor = attributesOf(message, ifinfomsg.SIZE);
  while (cursor.next()) found[cursor.rawType] = Buffer.from(cursor.octets()).toString('hex');
  expect(cursor.rest).toBe(0);
  return found;
}

const text = (value: string): string => Buffer.from(`${value}\0`).toString('hex');
const u32 = (value: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('hex');
};
const header = ({ view, payloadOffset }: Message): { index: number; flags: number; change: number } => ({
  index: ifinfomsg.ifi_index(view, payloadOffset),
  flags: ifinfomsg.ifi_flags(view, payloadOffset),
  change: ifinfomsg.ifi_change(view, payloadOffset),
});

describe('addLink', () => {
  it('makes a link as iproute2 does', () => {
    const request = addLink({ name: 'nlmon7', kind: 'nlmon' });
    expect(request).toMatchObject({ type: RTM_NEWLINK, flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL });
    const message = wire(request);
    expect(header(message)).toEqual({ index: 0, flags: 0, change: 0 });
    expect(attributes(message)).toEqual({
      [IFLA_IFNAME]: text('nlmon7'),
      [IFLA_LINKINFO]: `0a000100${text('nlmon')}0000`,
    });
  });

  it('writes all that it is told', () => {
    const message = wire(
      addLink({
        kind: 'veth',
        index: 42,
        mtu: 1400,
        address: '02:00:5e:00:53:01',
        numTxQueues: 4,
        group: 3,
        up: true,
        arp: false,
        data: (writer) => writer.putU32(7, 9),
      }),
    );
    expect(header(message)).toEqual({ index: 42, flags: IFF_UP | IFF_NOARP, change: IFF_UP | IFF_NOARP });
    expect(attributes(message)).toMatchObject({
      [IFLA_MTU]: u32(1400),
      [IFLA_ADDRESS]: '02005e005301',
      [IFLA_NUM_TX_QUEUES]: u32(4),
      [IFLA_GROUP]: u32(3),
    });
    const cursor = attributesOf(message, ifinfomsg.SIZE);
    while (cursor.next() && cursor.type !== IFLA_LINKINFO);
    const inside = new AttributeCursor();
    cursor.enter(inside);
    expect([inside.next(), inside.type, inside.string()]).toEqual([true, IFLA_INFO_KIND, 'veth']);
    expect([inside.next(), inside.type, Buffer.from(inside.octets()).toString('hex')]).toEqual([true, IFLA_INFO_DATA, `08000700${u32(9)}`]);
  });

  it.each([
    [{ pid: 7 }, IFLA_NET_NS_PID, 7],
    [{ fd: 9 }, IFLA_NET_NS_FD, 9],
    [{ nsid: 2 }, IFLA_TARGET_NETNSID, 2],
  ])('names a namespace by %o', (netns, type, value) => {
    expect(attributes(wire(addLink({ kind: 'nlmon', netns })))[type]).toBe(u32(value));
  });
});

describe('setLink', () => {
  it('names a link by index, name, alternative name or group', () => {
    expect(header(wire(setLink(5, { up: true }))).index).toBe(5);
    expect(attributes(wire(setLink('eth0', {})))).toEqual({ [IFLA_IFNAME]: text('eth0') });
    // 15 octets are the longest name, in UTF-8.
    expect(attributes(wire(setLink('a'.repeat(15), {})))).toHaveProperty(String(IFLA_IFNAME));
    expect(attributes(wire(setLink('ä'.repeat(8), {})))).toEqual({ [IFLA_ALT_IFNAME]: text('ä'.repeat(8)) });
    expect(attributes(wire(setLink({ group: 42 }, { up: true })))).toEqual({ [IFLA_GROUP]: u32(42) });
  });

  it('changes only the flags that are named', () => {
    expect(header(wire(setLink(1, { up: false, arp: true })))).toEqual({ index: 1, flags: 0, change: IFF_UP | IFF_NOARP });
    expect(header(wire(setLink(1, { mtu: 1 })))).toEqual({ index: 1, flags: 0, change: 0 });
  });

  it('takes an alias away with an attribute without octets', () => {
    expect(attributes(wire(setLink(1, { alias: '' })))).toEqual({ [IFLA_IFALIAS]: '' });
    expect(attributes(wire(setLink(1, { alias: 'ab' })))).toEqual({ [IFLA_IFALIAS]: '6162' });
  });

  it('writes 0 for no master', () => {
    expect(attributes(wire(setLink(1, { master: 0 })))).toEqual({ [IFLA_MASTER]: u32(0) });
  });

  it('does not rename what is given by name', () => {
    expect(() => wire(setLink('a', { name: 'b' }))).toThrow(TypeError);
    expect(attributes(wire(setLink(3, { name: 'b' })))).toEqual({ [IFLA_IFNAME]: text('b') });
  });

  it.each<LinkChanges>([
    { mtu: -1 },
    { mtu: 2 ** 32 },
    { mtu: 1.5 },
    { mtu: Number.NaN },
    { operState: 256 },
    { alias: 'a\0b' },
    { address: '02:00:zz' },
    { address: '02:00:' },
    { address: '2001::1' },
  ])('refuses %o', (changes) => {
    expect(() => wire(setLink(1, changes))).toThrow(RangeError);
  });

  it('refuses an index that no link has, and data without a kind', () => {
    expect(() => wire(setLink(0, {}))).toThrow(RangeError);
    expect(() => wire(setLink(-3, {}))).toThrow(RangeError);
    expect(() => wire(setLink(1, { data: () => undefined }))).toThrow(TypeError);
  });
});

describe('getLink', () => {
  it('asks for no more than a strict kernel allows', () => {
    expect(attributes(wire(getLink('lo')))).toEqual({ [IFLA_IFNAME]: text('lo'), [IFLA_EXT_MASK]: u32(8) });
    expect(attributes(wire(getLink(1, { extMask: 1 })))).toEqual({ [IFLA_EXT_MASK]: u32(1) });
  });
});

describe('dumpLinks', () => {
  it('asks the kernel for what it can filter', () => {
    expect(attributes(wire(dumpLinks({ kind: 'nlmon', master: 4, up: true })))).toEqual({
      [IFLA_EXT_MASK]: u32(8),
      [IFLA_MASTER]: u32(4),
      [IFLA_LINKINFO]: `0a000100${text('nlmon')}0000`,
    });
    expect(attributes(wire(dumpLinks({ master: 0 })))[IFLA_MASTER]).toBe('ffffffff');
  });
});

describe('addAltNames', () => {
  it('flags the nest, which the kernel insists on', () => {
    expect(attributes(wire(addAltNames(2, ['one'])))).toEqual({ [IFLA_PROP_LIST | 0x8000]: `08003500${text('one')}` });
  });
});

describe('deleteLink', () => {
  it('names a link or a group', () => {
    expect(header(wire(deleteLink(9))).index).toBe(9);
    expect(attributes(wire(deleteLink({ group: 1 })))).toEqual({ [IFLA_GROUP]: u32(1) });
  });
});

describe('parseLinkAddress', () => {
  it('is the other way round of formatLinkAddress', () => {
    for (const address of ['', '00', '02:00:5e:00:53:01', 'fe:80:00:00:00:00:00:00:00:00']) {
      expect(formatLinkAddress(parseLinkAddress(address))).toBe(address);
    }
  });

  it('takes short octets, capitals and dashes', () => {
    expect(formatLinkAddress(parseLinkAddress('2:0:5E:0:53:1'))).toBe('02:00:5e:00:53:01');
    expect(formatLinkAddress(parseLinkAddress('02-00-5e'))).toBe('02:00:5e');
  });
});
