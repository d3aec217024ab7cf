import type { nla_policy } from '@netdevkit/bindings/raw';
import type { RequestError } from '@netdevkit/iproute';
import { readPolicy, type MessageWriter } from '@netdevkit/netlink';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTRIBUTES, Rig, paint, refusal, type Attributes } from './rig.ts';

const RUNS = Number(process.env['FC_RUNS'] ?? 2000);

/** What the policy of an extended acknowledgement says. */
function policyOf({ extack }: RequestError): nla_policy | undefined {
  return extack?.policy === undefined ? undefined : readPolicy(extack.policy);
}

const IN_DATA = 'IFLA_LINKINFO.IFLA_INFO_DATA';

describe('an attribute that breaks its definition', () => {
  const RANGE = 'integer out of range';
  const POLICY = 'Attribute failed policy validation';
  const LENGTH = 'binary attribute size out of range';
  const U8 = { type: 'NLA_U8', min: 3n, max: 7n };
  const S32 = { type: 'NLA_S32', min: -5n, max: -1n };
  const cases: ReadonlyArray<readonly [string, keyof Attributes, (writer: MessageWriter, id: number) => void, string, object]> = [
    ['below its min', 'ranged', (writer, id) => writer.putU8(id, 2), RANGE, U8],
    ['above its max', 'ranged', (writer, id) => writer.putU8(id, 8), RANGE, U8],
    ['below its negative min', 'negative', (writer, id) => writer.putS32(id, -6), RANGE, S32],
    ['above its negative max', 'negative', (writer, id) => writer.putS32(id, 0), RANGE, S32],
    ['below its long min', 'long', (writer, id) => writer.putU64(id, 0n), RANGE, { type: 'NLA_U64', min: 1n, max: 2n ** 63n }],
    ['above its long max', 'long', (writer, id) => writer.putU64(id, 2n ** 63n + 1n), RANGE, { type: 'NLA_U64', min: 1n, max: 2n ** 63n }],
    ['shorter than its type', 'u32', (writer, id) => writer.putU16(id, 1), POLICY, { type: 'NLA_U32', min: 0n, max: 0xffff_ffffn }],
    ['empty', 'u8', (writer, id) => writer.putFlag(id), POLICY, { type: 'NLA_U8', min: 0n, max: 0xffn }],
    ['a flag with a value', 'flag', (writer, id) => writer.putU8(id, 1), POLICY, { type: 'NLA_FLAG' }],
    ['a string that is too long', 'text', (writer, id) => writer.putString(id, 'x'.repeat(16)), POLICY, { type: 'NLA_STRING', len: 15 }],
    ['a string of no octets', 'text', (writer, id) => writer.putFlag(id), POLICY, { type: 'NLA_STRING', len: 15 }],
    ['octets that are too few', 'octets', (writer, id) => writer.putBytes(id, new Uint8Array(1)), LENGTH, { type: 'NLA_BINARY', min: 2, max: 6 }],
    ['octets that are too many', 'octets', (writer, id) => writer.putBytes(id, new Uint8Array(7)), LENGTH, { type: 'NLA_BINARY', min: 2, max: 6 }],
  ];

  it.each(cases)('is refused with ERANGE before the driver sees it: %s', (_, name, write, message, policy) => {
    let asked = 0;
    using rig = new Rig(paint({ validate: () => void asked++, newLink: () => void asked++, changeLink: () => void asked++ }));
    const { id } = ATTRIBUTES[name];
    const error = refusal(() => rig.add((writer) => write(writer, id)));
    expect(error).toMatchObject({ code: 'ERANGE', extack: { message }, attribute: `${IN_DATA}.#${String(id)}` });
    expect(policyOf(error)).toEqual(policy);
    expect(asked).toBe(0);
    expect(rig.links).toEqual([]);
    // In a change it is the same, and the device is as it was.
    rig.add();
    const before = rig.ip.link.show('paint0');
    asked = 0;
    expect(refusal(() => rig.change((writer) => write(writer, id)))).toMatchObject({ code: 'ERANGE', extack: { message } });
    expect([asked, rig.ip.link.show('paint0')]).toEqual([0, before]);
  });

  it.each(['text', 'octets'] as const)('keeps to it at the limit: %s', (name) => {
    using rig = new Rig(paint());
    const most = name === 'text' ? 16 : 6;
    // A string's final NUL does not count.
    rig.add((writer) => writer.putBytes(ATTRIBUTES[name].id, new Uint8Array(most).fill(0x61, 0, 15)));
    expect(rig.links).toHaveLength(1);
  });

  it('is found inside a nest', () => {
    using rig = new Rig(paint());
    const error = refusal(() => rig.add((writer) => writer.putNested(ATTRIBUTES.nest.id, () => writer.putU32(1, 10))));
    expect(error).toMatchObject({ code: 'ERANGE', extack: { message: RANGE }, attribute: `${IN_DATA}.#12.#1` });
    expect(policyOf(error)).toEqual({ type: 'NLA_U32', min: 0n, max: 9n });
    const deeper = refusal(() =>
      rig.add((writer) => writer.putNested(ATTRIBUTES.nest.id, () => writer.putNested(2, () => writer.putU8(3, 1)))),
    );
    expect(deeper).toMatchObject({ code: 'ERANGE', attribute: `${IN_DATA}.#12.#2.#3` });
  });

  it('is a nest that has no room for an attribute', () => {
    using rig = new Rig(paint());
    const error = refusal(() => rig.add((writer) => writer.putBytes(ATTRIBUTES.nest.id, new Uint8Array(3))));
    expect(error).toMatchObject({ code: 'ERANGE', extack: { message: POLICY }, attribute: `${IN_DATA}.#12` });
  });

  it('may be followed by octets that make no attribute: a warning', () => {
    using rig = new Rig(paint());
    rig.add((writer) => {
      writer.putU8(ATTRIBUTES.ranged.id, 5);
      writer.reserve(3);
    });
    expect(rig.links).toHaveLength(1);
    expect(rig.warnings).toEqual(['bytes leftover after parsing attributes']);
  });
});

