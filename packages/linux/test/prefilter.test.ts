import { NETLINK_GENERIC, NETLINK_KOBJECT_UEVENT, NETLINK_ROUTE, RTM_NEWLINK, SKF_AD_OFF, SKF_AD_PROTOCOL } from '@netdevkit/bindings';
import { compileFilter, DecodeContext, families, MessageWriter, PacketCursor, parseFilter } from '@netdevkit/netlink';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble, netlinkPrefilter, type BpfInstruction } from '../src/index.ts';
import { runBpf, type BpfPacket } from './bpf-machine.ts';

const RUNS = Number(process.env['FC_RUNS'] ?? 1000);
const ALL = 0xffff_ffff;

function message(type: number, flags = 0, payload = 0, seq = 1, pid = 2): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, flags, seq, pid);
  writer.reserve(payload);
  writer.end();
  return writer.toBytes();
}

function together(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Whether the kernel passes a packet on. */
function passes(filter: string, packet: BpfPacket): boolean | undefined {
  const program = netlinkPrefilter(parseFilter(filter));
  return program === undefined ? undefined : runBpf(program, packet) === ALL;
}

describe('assemble', () => {
  it('jumps to labels, forwards', () => {
    const program = assemble([
      { op: 'load', size: 2, at: SKF_AD_OFF + SKF_AD_PROTOCOL },
      { op: 'jump', test: 'eq', value: 16, otherwise: 'no' },
      { op: 'return', length: 96 },
      { op: 'label', label: 'no' },
      { op: 'return', length: 0 },
    ]);
    // ld [0xfffff000] as a half-word, jeq #16 0 1, ret #96, ret #0: as bpf_asm prints it.
    expect(Buffer.from(program).toString('hex')).toBe('2800000000f0ffff15000001100000000600000060000000' + '0600000000000000');
    expect(runBpf(program, { bytes: new Uint8Array(4), protocol: 16 })).toBe(96);
    expect(runBpf(program, { bytes: new Uint8Array(4), protocol: 0 })).toBe(0);
  });

  it('refuses jumps that go backwards, nowhere or too far, and programs that are too long', () => {
    const ret: BpfInstruction = { op: 'return', length: 0 };
    expect(() => assemble([])).toThrow(RangeError);
    expect(() => assemble([{ op: 'label', label: 'a' }, ret, { op: 'goto', label: 'a' }])).toThrow(RangeError);
    expect(() => assemble([{ op: 'goto', label: 'a' }, ret])).toThrow(RangeError);
    expect(() => assemble([{ op: 'goto', label: 'a' }, ret, { op: 'label', label: 'a' }])).toThrow(RangeError);
    expect(() => assemble([{ op: 'label', label: 'a' }, { op: 'label', label: 'a' }, ret])).toThrow(RangeError);
    const many = Array.from({ length: 256 }, (): BpfInstruction => ({ op: 'value', value: 1 }));
    expect(() => assemble([{ op: 'jump', test: 'eq', value: 0, then: 'a' }, ...many, { op: 'label', label: 'a' }, ret])).toThrow(RangeError);
    expect(() => assemble(Array.from({ length: 4097 }, () => ret))).toThrow(RangeError);
  });
});

describe('netlinkPrefilter', () => {
  it.each([
    ['route', NETLINK_ROUTE, NETLINK_GENERIC],
    ['protocol == generic', NETLINK_GENERIC, NETLINK_ROUTE],
    ['protocol != 16', NETLINK_ROUTE, NETLINK_GENERIC],
    ['protocol in (route, 12)', 12, 13],
    ['not (route or generic)', 12, NETLINK_GENERIC],
    ['route and attr.ifname == eth0', NETLINK_ROUTE, NETLINK_GENERIC],
  ])('%s is decided by the protocol', (filter, wanted, other) => {
    for (const bytes of [message(RTM_NEWLINK), together(message(1), message(2)), new Uint8Array(0), Uint8Array.of(1)]) {
      expect(passes(filter, { bytes, protocol: wanted })).toBe(true);
      expect(passes(filter, { bytes, protocol: other })).toBe(false);
    }
  });

  it('asks the header of a datagram that is one message', () => {
    const [link, address] = [message(16, 1), message(20, 0)];
    expect(passes('type == 16', { bytes: link, protocol: 0 })).toBe(true);
    expect(passes('type == 16', { bytes: address, protocol: 0 })).toBe(false);
    expect(passes('not type in 16..19', { bytes: link, protocol: 0 })).toBe(false);
    expect(passes('request', { bytes: link, protocol: 0 })).toBe(true);
    expect(passes('request', { bytes: address, protocol: 0 })).toBe(false);
    expect(passes('rt-link', { bytes: link, protocol: 0 })).toBe(true);
    expect(passes('rt-link', { bytes: address, protocol: 0 })).toBe(false);
    expect(passes('seq > 5', { bytes: message(16, 0, 0, 6), protocol: 0 })).toBe(true);
    expect(passes('seq > 5', { bytes: message(16, 0, 0, 5), protocol: 0 })).toBe(false);
    expect(passes('pid == 0xfffffffe', { bytes: message(16, 0, 0, 5, 0xffff_fffe), protocol: 0 })).toBe(true);
    expect(passes('len > 100', { bytes: message(16, 0, 60), protocol: 0 })).toBe(false);
    expect(passes('len > 100', { bytes: message(16, 0, 100), protocol: 0 })).toBe(true);
  });

  it('lets pass what it cannot tell', () => {
    for (const bytes of [together(message(20), message(16)), message(20).subarray(0, 15), together(message(20), Uint8Array.of(0)), new Uint8Array(0)]) {
      expect(passes('type == 16', { bytes, protocol: 0 })).toBe(true);
      expect(passes('not type == 20', { bytes, protocol: 0 })).toBe(true);
    }
    expect(passes('not request', { bytes: message(16, 1), protocol: NETLINK_KOBJECT_UEVENT })).toBe(true);
    expect(passes('not request', { bytes: message(16, 1), protocol: 99 })).toBe(true);
  });

  it('is nothing where the kernel cannot answer', () => {
    for (const filter of ['attr.ifname == eth0', 'nl80211', 'RTM_NEWLINK', 'route or error', 'flags has dump', 'type ~ "RTM_*"', 'ack', 'not (route and dump)']) {
      expect(netlinkPrefilter(parseFilter(filter)), filter).toBeUndefined();
    }
    const long = Array.from({ length: 200 }, (_, i) => `type in ${String(i * 3)}..${String(i * 3 + 1)}`).join(' or ');
    expect(netlinkPrefilter(parseFilter(long))).toBeUndefined();
  });

  it('passes no more than it is told to', () => {
    const program = netlinkPrefilter(parseFilter('route'), { snaplen: 64 });
    expect(runBpf(program ?? new Uint8Array(0), { bytes: message(1), protocol: 0 })).toBe(64);
  });

  it('never rejects what the filter wants', () => {
    const number = fc.constantFrom(0, 1, 2, 3, 15, 16, 17, 20, 21, 32, 0x301);
    const leaf = fc.oneof(
      fc.constantFrom('route', 'generic', 'request', 'rt-link', 'rt-addr', 'attr.mtu', 'ack', 'RTM_NEWLINK', 'protocol != route', 'nlctrl'),
      fc.tuple(fc.constantFrom('type', 'typeId', 'flagsId', 'seq', 'pid', 'len', 'protocol'), fc.constantFrom('==', '!=', '<', '<=', '>', '>='), number).map((parts) => parts.join(' ')),
      fc.tuple(fc.constantFrom('type', 'seq', 'protocol'), number, number).map(([field, from, to]) => `${field} in (${String(from)}..${String(to)}, 21)`),
    );
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.tuple(tie('tree'), fc.constantFrom('and', 'or'), tie('tree')).map(([a, word, b]) => `(${a} ${word} ${b})`),
        tie('tree').map((operand) => `not (${operand})`),
      ),
    }));
    const one = fc.tuple(number, number, fc.nat(40), number, number).map(([type, flags, payload, seq, pid]) => message(type, flags, payload, seq, pid));
    const bytes = fc.oneof(
      one,
      fc.tuple(one, one).map((parts) => together(...parts)),
      fc.tuple(one, fc.uint8Array({ maxLength: 20 })).map((parts) => together(...parts)),
      fc.uint8Array({ maxLength: 40 }),
    );
    let decided = 0;
    fc.assert(
      fc.property(tree, bytes, fc.constantFrom(0, 1, 12, 15, 16, 31, 32, 77), (text, octets, protocol) => {
        const program = netlinkPrefilter(parseFilter(text));
        if (program === undefined) return;
        decided += 1;
        const filter = compileFilter(text, { families });
        const cursor = new PacketCursor(new DecodeContext({ families: [], genlFamilies: {} }));
        cursor.reset({ bytes: octets, protocol });
        let wanted = false;
        while (cursor.next()) wanted ||= filter.matches(cursor);
        if (wanted) expect(runBpf(program, { bytes: octets, protocol }), text).toBe(ALL);
      }),
      { numRuns: RUNS },
    );
    expect(decided).toBeGreaterThan(RUNS / 4);
  });
});
