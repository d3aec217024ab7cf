import { describe, expect, it } from 'vitest';
import { DecodeContext, JsonLineWriter, PacketCursor, decodeStep } from '../src/decode/index.ts';
import { rtAddr } from '../src/catalog/family/rt-addr.ts';
import { rtLink } from '../src/catalog/family/rt-link.ts';
import { GoldenCursors, allSchemas, goldens } from './decode-golden.ts';

describe('JsonLineWriter', () => {
  const decoder = new TextDecoder('utf-8', { fatal: true });

  it('says of a message what it says alone, whatever it wrote before, and grew or was cleared', async () => {
    const cursors = new GoldenCursors(await allSchemas());
    const writers = new Map<DecodeContext, JsonLineWriter>();
    let lines = 0;
    for (const golden of goldens) {
      // Twice: the second message of a packet is written otherwise.
      for (const nth of [1, 2]) {
        const cursor = cursors.at(golden, golden.bytes);
        if (cursor === undefined) continue;
        let writer = writers.get(cursor.context);
        if (writer === undefined) {
          writer = new JsonLineWriter(cursor.context, 256);
          writers.set(cursor.context, writer);
        }
        if (++lines % 7 === 0) writer.clear();
        const from = writer.length;
        writer.write(cursor);
        expect(decoder.decode(writer.bytes.subarray(from)), `${golden.capture} ${String(golden.frame)} ${String(nth)}`).toBe(`${JSON.stringify(decodeStep(cursor))}\n`);
      }
    }
    expect(lines).toBeGreaterThan(1000);
  });

  it('begins each line with its own packet, type, flags, sequence number and port', () => {
    const context = new DecodeContext({ families: [rtAddr, rtLink] });
    const cursor = new PacketCursor(context);
    const writer = new JsonLineWriter(context);
    const header = { protocol: 0, frame: 1, seconds: 1, nanoseconds: 2, interface: 'nlmon0', type: 20, flags: 2, seq: 7, pid: 9 };
    const others = [{}, { frame: 2 }, { seconds: 3 }, { nanoseconds: 3 }, { interface: 'nlmon1' }, { type: 16 }, { flags: 0 }, { seq: 8 }, { pid: 0 }, { protocol: 4 }, {}];
    for (const other of others) {
      const { type, flags, seq, pid, ...packet } = { ...header, ...other };
      const bytes = new Uint8Array(20);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, bytes.length, true);
      view.setUint16(4, type, true);
      view.setUint16(6, flags, true);
      view.setUint32(8, seq, true);
      view.setUint32(12, pid, true);
      cursor.reset({ ...packet, bytes });
      while (cursor.next()) {
        const from = writer.length;
        writer.write(cursor);
        const line = decoder.decode(writer.bytes.subarray(from));
        expect(line).toBe(`${JSON.stringify(decodeStep(cursor))}\n`);
        expect(JSON.parse(line)).toMatchObject({ frame: packet.frame, interface: packet.interface, typeId: type, flagsId: flags, seq, pid });
      }
    }
  });
});