describe('whatever octets come', () => {
  it('are refused with an errno, or read within their definitions', () => {
    const seen: unknown[] = [];
    using rig = new Rig(
      paint({
        validate: ({ data }) => {
          if (data === null) return;
          for (const name of Object.keys(ATTRIBUTES) as Array<keyof Attributes>) {
            const value: unknown = data.get(name);
            if (data.has(name) || name === 'flag') expect(value).toBeDefined();
          }
          const ranged = data.get('ranged');
          if (ranged !== undefined) expect(ranged >= 3 && ranged <= 7).toBe(true);
          const long = data.get('long');
          if (long !== undefined) expect(long >= 1n && long <= 2n ** 63n).toBe(true);
          const text = data.get('text');
          if (text !== undefined) expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(45);
          const octets = data.get('octets');
          if (octets !== undefined) expect(octets.length >= 2 && octets.length <= 6).toBe(true);
          const nest = data.get('nest');
          const inner = nest?.get('inner');
          if (inner !== undefined) expect(inner).toBeLessThanOrEqual(9);
          seen.push(nest?.get('deep')?.get('note'));
        },
      }),
      { trackLeaks: false },
    );
    const attribute = fc.record({
      type: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 0xffff })),
      octets: fc.uint8Array({ maxLength: 24 }),
    });
    fc.assert(
      fc.property(fc.array(attribute, { maxLength: 6 }), fc.uint8Array({ maxLength: 7 }), (attributes, rest) => {
        const before = rig.links.length;
        let made = true;
        try {
          rig.add((writer) => {
            for (const { type, octets } of attributes) writer.putBytes(type, octets);
            const at = writer.reserve(rest.length);
            writer.buffer.set(rest, at);
          });
        } catch (error) {
          made = false;
          expect(error).toMatchObject({ name: 'RequestError', code: expect.stringMatching(/^(?:ERANGE|EINVAL)$/) });
        }
        expect(rig.links).toHaveLength(before + (made ? 1 : 0));
        if (made) rig.ip.link.delete('paint0');
      }),
      { numRuns: RUNS },
    );
    // What the driver found wrong would be complained of.
    expect(rig.complaints).toEqual([]);
    expect(seen.length).toBeGreaterThan(RUNS / 100);
    expect(rig.kernel.skbs().live).toBe(0);
  });
});
