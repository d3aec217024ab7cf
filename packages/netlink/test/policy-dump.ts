import { CTRL_ATTR_POLICY } from '@netdevkit/bindings';
import { netlink_ext_ack, type nla_policies, type nla_policy, type nla_type } from '@netdevkit/bindings/raw';
import { AttributeCursor } from '../src/index.ts';

/** `NL_ATTR_TYPE_*` by number. */
const types: ReadonlyArray<nla_type | undefined> = [
  undefined,
  'NLA_FLAG',
  'NLA_U8',
  'NLA_U16',
  'NLA_U32',
  'NLA_U64',
  'NLA_S8',
  'NLA_S16',
  'NLA_S32',
  'NLA_S64',
  'NLA_BINARY',
  'NLA_STRING',
  'NLA_NUL_STRING',
  'NLA_NESTED',
  'NLA_NESTED_ARRAY',
  'NLA_BITFIELD32',
  'NLA_SINT',
  'NLA_UINT',
];

/** What a dump of policies does not tell: types that are refused, and how far a set goes beyond the last that it shows. */
export interface Untold {
  readonly reject?: Readonly<Record<string, readonly number[]>>;
  readonly maxtype?: Readonly<Record<string, number>>;
}

/**
 * The sets of policies that a kernel's answer to `CTRL_CMD_GETPOLICY` describes, by number: the inverse of `PolicyDump`.
 *
 * @param payloads - the attributes of the answers' messages
 */
export function readPolicies(payloads: readonly Uint8Array[], untold: Untold = {}): nla_policies[] {
  const sets: Array<Array<nla_policy | undefined>> = [];
  const setAt = (index: number): Array<nla_policy | undefined> => (sets[index] ??= []);
  const top = new AttributeCursor();
  const set = new AttributeCursor();
  const entry = new AttributeCursor();
  const member = new AttributeCursor();
  for (const payload of payloads) {
    top.reset(payload);
    while (top.next()) {
      if (top.type !== CTRL_ATTR_POLICY) continue;
      top.enter(set);
      while (set.next()) {
        set.enter(entry);
        while (entry.next()) {
          entry.enter(member);
          setAt(set.type)[entry.type] = readPolicy(member, setAt);
        }
      }
    }
  }
  for (const [index, list] of Object.entries(untold.reject ?? {})) {
    for (const type of list) setAt(Number(index))[type] = { type: 'NLA_REJECT' };
  }
  for (const [index, maxtype] of Object.entries(untold.maxtype ?? {})) {
    const list = setAt(Number(index));
    list.length = Math.max(list.length, maxtype + 1);
  }
  // A set of which nothing is told: it has a type at least, or it would not be there.
  for (let index = 0; index < sets.length; index++) sets[index] ??= [undefined, undefined];
  return sets;
}

/** One policy, from the attributes that describe it. */
export function readPolicy(
  member: AttributeCursor,
  setAt: (index: number) => Array<nla_policy | undefined>,
): nla_policy | undefined {
  let type: nla_type | undefined;
  const found: { -readonly [K in keyof nla_policy]?: nla_policy[K] } = {};
  let nestedMaxtype = 0;
  while (member.next()) {
    const wide = member.u64();
    const narrow = member.u32() ?? 0;
    switch (member.type) {
      case 1:
        type = types[narrow];
        break;
      case 2:
        found.min = member.s64() ?? 0n;
        break;
      case 3:
        found.max = member.s64() ?? 0n;
        break;
      case 4:
        found.min = wide ?? 0n;
        break;
      case 5:
        found.max = wide ?? 0n;
        break;
      case 6:
        found.min = narrow;
        break;
      case 7:
        found.max = narrow;
        break;
      case 8:
        found.nested = setAt(narrow);
        break;
      case 9:
        nestedMaxtype = narrow;
        break;
      case 10:
        found.mask = narrow;
        break;
      case 12:
        found.mask = wide ?? 0n;
        break;
      default:
    }
  }
  if (type === undefined) return undefined;
  if (found.nested !== undefined && found.nested.length <= nestedMaxtype) {
    // A hole at the end: the set goes further than what is told of it.
    setAtLength(found.nested, nestedMaxtype + 1);
  }
  // A string's or binary's length alone is `len`; with a minimum it is a range.
  if ((type === 'NLA_STRING' || type === 'NLA_NUL_STRING' || type === 'NLA_BINARY') && found.min === undefined) {
    const { max, ...rest } = found;
    return { ...rest, type, ...(max === undefined ? {} : { len: Number(max) }) };
  }
  return { ...found, type };
}

function setAtLength(set: nla_policies, length: number): void {
  // CAST: readPolicies makes these arrays itself, as mutable ones.
  (set as Array<nla_policy | undefined>).length = length;
}

/** A fresh extended acknowledgement. */
export function newExtack(): netlink_ext_ack {
  return new netlink_ext_ack();
}
