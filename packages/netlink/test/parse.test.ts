import { IFLA_IFNAME, IFLA_MAX, IFLA_MTU, NLA_F_NESTED } from '@netdevkit/bindings';
import type { nla_policies, nla_policy } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AttributeTable,
  MessageWriter,
  Validation,
  parseAttributes,
  parseMessageAttributes,
  strictFrom,
  writePolicy,
  type ExtendedPolicy,
} from '../src/index.ts';
import { datagram, hex, newlinks, octets, policies as golden } from './golden.ts';
import { newExtack, readPolicies } from './policy-dump.ts';

/** What parsing says of the attributes that `fill` writes. */
function judge(
  policies: nla_policies | null,
  mode: number,
  fill: (writer: MessageWriter) => void,
  maxtype = (policies?.length ?? 1) - 1,
): { error: number; message: string | null; at: number; policy: nla_policy | null; table: AttributeTable } {
  const writer = new MessageWriter();
  fill(writer);
  const table = new AttributeTable(maxtype);
  const extack = newExtack();
  const error = parseAttributes(table, writer.bytes, 0, writer.length, policies, mode, extack);
  const checked = parseAttributes(null, writer.bytes, 0, writer.length, policies, mode, null);
  if (policies !== null && maxtype === policies.length - 1) expect(checked).toBe(error);
  return { error, message: extack._msg, at: extack.bad_attr, policy: extack.policy, table };
}

const { LIBERAL, DEPRECATED_STRICT, STRICT } = Validation;
const one = (policy: ExtendedPolicy): nla_policies => [undefined, policy];
const FAILED = 'Attribute failed policy validation';

