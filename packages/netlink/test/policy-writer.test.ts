import { CTRL_ATTR_POLICY, NLA_F_NESTED } from '@netdevkit/bindings';
import type { nla_policies, nla_policy } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import { MessageWriter, PolicyDump, readPolicy, writePolicy } from '../src/index.ts';
import { hex, octets, policies as golden } from './golden.ts';
import { readPolicies } from './policy-dump.ts';

/** What is written of a policy, without the outer nest's header. */
function written(policy: nla_policy | undefined): string | number {
  const writer = new MessageWriter();
  const error = writePolicy(writer, 4, policy);
  if (error !== 0) {
    expect(writer.length).toBe(0);
    return error;
  }
  expect(hex(writer.bytes.subarray(2, 4))).toBe('0480');
  return hex(writer.bytes.subarray(4));
}

const u32 = (type: number, value: number): string => `0800${type.toString(16).padStart(2, '0')}00${hex(new Uint8Array(Uint32Array.of(value).buffer))}`;
const u64 = (type: number, value: bigint): string => `0c00${type.toString(16).padStart(2, '0')}00${hex(new Uint8Array(BigUint64Array.of(value).buffer))}`;

describe('writePolicy', () => {
  it.each<[nla_policy, string]>([
    [{ type: 'NLA_U8' }, u64(4, 0n) + u64(5, 255n) + u32(1, 2)],
    [{ type: 'NLA_U16' }, u64(4, 0n) + u64(5, 0xffffn) + u32(1, 3)],
    [{ type: 'NLA_U32', min: 1 }, u64(4, 1n) + u64(5, 0xffff_ffffn) + u32(1, 4)],
    [{ type: 'NLA_U64', max: 5 }, u64(4, 0n) + u64(5, 5n) + u32(1, 5)],
    [{ type: 'NLA_MSECS' }, u64(4, 0n) + u64(5, 2n ** 64n - 1n) + u32(1, 17)],
    [{ type: 'NLA_UINT' }, u64(4, 0n) + u64(5, 2n ** 64n - 1n) + u32(1, 17)],
    [{ type: 'NLA_S8' }, u64(2, 2n ** 64n - 128n) + u64(3, 127n) + u32(1, 6)],
    [{ type: 'NLA_S16', min: -1 }, u64(2, 2n ** 64n - 1n) + u64(3, 32767n) + u32(1, 7)],
    [{ type: 'NLA_S32', max: 7n }, u64(2, 2n ** 64n - 2n ** 31n) + u64(3, 7n) + u32(1, 8)],
    [{ type: 'NLA_S64' }, u64(2, 2n ** 63n) + u64(3, 2n ** 63n - 1n) + u32(1, 9)],
    [{ type: 'NLA_SINT' }, u64(2, 2n ** 63n) + u64(3, 2n ** 63n - 1n) + u32(1, 16)],
    [{ type: 'NLA_U32', mask: 3 }, u64(12, 3n) + u32(1, 4)],
    [{ type: 'NLA_STRING', len: 15 }, u32(7, 15) + u32(1, 11)],
    [{ type: 'NLA_NUL_STRING' }, u32(1, 12)],
    [{ type: 'NLA_BINARY', len: 32 }, u32(7, 32) + u32(1, 10)],
    [{ type: 'NLA_BINARY', min: 6, max: 6 }, u32(6, 6) + u32(7, 6) + u32(1, 10)],
    [{ type: 'NLA_BINARY', min: 0, max: 0xffff }, u32(1, 10)],
    [{ type: 'NLA_BINARY', min: 6 }, u32(1, 10)],
    [{ type: 'NLA_FLAG' }, u32(1, 1)],
    [{ type: 'NLA_NESTED', nested: [undefined, { type: 'NLA_U8' }] }, u32(1, 13)],
    [{ type: 'NLA_NESTED_ARRAY' }, u32(1, 14)],
    [{ type: 'NLA_BITFIELD32', mask: 0x80000001 }, u32(10, 0x80000001) + u32(1, 15)],
  ])('writes $0.type as Linux does, $#', (policy, expected) => {
    expect(written(policy)).toBe(expected);
  });

  it.each<[nla_policy, nla_policy?]>([
    [{ type: 'NLA_U8' }, { type: 'NLA_U8', min: 0n, max: 255n }],
    [{ type: 'NLA_U32', min: 1, max: 2 }, { type: 'NLA_U32', min: 1n, max: 2n }],
    [{ type: 'NLA_MSECS', max: 5 }, { type: 'NLA_UINT', min: 0n, max: 5n }],
    [{ type: 'NLA_UINT' }, { type: 'NLA_UINT', min: 0n, max: 2n ** 64n - 1n }],
    [{ type: 'NLA_S16', min: -1 }, { type: 'NLA_S16', min: -1n, max: 32767n }],
    [{ type: 'NLA_SINT' }, { type: 'NLA_SINT', min: -(2n ** 63n), max: 2n ** 63n - 1n }],
    [{ type: 'NLA_U32', mask: 3 }, { type: 'NLA_U32', mask: 3n }],
    [{ type: 'NLA_STRING', len: 15 }],
    [{ type: 'NLA_NUL_STRING' }],
    [{ type: 'NLA_BINARY', min: 6, max: 8 }],
    [{ type: 'NLA_BINARY', min: 6, max: 0xffff }],
    [{ type: 'NLA_BINARY', min: 0, max: 8 }, { type: 'NLA_BINARY', len: 8 }],
    [{ type: 'NLA_BINARY', min: 6 }, { type: 'NLA_BINARY' }],
    [{ type: 'NLA_FLAG' }],
    [{ type: 'NLA_NESTED', nested: [undefined, { type: 'NLA_U8' }] }, { type: 'NLA_NESTED' }],
    [{ type: 'NLA_NESTED_ARRAY' }],
    [{ type: 'NLA_BITFIELD32', mask: 0x80000001 }],
  ])('is read again by readPolicy: $0.type, $#', (policy, expected = policy) => {
    const writer = new MessageWriter();
    expect(writePolicy(writer, 4, policy)).toBe(0);
    const read = readPolicy(writer.bytes.subarray(4));
    expect(read).toEqual(expected);
    // What was read says the same.
    expect(written(read)).toBe(hex(writer.bytes.subarray(4)));
  });

  it('is not read where no kind of value is told', () => {
    expect(readPolicy(new Uint8Array(0))).toBeUndefined();
    expect(readPolicy(octets(u32(7, 15)))).toBeUndefined();
    expect(readPolicy(octets(u32(1, 0)))).toBeUndefined();
    expect(readPolicy(octets(u32(1, 4000)))).toBeUndefined();
    // Of a cut-off nest as much as is whole.
    expect(readPolicy(octets(u32(1, 11) + '08000700'))).toEqual({ type: 'NLA_STRING' });
  });

  it('has nothing to say of what is refused or not described', () => {
    for (const policy of [undefined, { type: 'NLA_UNSPEC', len: 4 }, { type: 'NLA_REJECT' }, { type: 'NLA_BE16' }, { type: 'NLA_BE32' }] as const) {
      expect(written(policy)).toBe(-errno.ENODATA);
    }
  });

  it('writes all or nothing', () => {
    const writer = new MessageWriter(0);
    for (let limit = 0; limit < 36; limit++) {
      writer.reset(new Uint8Array(36), 0, limit);
      expect(writePolicy(writer, 4, { type: 'NLA_U8' })).toBe(-errno.ENOBUFS);
      expect(writer.length).toBe(0);
    }
    writer.reset(new Uint8Array(36), 0, 36);
    expect(writePolicy(writer, 4, { type: 'NLA_U8' })).toBe(0);
  });
});

