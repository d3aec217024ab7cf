import { describe, expect, it } from 'vitest';
import { LinkType, MemorySink, PcapngWriter, familyMessage, netlinkPayload, primeFamilies, type GenericFamily } from '../src/index.ts';
import { golden, hex, octets, read } from './golden.ts';

describe('familyMessage', () => {
  it('is what the kernel sends, but for the list of operations', () => {
    const [packet] = read(golden('newfamily-nbd-6.12.pcap')).packets;
    const { bytes, linkType } = packet ?? { bytes: new Uint8Array(0), linkType: 0 };
    const kernels = bytes.slice(netlinkPayload(linkType, bytes, 0, bytes.length)?.offset);
    // CTRL_ATTR_OPS: 0x54 octets.
    const at = hex(kernels).indexOf('54000600') / 2;
    const without = Uint8Array.from([...kernels.subarray(0, at), ...kernels.subarray(at + 0x54)]);
    new DataView(without.buffer).setUint32(0, without.length, true);
    const nbd: GenericFamily = { id: 0x3c, name: 'nbd', version: 1, hdrsize: 0, maxattr: 10, groups: [{ id: 0x25, name: 'nbd_mc_group' }] };
    expect(hex(familyMessage(nbd))).toBe(hex(without));
  });

  it('needs no more than a number and a name', () => {
    expect(hex(familyMessage({ id: 0x16, name: 'ethtool' }))).toBe(
      hex(octets('40000000 1000 0000 00000000 00000000 01 02 0000 0c000200 65746874 6f6f6c00 06000100 16000000 08000300 01000000 08000400 00000000 08000500 00000000')),
    );
  });

  it('numbers groups from 1, one nest for each', () => {
    const groups = Array.from({ length: 3 }, (_, i) => ({ id: 10 + i, name: `g${String(i)}` }));
    const tail = hex(familyMessage({ id: 20, name: 'x', groups })).slice(2 * 60);
    const nest = (i: number): string => hex(octets(`1400 0${String(i + 1)}00 08000200 ${(10 + i).toString(16).padStart(2, '0')}000000 07000100 67 3${String(i)} 0000`));
    expect(tail).toBe(`40000700${nest(0)}${nest(1)}${nest(2)}`);
  });

  it.each<[string, GenericFamily]>([
    ['number 0', { id: 0, name: 'x' }],
    ['a number of 17 bits', { id: 0x1_0000, name: 'x' }],
    ['a fraction', { id: 1.5, name: 'x' }],
    ['no name', { id: 20, name: '' }],
    ['a name of 16 octets', { id: 20, name: '0123456789abcdef' }],
    ['a name of 16 octets in UTF-8', { id: 20, name: 'éééééééé' }],
    ['a name with a NUL', { id: 20, name: 'a\0b' }],
    ['a group without a name', { id: 20, name: 'x', groups: [{ id: 1, name: '' }] }],
    ['more groups than an attribute can hold', { id: 20, name: 'x', groups: Array.from({ length: 5000 }, (_, id) => ({ id, name: 'g' })) }],
  ])('refuses %s', (_, family) => {
    expect(() => familyMessage(family)).toThrow(RangeError);
  });
});

describe('primeFamilies', () => {
  it('writes a packet for each family but nlctrl, with a comment', () => {
    const sink = new MemorySink();
    {
      using writer = new PcapngWriter(sink);
      const interfaceId = writer.addInterface({ linkType: LinkType.NETLINK });
      const families = [{ id: 16, name: 'nlctrl' }, { id: 22, name: 'ethtool' }, { id: 48, name: 'nl80211' }];
      primeFamilies(writer, families, { interfaceId, seconds: 5, nanoseconds: 6 });
    }
    const { packets } = read(sink.bytes);
    expect(packets.map(({ seconds, nanoseconds, comments }) => [seconds, nanoseconds, ...comments])).toEqual([
      [5, 6, 'Added when the capture was written: ethtool is generic netlink family 22.'],
      [5, 6, 'Added when the capture was written: nl80211 is generic netlink family 48.'],
    ]);
    for (const [i, family] of [{ id: 22, name: 'ethtool' }, { id: 48, name: 'nl80211' }].entries()) {
      const bytes = packets[i]?.bytes ?? new Uint8Array(0);
      expect(netlinkPayload(LinkType.NETLINK, bytes, 0, bytes.length)).toMatchObject({ protocol: 16, offset: 16 });
      expect(bytes.subarray(16)).toEqual(familyMessage(family));
    }
  });
});