describe('parseAttributes', () => {
  const families = new Map(Object.entries(golden.families).map(([name, dump]) => [name, readPolicies(dump.map(octets))]));

  it.each(golden.cases)(
    'judges as Linux: $family $mode $errno $message ($request)',
    ({ family, mode, set, headerLength, request, errno: wanted, message, offset, policy }) => {
      const policies = families.get(family)?.[set] ?? [];
      const extack = newExtack();
      const table = new AttributeTable(policies.length - 1);
      const bytes = octets(request);
      const flags = mode === 'strict' ? STRICT : LIBERAL;
      const error = parseMessageAttributes(table, bytes, 0, headerLength, policies, flags, extack);
      expect(error).toBe(wanted === 0 ? 0 : -wanted);
      // A handler's own sentence replaces the parser's warning.
      if (message !== undefined) expect(extack._msg).toBe(message);
      if (wanted === 0) return;
      expect(extack.bad_attr === -1 ? undefined : extack.bad_attr).toBe(offset);
      const writer = new MessageWriter();
      const told = extack.policy !== null && writePolicy(writer, 4, extack.policy) === 0;
      expect(told ? hex(writer.bytes.subarray(4)) : undefined).toBe(policy);
    },
  );

  it('gives where each attribute of a kernel message stands', () => {
    const bytes = octets(newlinks[1]?.hex ?? '');
    const table = new AttributeTable(IFLA_MAX);
    expect(parseMessageAttributes(table, bytes, 0, 16, null, LIBERAL, null)).toBe(0);
    expect([table.string(IFLA_IFNAME), table.u32(IFLA_MTU), table.length(IFLA_IFNAME)]).toEqual(['nlmon0', 3776, 7]);
    expect([table.offset(IFLA_IFNAME), table.has(1), table.offset(1), table.length(1)]).toEqual([36, false, -1, -1]);
  });

  it('keeps the last of several attributes with one type', () => {
    const { table } = judge(null, STRICT, (w) => {
      w.putU32(1, 1);
      w.putU32(1, 2);
    });
    expect(table.u32(1)).toBeUndefined();
    const second = judge([undefined, { type: 'NLA_U32' }], STRICT, (w) => {
      w.putU32(1, 1);
      w.putU32(1, 2);
    });
    expect(second.table.u32(1)).toBe(2);
  });

  it('ignores the flags of a type', () => {
    const { error, table } = judge(one({ type: 'NLA_U32' }), LIBERAL, (w) => {
      w.putU32(1 | NLA_F_NESTED | 0x4000, 7);
    });
    expect([error, table.u32(1)]).toEqual([0, 7]);
  });

  it.each([
    [LIBERAL, 0, null, -1],
    [DEPRECATED_STRICT, -errno.EINVAL, 'Unknown attribute type', 0],
    [STRICT, -errno.EINVAL, 'Unknown attribute type', 0],
  ])('in mode %i meets types 0 and above the greatest with %i', (mode, error, message, at) => {
    for (const type of [0, 2, 0x3fff]) {
      expect(judge(one({ type: 'NLA_U8' }), mode, (w) => {
        w.putFlag(type);
      })).toMatchObject({ error, message, at, policy: null });
    }
  });

  it.each([
    [LIBERAL, 0],
    [Validation.TRAILING, -errno.EINVAL],
    [STRICT, -errno.EINVAL],
  ])('in mode %i meets octets left over with %i', (mode, error) => {
    for (const rest of [[1], [0, 0, 0], [3, 0, 1, 0], [9, 0, 1, 0, 0, 0, 0, 0]]) {
      const found = judge(one({ type: 'NLA_FLAG' }), mode, (w) => {
        w.putFlag(1);
        w.append(Uint8Array.from(rest));
      });
      expect(found).toMatchObject({ error, message: 'bytes leftover after parsing attributes', at: -1 });
      expect(found.table.has(1)).toBe(true);
    }
  });

  it('refuses types without a policy in strict mode only', () => {
    const fill = (w: MessageWriter): void => {
      w.putFlag(1);
    };
    expect(judge([undefined, undefined], LIBERAL, fill).error).toBe(0);
    expect(judge([undefined, undefined], DEPRECATED_STRICT, fill).error).toBe(0);
    for (const policy of [undefined, { type: 'NLA_UNSPEC' } as const]) {
      const found = judge([undefined, policy], STRICT, fill);
      expect(found).toMatchObject({ error: -errno.EINVAL, message: 'Unsupported attribute', at: 0, policy: null });
    }
    expect(judge(one({ type: 'NLA_UNSPEC', len: 1 }), LIBERAL, fill)).toMatchObject({ error: -errno.ERANGE, message: FAILED });
  });

  it('accepts everything without policies, but for what the table cannot hold', () => {
    const fill = (w: MessageWriter): void => {
      w.putFlag(3 | NLA_F_NESTED);
    };
    expect(judge(null, LIBERAL, fill, 3).table.has(3)).toBe(true);
    expect(judge(null, STRICT, fill, 3).error).toBe(0);
    expect(judge(null, STRICT, fill, 2).error).toBe(-errno.EINVAL);
  });

  it('turns strict at the type that the policy of type 0 names', () => {
    const policies: nla_policies = [strictFrom(2), { type: 'NLA_U8' }, { type: 'NLA_U8' }, undefined];
    const long = (type: number) => (w: MessageWriter) => {
      w.putU32(type, 1);
    };
    expect(judge(policies, LIBERAL, long(1)).error).toBe(0);
    expect(judge(policies, LIBERAL, long(2))).toMatchObject({ error: -errno.EINVAL, message: 'invalid attribute length' });
    expect(judge(policies, LIBERAL, long(3))).toMatchObject({ error: -errno.EINVAL, message: 'Unsupported attribute' });
  });

  describe('integers', () => {
    const sizes = { NLA_U8: 1, NLA_S8: 1, NLA_U16: 2, NLA_S16: 2, NLA_BE16: 2, NLA_U32: 4, NLA_S32: 4, NLA_BE32: 4, NLA_U64: 8, NLA_S64: 8 } as const;
    it.each(Object.entries(sizes))('%s may be longer in liberal mode, never shorter', (name, size) => {
      // CAST: the keys are names of types.
      const policies = one({ type: name as nla_policy['type'] });
      const bytes = (length: number) => (w: MessageWriter) => {
        w.putBytes(1, new Uint8Array(length));
      };
      expect(judge(policies, LIBERAL, bytes(size)).error).toBe(0);
      expect(judge(policies, STRICT, bytes(size)).error).toBe(0);
      expect(judge(policies, LIBERAL, bytes(size + 1)).error).toBe(0);
      expect(judge(policies, DEPRECATED_STRICT, bytes(size + 1)).error).toBe(0);
      expect(judge(policies, STRICT, bytes(size + 1))).toMatchObject({ error: -errno.EINVAL, message: 'invalid attribute length', at: 0, policy: policies[1] });
      expect(judge(policies, LIBERAL, bytes(size - 1))).toMatchObject({ error: -errno.ERANGE, message: FAILED, at: 0, policy: policies[1] });
    });

    it('NLA_MSECS has 8 octets or more in every mode', () => {
      const policies = one({ type: 'NLA_MSECS', max: 9n });
      expect(judge(policies, STRICT, (w) => {
        w.putBytes(1, Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 9));
      }).error).toBe(0);
      expect(judge(policies, STRICT, (w) => {
        w.putU64(1, 10n);
      })).toMatchObject({ error: -errno.ERANGE, message: 'integer out of range' });
      expect(judge(policies, LIBERAL, (w) => {
        w.putU32(1, 1);
      })).toMatchObject({ error: -errno.ERANGE, message: FAILED });
    });

    it('NLA_UINT and NLA_SINT have 4 or 8 octets', () => {
      for (const type of ['NLA_UINT', 'NLA_SINT'] as const) {
        for (const length of [0, 1, 4, 5, 8, 9]) {
          const error = length === 4 || length === 8 ? 0 : -errno.EINVAL;
          expect(judge(one({ type }), LIBERAL, (w) => {
            w.putBytes(1, new Uint8Array(length));
          })).toMatchObject({ error, message: error === 0 ? null : 'invalid attribute length' });
        }
      }
    });

    it('a policy that asks for fewer octets than the type has gets no read beyond them', () => {
      const writer = new MessageWriter(0);
      writer.putBytes(1, Uint8Array.of(1, 2));
      const exact = writer.bytes.slice(0, 6);
      expect(parseAttributes(null, exact, 0, 6, one({ type: 'NLA_U64', len: 1, max: 1n }), LIBERAL, null)).toBe(-errno.ERANGE);
    });

    it.each([
      [{ type: 'NLA_U32', min: 2, max: 0xffff_fffe }, [2, 0xffff_fffe], [1, 0xffff_ffff], 4],
      [{ type: 'NLA_U64', min: 2n, max: 2n ** 64n - 2n }, [2n, 2n ** 64n - 2n], [1n, 2n ** 64n - 1n], 8],
      [{ type: 'NLA_U64', min: 2 }, [2n, 2n ** 63n], [1n], 8],
      [{ type: 'NLA_S32', min: -1, max: 1 }, [-1, 1], [-2, 2], 4],
      [{ type: 'NLA_S64', min: -1, max: 1n }, [-1n, 1n], [-2n, 2n], 8],
      [{ type: 'NLA_U8', max: 3n }, [3], [4, 255], 1],
    ] as const)('$0.type: a range, $#', (policy, inside, outside, size) => {
      const put = (value: number | bigint) => (w: MessageWriter) => {
        if (size === 8) w.putU64(1, BigInt.asUintN(64, BigInt(value)));
        else if (size === 4) w.putU32(1, Number(value));
        else w.putU8(1, Number(value));
      };
      for (const value of inside) expect(judge(one(policy), STRICT, put(value)).error).toBe(0);
      for (const value of outside) {
        expect(judge(one(policy), LIBERAL, put(value))).toMatchObject({ error: -errno.ERANGE, message: 'integer out of range', at: 0, policy });
      }
    });

    it('narrow ones keep their order and sign', () => {
      const bytes = (...list: number[]) => (w: MessageWriter) => {
        w.putBytes(1, Uint8Array.from(list));
      };
      const is = (type: nla_policy['type'], value: number | bigint): nla_policies => one({ type, min: value, max: value });
      expect(judge(is('NLA_BE16', 0x1234), STRICT, bytes(0x12, 0x34)).error).toBe(0);
      expect(judge(is('NLA_BE32', 0x12345678), STRICT, bytes(0x12, 0x34, 0x56, 0x78)).error).toBe(0);
      expect(judge(is('NLA_U16', 0x1234), STRICT, bytes(0x34, 0x12)).error).toBe(0);
      expect(judge(is('NLA_S8', -1), STRICT, bytes(255)).error).toBe(0);
      expect(judge(is('NLA_S16', -2), STRICT, bytes(254, 255)).error).toBe(0);
      expect(judge(is('NLA_SINT', -1), STRICT, bytes(255, 255, 255, 255)).error).toBe(0);
      expect(judge(is('NLA_SINT', -1), STRICT, bytes(255, 255, 255, 255, 255, 255, 255, 255)).error).toBe(0);
      expect(judge(is('NLA_UINT', 0xffff_ffff), STRICT, bytes(255, 255, 255, 255)).error).toBe(0);
      expect(judge(is('NLA_UINT', 2n ** 64n - 1n), STRICT, bytes(255, 255, 255, 255, 255, 255, 255, 255)).error).toBe(0);
    });

    it.each([
      [{ type: 'NLA_U32', mask: 0x8000_0001 }, [0, 1, 0x8000_0000, 0x8000_0001], [2, 0xffff_ffff]],
      [{ type: 'NLA_U32', mask: 1n }, [1], [2]],
      [{ type: 'NLA_UINT', mask: 0xffff_ffff }, [0xffff_ffff], []],
    ] as const)('$0.type: a mask, $#', (policy, good, bad) => {
      const put = (value: number) => (w: MessageWriter) => {
        w.putU32(1, value);
      };
      for (const value of good) expect(judge(one(policy), STRICT, put(value)).error).toBe(0);
      for (const value of bad) {
        expect(judge(one(policy), LIBERAL, put(value))).toMatchObject({ error: -errno.EINVAL, message: 'reserved bit set', at: 0, policy: null });
      }
    });

    it('a mask of 64 bits', () => {
      const policy = one({ type: 'NLA_U64', mask: 1n << 63n });
      expect(judge(policy, STRICT, (w) => {
        w.putU64(1, 1n << 63n);
      }).error).toBe(0);
      expect(judge(policy, STRICT, (w) => {
        w.putU64(1, 1n << 62n);
      }).error).toBe(-errno.EINVAL);
    });
  });

  describe('other kinds', () => {
    const bytes = (text: string | number[]) => (w: MessageWriter) => {
      w.putBytes(1, typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'latin1')) : Uint8Array.from(text));
    };

    it.each([
      ['NLA_STRING', 2, 'ab', 0],
      ['NLA_STRING', 2, 'ab\0', 0],
      ['NLA_STRING', 2, 'abc', -errno.ERANGE],
      ['NLA_STRING', 2, 'ab\0\0', -errno.ERANGE],
      ['NLA_STRING', 0, 'a'.repeat(100), 0],
      ['NLA_STRING', 2, '', -errno.ERANGE],
      ['NLA_NUL_STRING', 2, 'ab', -errno.EINVAL],
      ['NLA_NUL_STRING', 2, 'ab\0', 0],
      ['NLA_NUL_STRING', 2, 'abc\0', -errno.EINVAL],
      ['NLA_NUL_STRING', 2, 'a\0xx', -errno.ERANGE],
      ['NLA_NUL_STRING', 0, 'abc\0', 0],
      ['NLA_NUL_STRING', 0, '', -errno.EINVAL],
      ['NLA_BINARY', 2, 'abc', -errno.ERANGE],
      ['NLA_BINARY', 2, 'ab', 0],
      ['NLA_BINARY', 0, 'abc', 0],
      ['NLA_FLAG', 0, '', 0],
      ['NLA_FLAG', 0, 'a', -errno.ERANGE],
    ] as const)('%s of at most %i: %j gives %i', (type, len, text, error) => {
      for (const mode of [LIBERAL, STRICT]) {
        expect(judge(one({ type, len }), mode, bytes(text))).toMatchObject({ error, message: error === 0 ? null : FAILED });
      }
    });

    it('NLA_BINARY with a range of lengths', () => {
      const policy = one({ type: 'NLA_BINARY', min: 2, max: 3 });
      expect([1, 2, 3, 4].map((length) => judge(policy, LIBERAL, bytes('x'.repeat(length))).error)).toEqual([-errno.ERANGE, 0, 0, -errno.ERANGE]);
      expect(judge(policy, LIBERAL, bytes('x')).message).toBe('binary attribute size out of range');
    });

    it('NLA_BINARY that may be too long where nobody is strict', () => {
      const policy = one({ type: 'NLA_BINARY', min: 2, max: 2, warn_too_long: true } satisfies ExtendedPolicy);
      expect(judge(policy, LIBERAL, bytes('xxx')).error).toBe(0);
      expect(judge(policy, STRICT, bytes('xxx'))).toMatchObject({ error: -errno.EINVAL, message: 'invalid attribute length' });
      expect(judge(policy, LIBERAL, bytes('x'))).toMatchObject({ error: -errno.ERANGE });
    });

    it('NLA_BITFIELD32: valid bits, and set ones selected', () => {
      const policy = one({ type: 'NLA_BITFIELD32', mask: 3 });
      const field = (value: number, selector: number) => (w: MessageWriter) => {
        w.putBitfield32(1, value, selector);
      };
      expect(judge(policy, STRICT, field(1, 3)).error).toBe(0);
      expect(judge(policy, STRICT, field(0, 0)).error).toBe(0);
      for (const [value, selector] of [[2, 1], [4, 4], [0, 4], [0, 0xffff_ffff]] as const) {
        expect(judge(policy, STRICT, field(value, selector))).toMatchObject({ error: -errno.EINVAL, message: FAILED });
      }
      expect(judge(one({ type: 'NLA_BITFIELD32' }), STRICT, field(0, 0)).error).toBe(-errno.EINVAL);
      expect(judge(policy, STRICT, bytes('1234')).error).toBe(-errno.ERANGE);
    });

    it('NLA_REJECT: with a sentence of its own, or the usual one', () => {
      expect(judge(one({ type: 'NLA_REJECT' }), LIBERAL, bytes(''))).toMatchObject({ error: -errno.EINVAL, message: FAILED, at: 0 });
      const found = judge(one({ type: 'NLA_REJECT', reject_message: 'not this' }), LIBERAL, bytes(''));
      expect(found).toMatchObject({ error: -errno.EINVAL, message: 'not this', at: 0, policy: null });
    });

    it('a function of the policy has the last word', () => {
      const seen: number[][] = [];
      const policy: ExtendedPolicy = {
        type: 'NLA_BINARY',
        validate: (all, offset, length, extack) => {
          seen.push([...all.subarray(offset, offset + length)]);
          if (extack !== null) extack._msg = 'no';
          return -errno.EDOM;
        },
      };
      const found = judge(one(policy), LIBERAL, bytes([7, 8]));
      expect(found).toMatchObject({ error: -errno.EDOM, message: 'no' });
      expect(seen).toEqual([[7, 8], [7, 8]]);
    });
  });

  describe('nests', () => {
    const inner: nla_policies = [undefined, { type: 'NLA_U8' }];

    it('are checked inside, and what is wrong there stays', () => {
      const found = judge(one({ type: 'NLA_NESTED', nested: inner }), STRICT, (w) => {
        w.putNested(1 | NLA_F_NESTED, () => {
          w.putU16(1, 1);
        });
      });
      expect(found).toMatchObject({ error: -errno.EINVAL, message: 'invalid attribute length', at: 4, policy: inner[1] });
    });

    it('may be empty, or unchecked', () => {
      expect(judge(one({ type: 'NLA_NESTED', nested: inner }), LIBERAL, (w) => {
        w.putFlag(1);
      }).error).toBe(0);
      expect(judge(one({ type: 'NLA_NESTED' }), LIBERAL, (w) => {
        w.putBytes(1, new Uint8Array(4).fill(255));
      }).error).toBe(0);
      expect(judge(one({ type: 'NLA_NESTED' }), LIBERAL, (w) => {
        w.putBytes(1, new Uint8Array(3));
      })).toMatchObject({ error: -errno.ERANGE, message: FAILED });
    });

    it('need their flag in strict mode, and nothing else may have it', () => {
      const nest = one({ type: 'NLA_NESTED', nested: inner });
      const flag = (w: MessageWriter): void => {
        w.putFlag(1);
      };
      expect(judge(nest, STRICT, flag)).toMatchObject({ error: -errno.EINVAL, message: 'NLA_F_NESTED is missing', at: 0, policy: nest[1] });
      expect(judge(one({ type: 'NLA_FLAG' }), STRICT, (w) => {
        w.putFlag(1 | NLA_F_NESTED);
      })).toMatchObject({ error: -errno.EINVAL, message: 'NLA_F_NESTED not expected' });
    });

    it('in arrays are checked in each element, whatever its type', () => {
      const policy = one({ type: 'NLA_NESTED_ARRAY', nested: inner });
      const elements = (length: number) => (w: MessageWriter) => {
        w.putNested(1 | NLA_F_NESTED, () => {
          w.putNested(0, () => {
            w.putU8(1, 1);
          });
          w.putFlag(77);
          w.putBytes(9, Uint8Array.of(length, 0, 1, 0, 0, 0, 0, 0).subarray(0, length));
        });
      };
      expect(judge(policy, STRICT, elements(5)).error).toBe(0);
      expect(judge(policy, STRICT, elements(3))).toMatchObject({ error: -errno.ERANGE, message: 'Array element too short', at: 20 });
      expect(judge(policy, STRICT, elements(6))).toMatchObject({ error: -errno.EINVAL, message: 'invalid attribute length', at: 24 });
      expect(judge(policy, LIBERAL, (w) => {
        w.putFlag(1);
      }).error).toBe(0);
      expect(judge(policy, LIBERAL, (w) => {
        w.putBytes(1, new Uint8Array(2));
      }).error).toBe(-errno.ERANGE);
    });

    it('go no deeper than 10 levels, also where a policy refers to itself', () => {
      const policies: Array<nla_policy | undefined> = [undefined];
      policies.push({ type: 'NLA_NESTED', nested: policies }, { type: 'NLA_NESTED_ARRAY', nested: policies });
      const levels = (count: number) => (w: MessageWriter) => {
        const open = Array.from({ length: count }, () => w.nestStart(1));
        w.putFlag(1);
        for (const nest of open.reverse()) w.nestEnd(nest);
      };
      expect(judge(policies, LIBERAL, levels(9)).error).toBe(0);
      expect(judge(policies, LIBERAL, levels(10))).toMatchObject({ error: -errno.EINVAL, message: 'allowed policy recursion depth exceeded' });
      expect(judge(policies, LIBERAL, levels(2000))).toMatchObject({ error: -errno.EINVAL });
    });
  });

  it('takes whatever comes: no throw, and nothing outside the octets', () => {
    const sets = [...families.values()].flat();
    const tables = sets.map((set) => new AttributeTable(set.length - 1));
    const attribute = fc.tuple(fc.nat(12), fc.nat(24), fc.constantFrom(0, 0, 0x80, 0xc0), fc.uint8Array({ maxLength: 24 }));
    fc.assert(
      fc.property(fc.array(attribute, { maxLength: 6 }), fc.nat(sets.length - 1), fc.constantFrom(0, 3, 31, 16, 8), fc.nat(3), (list, index, mode, cut) => {
        const writer = new MessageWriter();
        for (const [size, type, flags, payload] of list) writer.append(Uint8Array.of(size, 0, type, flags, ...payload));
        const bytes = writer.toBytes().subarray(0, writer.length - cut);
        const set = sets[index] ?? [];
        const table = tables[index] ?? new AttributeTable(0);
        const extack = newExtack();
        const error = parseAttributes(table, bytes, 0, bytes.length, set, mode, extack);
        expect([0, -errno.EINVAL, -errno.ERANGE]).toContain(error);
        if (error !== 0) expect(extack._msg).not.toBeNull();
        for (let type = 0; type <= table.maxtype; type++) {
          if (!table.has(type)) continue;
          expect(table.offset(type) + table.length(type)).toBeLessThanOrEqual(bytes.length);
          table.u64(type);
          table.uint(type);
          table.string(type);
        }
        // What is strictly in order is liberally, too.
        if (error === 0 && mode === STRICT) expect(parseAttributes(table, bytes, 0, bytes.length, set, LIBERAL, null)).toBe(0);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('parseMessageAttributes', () => {
  it('refuses a message shorter than its header', () => {
    const bytes = new Uint8Array(40);
    const view = new DataView(bytes.buffer);
    const table = new AttributeTable(1);
    for (const [length, error] of [[31, -errno.EINVAL], [32, 0]] as const) {
      view.setUint32(4, length, true);
      const extack = newExtack();
      expect(parseMessageAttributes(table, bytes, 4, 16, null, STRICT, extack)).toBe(error);
      expect(extack._msg).toBe(error === 0 ? null : 'Invalid header length');
    }
  });

  it('finds no attributes in a message that ends inside the padding of its header', () => {
    const bytes = new Uint8Array(20);
    new DataView(bytes.buffer).setUint32(0, 17, true);
    const extack = newExtack();
    expect(parseMessageAttributes(new AttributeTable(1), bytes, 0, 1, null, STRICT, extack)).toBe(0);
    expect(extack._msg).toBeNull();
  });

  it('says of a long IFLA_IFNAME what Linux said', () => {
    const policies: nla_policies = Object.assign(new Array<nla_policy>(IFLA_MAX + 1), { [IFLA_IFNAME]: { type: 'NLA_STRING', len: 15 } });
    const extack = newExtack();
    const request = datagram('a request with an IFLA_IFNAME that is too long');
    expect(parseMessageAttributes(null, request, 0, 16, policies, LIBERAL, extack)).toBe(-errno.ERANGE);
    expect([extack._msg, extack.bad_attr]).toEqual([FAILED, 32]);
  });

  it('warns of octets left over as Linux did', () => {
    const extack = newExtack();
    const request = datagram('a request with octets after its last attribute');
    expect(parseMessageAttributes(new AttributeTable(IFLA_MAX), request, 0, 16, null, LIBERAL, extack)).toBe(0);
    expect(extack._msg).toBe('bytes leftover after parsing attributes');
  });
});