describe('PolicyDump', () => {
  it.each(Object.entries(golden.families))('dumps the policies of %s as Linux does, to the octet', (_name, dump) => {
    const sets = readPolicies(dump.map(octets));
    const own = new PolicyDump();
    for (const set of sets) own.add(set);
    const writer = new MessageWriter();
    const found: string[] = [];
    for (;;) {
      writer.reset();
      // CTRL_ATTR_FAMILY_ID goes before each.
      writer.append(octets(dump[0] ?? '').subarray(0, 8));
      const nest = writer.nestStart(CTRL_ATTR_POLICY | NLA_F_NESTED);
      const error = own.write(writer);
      if (error !== 0) {
        expect(error).toBe(-errno.ENODATA);
        break;
      }
      writer.nestEnd(nest);
      found.push(hex(writer.bytes));
    }
    expect(found).toEqual(dump);
    expect(own.finished).toBe(true);
  });

  it('numbers a set once, however often it is referred to', () => {
    const inner: nla_policies = [undefined, { type: 'NLA_U8' }];
    const outer: Array<nla_policy | undefined> = [undefined, { type: 'NLA_NESTED', nested: inner }, { type: 'NLA_NESTED_ARRAY', nested: inner }];
    outer.push({ type: 'NLA_NESTED', nested: outer });
    const dump = new PolicyDump();
    dump.add(outer);
    dump.add(inner);
    dump.add([undefined]);
    expect([dump.indexOf(outer), dump.indexOf(inner), dump.indexOf([])]).toEqual([0, 1, -1]);
    const writer = new MessageWriter();
    let count = 0;
    while (dump.write(writer) === 0) count++;
    expect(count).toBe(4);
  });

  it('tries again what did not fit', () => {
    const dump = new PolicyDump();
    dump.add([undefined, { type: 'NLA_FLAG' }]);
    const writer = new MessageWriter(0);
    for (const limit of [0, 4, 8, 15]) {
      writer.reset(new Uint8Array(16), 0, limit);
      expect(dump.write(writer)).toBe(-errno.ENOBUFS);
      expect(dump.finished).toBe(false);
    }
    writer.reset(new Uint8Array(16), 0, 16);
    expect(dump.write(writer)).toBe(0);
    expect(hex(writer.bytes)).toBe('10000080' + '0c000180' + u32(1, 1));
    expect([dump.finished, dump.write(writer)]).toEqual([true, -errno.ENODATA]);
  });
});
