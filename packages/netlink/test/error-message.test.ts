import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_DONE, NLMSG_ERROR, NLMSGERR_ATTR_COOKIE, NLMSGERR_ATTR_MISS_NEST, NLMSGERR_ATTR_MISS_TYPE, NLMSGERR_ATTR_MSG, RTM_NEWLINK, RTM_NEWQDISC } from '@netdevkit/bindings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Message, MessageWriter, parseDone, parseError } from '../src/index.ts';
import { datagram, hex } from './golden.ts';

const first = (what: string): Message => new Message(datagram(what));

describe('parseError', () => {
  it('reads a plain acknowledgement', () => {
    const message = first('a plain acknowledgement');
    expect(parseError(message)).toEqual({ errno: 0, request: { length: 60, type: RTM_NEWLINK, flags: 0x605, seq: message.seq, pid: 0 } });
  });

  it('reads what Linux said of requests that failed', () => {
    expect(parseError(first('a request that failed, with a sentence'))).toMatchObject({ errno: 95, extack: { message: 'Unknown device type' } });
    expect(parseError(first('a request that failed, with a sentence and an offset'))).toMatchObject({
      errno: 22,
      extack: { message: 'ARP monitoring cannot be used with MII monitoring', offset: 64 },
    });
    const found = parseError(first('the answer: a sentence, an offset, a policy'));
    expect(found).toMatchObject({ errno: 34, request: { length: 76 }, extack: { message: 'Attribute failed policy validation', offset: 32 } });
    expect(hex(found?.extack?.policy ?? new Uint8Array(0))).toBe('080007000f000000080001000b000000');
  });

  it('reads a warning beside success, after a capped request', () => {
    expect(parseError(first('the answer: success with a warning, capped'))).toMatchObject({
      errno: 0,
      request: { length: 59 },
      extack: { message: 'bytes leftover after parsing attributes' },
    });
    expect(parseError(first('success with a warning of a driver, capped'))).toMatchObject({
      errno: 0,
      request: { type: RTM_NEWQDISC },
      extack: { message: 'sch_taprio: Size table not specified, frame length estimations may be inaccurate' },
    });
  });

  it('reads all there is in an extended acknowledgement, copied out', () => {
    const writer = new MessageWriter();
    writer.begin(NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS, 1, 2);
    const error = writer.reserve(20);
    writer.view.setInt32(error, -22, true);
    writer.putString(NLMSGERR_ATTR_MSG, 'why');
    writer.putBytes(NLMSGERR_ATTR_COOKIE, Uint8Array.of(1, 2));
    writer.putU32(NLMSGERR_ATTR_MISS_TYPE, 0);
    writer.putU32(NLMSGERR_ATTR_MISS_NEST, 36);
    writer.putU32(99, 1);
    writer.end();
    // A Buffer of Node: its own slice() would not copy.
    const bytes = Buffer.from(writer.bytes);
    const found = parseError(new Message(bytes));
    bytes.fill(0);
    expect(found?.extack).toEqual({ message: 'why', cookie: Uint8Array.of(1, 2), missingType: 0, missingNest: 36 });
  });

  it('is nothing for other messages, and for one without an errno', () => {
    expect(parseError(first('the end of a dump'))).toBeUndefined();
    const writer = new MessageWriter();
    writer.begin(NLMSG_ERROR, 0, 0, 0);
    writer.reserve(3);
    writer.end();
    expect(parseError(new Message(writer.bytes))).toBeUndefined();
    writer.reset();
    writer.begin(NLMSG_ERROR, NLM_F_ACK_TLVS, 0, 0);
    writer.append(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0));
    writer.end();
    expect(parseError(new Message(writer.bytes))).toEqual({ errno: 1 });
  });

  it('leaves out what does not fit, and never throws', () => {
    const whole = datagram('the answer: a sentence, an offset, a policy');
    fc.assert(
      fc.property(fc.nat(whole.length), fc.array(fc.tuple(fc.nat(whole.length - 17), fc.nat(255)), { maxLength: 6 }), (length, changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[16 + at] = value;
        const size = Math.max(length, 16);
        new DataView(bytes.buffer).setUint32(0, size, true);
        const found = parseError(new Message(bytes));
        expect(found === undefined).toBe(size < 20);
        if (size < 36) expect(found?.request).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });
});

describe('parseDone', () => {
  it('reads the end of a dump', () => {
    expect(parseDone(first('the end of a dump'))).toEqual({ errno: 0 });
  });

  it('reads what Linux said of dumps that failed', () => {
    expect(parseDone(first('a dump that failed: NLMSG_DONE with an errno and a sentence'))).toEqual({
      errno: 22,
      extack: { message: 'Invalid values in header for link dump request' },
    });
    expect(parseDone(first('a dump that failed, with an offset'))).toEqual({ errno: 22, extack: { message: 'Unknown attribute type', offset: 32 } });
  });

  it('is nothing for other messages, and errno 0 where there is none', () => {
    expect(parseDone(first('a plain acknowledgement'))).toBeUndefined();
    const writer = new MessageWriter();
    writer.begin(NLMSG_DONE, NLM_F_ACK_TLVS, 0, 0);
    writer.end();
    expect(parseDone(new Message(writer.bytes))).toEqual({ errno: 0 });
  });
});
