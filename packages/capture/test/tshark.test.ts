import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import {
  CaptureReader,
  LinkType,
  MemorySink,
  PcapWriter,
  PcapngWriter,
  Transcoder,
  netlinkPayload,
  primeFamilies,
  transcode,
  type GenericFamily,
  type Packet,
} from '../src/index.ts';
import { expected, golden, hex, octets, read } from './golden.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netdevkit-tshark-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a tool of Wireshark, or skips the test where there is none. */
function run(ctx: TestContext, tool: 'tshark' | 'capinfos', ...args: string[]): string {
  try {
    return execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') ctx.skip(`${tool} is not installed`);
    throw error;
  }
}

function save(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const source = read(golden('two-7.2.pcap')).packets;

/** The conversation of the golden again, through our writer, with all that pcapng can say. */
function conversation(): Uint8Array {
  const sink = new MemorySink();
  const writer = new PcapngWriter(sink, { hardware: 'x86_64', os: 'Linux 7.2', application: 'netdevkit test', comments: ['the whole'] });
  writer.addInterface({ linkType: LinkType.NETLINK, name: 'nlmon0', description: 'netns blue', filter: 'len > 0' });
  writer.addInterface({ linkType: LinkType.NETLINK, name: 'nlmon1', snapLength: 40 });
  for (const [i, packet] of source.entries()) {
    const found = netlinkPayload(packet.linkType, packet.bytes, 0, packet.bytes.length);
    if (found === undefined) throw new Error('not netlink');
    const { offset, length, protocol } = found;
    if (i % 4 !== 0) {
      writer.netlink(i % 2, packet.seconds, packet.nanoseconds + i, protocol, packet.bytes, offset, length, length, i % 3);
      continue;
    }
    const annotated: Packet = { interfaceId: i % 2, seconds: packet.seconds, nanoseconds: packet.nanoseconds + i, protocol, bytes: packet.bytes.subarray(offset, offset + length), flags: i % 3, comments: [`packet ${String(i)}`], dropCount: i };
    writer.write(annotated);
  }
  writer.setStatistics(0, { received: 100, dropped: 44, delivered: 56 });
  writer.close();
  return sink.bytes;
}

describe('tshark', () => {
  it('reads what PcapngWriter writes: times, lengths, directions, comments, names', (ctx) => {
    const path = save('all.pcapng', conversation());
    const fields = ['frame.interface_name', 'frame.interface_description', 'frame.time_epoch', 'frame.cap_len', 'frame.len', 'frame.packet_flags_direction', 'frame.comment', 'frame.protocols'];
    const text = run(ctx, 'tshark', '-r', path, '-T', 'fields', ...fields.flatMap((field) => ['-e', field]));
    const rows = text.trimEnd().split('\n').map((line) => line.split('\t'));
    expect(rows).toHaveLength(source.length);
    for (const [i, [name, description, time, captured, length, direction, comment, type]] of rows.entries()) {
      const packet = source[i];
      if (packet === undefined) throw new Error('a packet too many');
      const kept = i % 2 === 0 ? packet.bytes.length : Math.min(40, packet.bytes.length);
      expect([name, description, captured, length]).toEqual([i % 2 === 0 ? 'nlmon0' : 'nlmon1', i % 2 === 0 ? 'netns blue' : '', String(kept), String(packet.bytes.length)]);
      expect(time).toBe(`${String(packet.seconds)}.${String(packet.nanoseconds + i).padStart(9, '0')}`);
      expect(Number(direction === '' ? '0' : direction)).toBe(i % 3);
      expect(comment).toBe(i % 4 === 0 ? `packet ${String(i)}` : '');
      // Every packet was dissected as netlink.
      expect(type).toMatch(/^netlink/);
    }
  });

  it('finds no malformed packet in it', (ctx) => {
    const path = save('malformed.pcapng', conversation());
    expect(run(ctx, 'tshark', '-r', path, '-Y', '_ws.malformed')).toBe('');
    expect(run(ctx, 'tshark', '-r', path, '-Y', 'netlink', '-T', 'fields', '-e', 'frame.number').trimEnd().split('\n')).toHaveLength(source.length);
  });

  it('sees the octets that were written', (ctx) => {
    const sink = new MemorySink();
    const writer = new PcapngWriter(sink);
    writer.addInterface({ linkType: 1, snapLength: 0 });
    const packets = Array.from({ length: 70 }, (_, i) => Uint8Array.from({ length: i }, (_v, k) => i + k));
    for (const packet of packets) writer.packet(0, 1, 2, packet, 0, packet.length);
    writer.close();
    const text = run(ctx, 'tshark', '-r', save('octets.pcapng', sink.bytes), '-T', 'jsonraw');
    // CAST: what `-T jsonraw` gives.
    const parsed = JSON.parse(text) as Array<{ _source: { layers: { frame_raw?: [string] } } }>;
    // An empty packet has no octets to show.
    expect(parsed.map((one) => one._source.layers.frame_raw?.[0] ?? '')).toEqual(packets.map(hex));
  });

  it('reads what PcapWriter writes', (ctx) => {
    const sink = new MemorySink();
    const writer = new PcapWriter(sink, { linkType: LinkType.NETLINK });
    for (const packet of source) writer.packet(packet.seconds, packet.nanoseconds, packet.bytes, 0, packet.bytes.length);
    writer.close();
    const text = run(ctx, 'tshark', '-r', save('all.pcap', sink.bytes), '-T', 'fields', '-e', 'frame.time_epoch', '-e', 'frame.len', '-e', 'frame.protocols');
    const rows = text.trimEnd().split('\n').map((line) => line.split('\t'));
    expect(rows.map(([time, length]) => [time, Number(length)])).toEqual(expected['two-7.2.pcap']?.map(([, time, length]) => [time, length]));
    expect(rows.every(([, , type]) => type?.startsWith('netlink') === true)).toBe(true);
  });
});

describe('tshark, of what is transcoded', () => {
  const fields = ['frame.interface_id', 'frame.time_epoch', 'frame.cap_len', 'frame.len', 'frame.comment', 'frame.protocols', 'sll.ltype', 'netlink.hdr_seq'];
  const rows = (ctx: TestContext, name: string, bytes: Uint8Array): string =>
    run(ctx, 'tshark', '-r', save(name, bytes), '-T', 'fields', ...fields.flatMap((field) => ['-e', field]));

  it.for(Object.keys(expected))('sees the same in %s and its copy', async (name, ctx) => {
    const sink = new MemorySink();
    await transcode([golden(name)], sink);
    // In classic pcap there are no interfaces to number.
    const before = rows(ctx, name, golden(name)).replaceAll(/^\t/gm, '0\t');
    expect(before).not.toBe('');
    expect(rows(ctx, `copy-of-${name}.pcapng`, sink.bytes)).toBe(before);
  });

  it('knows generic families when they are announced, and not before', async (ctx) => {
    const copy = async (name: string, families: readonly GenericFamily[]): Promise<string> => {
      const sink = new MemorySink();
      await transcode([golden('nl80211-6.12.pcap')], sink, { families });
      return save(name, sink.bytes);
    };
    const plain = await copy('plain.pcapng', []);
    const primed = await copy('primed.pcapng', [{ id: 0x30, name: 'nl80211' }, { id: 0x16, name: 'ethtool' }]);
    const commands = (path: string): string => run(ctx, 'tshark', '-r', path, '-T', 'fields', '-e', 'nl80211.cmd');
    expect(commands(plain)).toBe('\n\n\n\n');
    // Nothing in the packets that were added; two messages in the second of the others.
    expect(commands(primed)).toBe('\n\n5\n7,7\n95\n95\n');
    expect(run(ctx, 'tshark', '-r', plain, '-V')).toContain('Family ID: 0x30 (Unknown)');
    const text = run(ctx, 'tshark', '-r', primed, '-V');
    expect(text).toContain('Family ID: 0x30 (nl80211)');
    expect(text).not.toContain('(Unknown)');
    expect(run(ctx, 'tshark', '-r', primed, '-Y', '_ws.malformed')).toBe('');
    const added = run(ctx, 'tshark', '-r', primed, '-Y', 'frame.comment', '-T', 'fields', '-e', 'frame.number', '-e', 'frame.interface_name', '-e', 'genl.ctrl.family_name', '-e', 'frame.comment');
    expect(added.trimEnd().split('\n').map((line) => line.split('\t'))).toEqual([
      ['1', 'nlctrl', 'nl80211', 'Added when the capture was written: nl80211 is generic netlink family 48.'],
      ['2', 'nlctrl', 'ethtool', 'Added when the capture was written: ethtool is generic netlink family 22.'],
    ]);
  });

  it('names a family that it has no dissector for', (ctx) => {
    const sink = new MemorySink();
    const writer = new PcapngWriter(sink);
    const interfaceId = writer.addInterface({ linkType: LinkType.NETLINK });
    // An ETHTOOL_MSG_LINKINFO_GET without attributes.
    const request = octets('14000000 1600 0500 01000000 00000000 02 01 0000');
    const when = { interfaceId, seconds: 1, nanoseconds: 0 };
    writer.write({ ...when, protocol: 16, bytes: request });
    primeFamilies(writer, [{ id: 0x16, name: 'ethtool', groups: [{ id: 5, name: 'monitor' }] }], when);
    writer.write({ ...when, protocol: 16, bytes: request });
    writer.close();
    const text = run(ctx, 'tshark', '-r', save('ethtool.pcapng', sink.bytes), '-V');
    expect(text.match(/Family ID: 0x\w+ \(.*\)/g)).toEqual(['Family ID: 0x16 (Unknown)', 'Family ID: 0x10 (nlctrl)', 'Family ID: 0x16 (ethtool)']);
    expect(text).toContain('id=5, name=monitor');
  });

  it('reads several sections', (ctx) => {
    const sink = new MemorySink();
    {
      using transcoder = new Transcoder(sink);
      for (const name of ['nano-6.12.pcap', 'any-sll2-6.12.pcap']) new CaptureReader(transcoder).feed(golden(name));
    }
    const text = run(ctx, 'tshark', '-r', save('sections.pcapng', sink.bytes), '-T', 'fields', '-e', 'frame.time_epoch', '-e', 'frame.len');
    const wanted = ['nano-6.12.pcap', 'any-sll2-6.12.pcap'].flatMap((name) => expected[name] ?? []);
    expect(text.trimEnd().split('\n')).toEqual(wanted.map(([, time, , length]) => `${time}\t${String(length)}`));
  });
});

describe('capinfos', () => {
  it('counts packets and interfaces, and shows heads and statistics', (ctx) => {
    const path = save('infos.pcapng', conversation());
    const text = run(ctx, 'capinfos', path);
    expect(text).toMatch(/Number of packets:\s+56\b/);
    expect(text).toMatch(/File timestamp precision:\s+nanoseconds \(9\)/);
    expect(text).toMatch(/Capture hardware:\s+x86_64/);
    expect(text).toMatch(/Capture oper-sys:\s+Linux 7\.2/);
    expect(text).toMatch(/Capture application:\s+netdevkit test/);
    expect(text).toMatch(/Capture comment:\s+the whole/);
    expect(text).toMatch(/Number of interfaces in file:\s+2\b/);
    expect(text).toMatch(/Name = nlmon0/);
    expect(text).toMatch(/Description = netns blue/);
    expect(text).toMatch(/Filter string = len > 0/);
    expect(text.match(/Number of stat entries = 1/g)).toHaveLength(2);
    expect(text).toMatch(/Number of packets = 28/);
  });

  it('sees how many packets were lost before each', (ctx) => {
    const path = save('drops.pcapng', conversation());
    const text = run(ctx, 'tshark', '-r', path, '-T', 'fields', '-e', 'frame.drop_count');
    expect(text.split('\n').slice(0, -1)).toEqual(source.map((_, i) => (i % 4 === 0 ? String(i) : '')));
  });
});
