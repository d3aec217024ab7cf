import { NLM_F_DUMP, NLM_F_REQUEST } from '@netdevkit/bindings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeContext, PacketCursor, decodeStep } from '../src/decode/index.ts';
import { conntrackMessages } from '../src/families/ctnetlink.ts';
import { conntrackExpect } from '../src/families/ctnetlink-exp.ts';
import { ipset } from '../src/families/ipset.ts';
import { nfacct } from '../src/families/nfnetlink-acct.ts';
import { cthelper } from '../src/families/nfnetlink-cthelper.ts';
import { cttimeout } from '../src/families/nfnetlink-cttimeout.ts';
import { nflog } from '../src/families/nfnetlink-log.ts';
import { osf } from '../src/families/nfnetlink-osf.ts';
import { nfqueue } from '../src/families/nfnetlink-queue.ts';
import { sockDiag } from '../src/families/sock-diag.ts';
import { xfrm } from '../src/families/xfrm.ts';
import { MessageWriter } from '../src/message-writer.ts';
import type { RawFamily } from '../src/schema/index.ts';

const families: readonly RawFamily[] = [
  conntrackMessages, conntrackExpect, cttimeout, cthelper, nfacct, nflog, nfqueue, osf, ipset, sockDiag, xfrm,
]; // prettier-ignore

/** A message of any type of a family, with octets that are attributes now and then. */
function messageOf(family: RawFamily): fc.Arbitrary<Uint8Array> {
  const types = [0x1fff, ...Object.keys(family.requests).map(Number), ...Object.keys(family.replies ?? {}).map(Number)];
  const attribute = fc.tuple(fc.integer({ min: 0, max: 45 }), fc.uint8Array({ maxLength: 40 }));
  const parts = fc.record({
    type: fc.constantFrom(...types),
    flags: fc.constantFrom(0, NLM_F_REQUEST, NLM_F_REQUEST | NLM_F_DUMP),
    head: fc.uint8Array({ maxLength: 240 }),
    attributes: fc.array(attribute, { maxLength: 6 }),
  });
  return parts.map(({ type, flags, head, attributes }) => {
    const writer = new MessageWriter(4096);
    writer.begin(type, flags, 1, 0);
    writer.append(head.subarray(0, head.length & ~3));
    for (const [attributeType, payload] of attributes) writer.putBytes(attributeType, payload);
    writer.end();
    return writer.toBytes();
  });
}

describe('decoding with schemas written by hand', () => {
  it('decodes any octets', () => {
    let decoded = 0;
    for (const family of families) {
      const context = new DecodeContext({ families });
      const cursor = new PacketCursor(context);
      fc.assert(
        fc.property(messageOf(family), (bytes) => {
          cursor.reset({ protocol: family.protocol, bytes });
          while (cursor.next()) decoded += decodeStep(cursor).len > 0 ? 1 : 0;
        }),
        { numRuns: Number(process.env['FC_RUNS'] ?? 200) },
      );
    }
    expect(decoded).toBeGreaterThan(families.length * 100);
  });
});
