import { NLMSG_DONE, RTM_GETADDR, RTM_NEWADDR, RTM_NEWLINK } from '@netdevkit/bindings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Message, MessageCursor, MessageWriter, align, messages } from '../src/index.ts';
import { datagram, newlinks, octets } from './golden.ts';

describe('Message', () => {
  it('reads the header of a kernel message', () => {
    const bytes = octets(newlinks[1]?.hex ?? '');
    const message = new Message(bytes);
    expect([message.length, message.type, message.flags]).toEqual([1428, RTM_NEWLINK, 0]);
    expect([message.payloadOffset, message.payloadLength, message.payload.length]).toEqual([16, 1412, 1412]);
  });

  it('refuses octets that hold no whole message', () => {
    expect(() => new Message(new Uint8Array(15))).toThrow(RangeError);
    expect(() => new Message(datagram('a length beyond the end'))).toThrow(RangeError);
  });

  it('reads from a view that does not start its buffer', () => {
    const buffer = new Uint8Array(40);
    new DataView(buffer.buffer).setUint32(11, 20, true);
    expect(new Message(buffer.subarray(8), 3).length).toBe(20);
  });
});

describe('messages', () => {
  it('gives the messages of a dump', () => {
    const found = messages(datagram('a datagram of a dump: several messages'));
    expect([...found].map((message) => message.type)).toEqual(Array.from({ length: 10 }, () => RTM_NEWADDR));
    expect(found.trailing.length).toBe(0);
  });

  it('ends at the zeros that old dump requests carry', () => {
    const found = messages(datagram('a dump request of an old form: one message and zeros after it'));
    expect([...found].map(({ type, length }) => ({ type, length }))).toEqual([{ type: RTM_GETADDR, length: 24 }]);
    expect(found.trailing).toEqual(new Uint8Array(128));
  });

  it.each(['one octet', 'short', 'a length beyond the end'])('keeps what is no message: %s', (what) => {
    const bytes = datagram(what);
    expect([...messages(bytes)]).toEqual([]);
    expect(messages(bytes).trailing).toEqual(bytes);
  });

  it('accepts a last message that is not padded', () => {
    const bytes = datagram('a request with octets after its last attribute');
    expect(bytes.length).toBe(59);
    expect([...messages(bytes)].map(({ length }) => length)).toEqual([59]);
    expect(messages(bytes).trailing.length).toBe(0);
  });

  it('looks at the first octets only when told', () => {
    const bytes = datagram('a datagram of a dump: several messages');
    expect([...messages(bytes, 76)]).toHaveLength(1);
    expect([...messages(bytes, 75)]).toHaveLength(0);
    expect([...messages(bytes, 1e9)]).toHaveLength(10);
  });

  it('can be walked again', () => {
    const found = messages(datagram('the end of a dump'));
    expect([...found].map(({ type }) => type)).toEqual([NLMSG_DONE]);
    expect([...found]).toHaveLength(1);
  });
});

describe('MessageCursor', () => {
  it('serves datagram after datagram', () => {
    const cursor = new MessageCursor();
    for (const golden of newlinks) {
      const bytes = octets(golden.hex);
      cursor.reset(bytes);
      expect(cursor.next()).toBe(true);
      expect([cursor.offset, cursor.length, cursor.type, cursor.rest]).toEqual([0, bytes.length, RTM_NEWLINK, 0]);
      expect(cursor.message()).toMatchObject({ offset: 0, length: bytes.length, seq: cursor.seq, pid: cursor.pid });
      expect(cursor.next()).toBe(false);
    }
  });

  it('starts where it is told', () => {
    const bytes = datagram('a datagram of a dump: several messages');
    const cursor = new MessageCursor();
    cursor.reset(bytes, 76);
    let count = 0;
    while (cursor.next()) count++;
    expect(count).toBe(9);
    cursor.reset(bytes, 800);
    expect(cursor.next()).toBe(false);
    expect(cursor.rest).toBe(0);
  });

  it('takes whatever comes, and every octet is in a message or in the rest', () => {
    const cursor = new MessageCursor();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(3), (bytes, small) => {
        // Lengths that fit are rare among random octets.
        if (bytes.length > 3) bytes.set([small * 8, 0, 0, 0]);
        let at = 0;
        cursor.reset(bytes);
        while (cursor.next()) {
          expect(cursor.offset).toBe(at);
          expect(cursor.length).toBeGreaterThanOrEqual(16);
          at += align(cursor.length);
        }
        expect(Math.min(at, bytes.length) + cursor.rest).toBe(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds again what was written', () => {
    const header = fc.record({
      type: fc.nat(0xffff),
      flags: fc.nat(0xffff),
      seq: fc.nat(0xffff_ffff),
      pid: fc.nat(0xffff_ffff),
      payload: fc.uint8Array({ maxLength: 40 }),
    });
    fc.assert(
      fc.property(fc.array(header, { maxLength: 8 }), (wanted) => {
        const writer = new MessageWriter(16);
        for (const { type, flags, seq, pid, payload } of wanted) {
          writer.begin(type, flags, seq, pid);
          writer.append(payload);
          expect(writer.end()).toBe(16 + payload.length);
        }
        const found = [...messages(writer.toBytes())].map(({ type, flags, seq, pid, payload }) => ({
          type,
          flags,
          seq,
          pid,
          payload: new Uint8Array(payload),
        }));
        expect(found).toEqual(wanted);
      }),
    );
  });
});

describe('align', () => {
  it('rounds up to 4, above 2 GiB too', () => {
    expect([0, 1, 4, 5, 0x7fff_fffd, 0xffff_fffd].map(align)).toEqual([0, 4, 4, 8, 0x8000_0000, 0x1_0000_0000]);
  });
});
