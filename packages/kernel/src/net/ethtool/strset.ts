import {
  ETH_SS_COUNT,
  ETHTOOL_A_STRING_INDEX,
  ETHTOOL_A_STRING_VALUE,
  ETHTOOL_A_STRINGS_STRING,
  ETHTOOL_A_STRINGSET_COUNT,
  ETHTOOL_A_STRINGSET_ID,
  ETHTOOL_A_STRINGSET_STRINGS,
  ETHTOOL_A_STRINGSETS_STRINGSET,
  ETHTOOL_A_STRSET_COUNTS_ONLY,
  ETHTOOL_A_STRSET_STRINGSETS,
  ETHTOOL_MSG_STRSET_GET,
  ETHTOOL_MSG_STRSET_GET_REPLY,
  NLA_F_NESTED,
  NLA_HDRLEN,
} from '@netdevkit/bindings';
import type { net_device, nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeCursor, AttributeTable, parseAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import type { EthnlGet, EthnlQuestion } from './ethnl-types.ts';
import { HEADERS, requestPolicy } from './header.ts';
import { DEVICE_SETS, STRING_SETS } from './strings.ts';

const STRINGSETS_POLICY: nla_policies = [undefined, { type: 'NLA_NESTED' }];
const STRINGSET_POLICY: nla_policies = [undefined, { type: 'NLA_U32' }];

/** net/ethtool/strset.c. */
export const STRSET_GET: EthnlGet = {
  cmd: ETHTOOL_MSG_STRSET_GET,
  reply: ETHTOOL_MSG_STRSET_GET_REPLY,
  deviceless: true,
  policy: requestPolicy(
    ETHTOOL_A_STRSET_COUNTS_ONLY,
    { [ETHTOOL_A_STRSET_STRINGSETS]: { type: 'NLA_NESTED' }, [ETHTOOL_A_STRSET_COUNTS_ONLY]: { type: 'NLA_FLAG' } },
    HEADERS.phy,
  ),
  prepare(dev, question) {
    const asked = setsOf(question);
    if (typeof asked === 'number') return asked;
    if (dev === undefined && asked.some((id) => DEVICE_SETS.has(id))) {
      question.extack._msg = 'requested per device strings without dev';
      return -errno.EINVAL;
    }
    // Nobody in particular asked for: those of the device, or those that are the same for all.
    const ids = asked.length > 0 ? asked : dev === undefined ? [...STRING_SETS.keys()] : [...DEVICE_SETS];
    const sets: [id: number, strings: readonly string[]][] = [];
    for (const id of ids.toSorted((a, b) => a - b)) {
      const strings = stringsOf(id, dev);
      if (typeof strings === 'number') return strings;
      if (strings.length > 0) sets.push([id, strings]);
    }
    // From net/ethtool/strset.c:strset_parse_request: without a list of sets, the flag is not looked at.
    const countsOnly = question.attrs.has(ETHTOOL_A_STRSET_STRINGSETS) && question.attrs.has(ETHTOOL_A_STRSET_COUNTS_ONLY);
    return (writer) => {
      const nest = writer.nestStart(ETHTOOL_A_STRSET_STRINGSETS | NLA_F_NESTED);
      for (const [id, strings] of sets) putSet(writer, id, strings, countsOnly);
      writer.nestEnd(nest);
    };
  },
};

/** The sets that a request names; a negative errno when it is wrong. */
function setsOf({ attrs, extack }: EthnlQuestion): number[] | number {
  const ids: number[] = [];
  if (!attrs.has(ETHTOOL_A_STRSET_STRINGSETS)) return ids;
  const start = attrs.offset(ETHTOOL_A_STRSET_STRINGSETS);
  const length = attrs.length(ETHTOOL_A_STRSET_STRINGSETS);
  const error = parseAttributes(null, attrs.bytes, start, length, STRINGSETS_POLICY, Validation.STRICT, extack);
  if (error < 0) return error;
  const cursor = new AttributeCursor();
  cursor.reset(attrs.bytes, start, start + length);
  while (cursor.next()) {
    if (cursor.type !== ETHTOOL_A_STRINGSETS_STRINGSET) return -errno.EINVAL;
    const tb = new AttributeTable(ETHTOOL_A_STRINGSET_ID);
    const wrong = parseAttributes(tb, cursor.bytes, cursor.offset, cursor.length, STRINGSET_POLICY, Validation.STRICT, extack);
    if (wrong < 0) return wrong;
    const id = tb.u32(ETHTOOL_A_STRINGSET_ID);
    if (id === undefined) {
      extack.miss_type = ETHTOOL_A_STRINGSET_ID;
      extack.miss_nest = cursor.offset - NLA_HDRLEN;
      return -errno.EINVAL;
    }
    if (id >= ETH_SS_COUNT) {
      extack._msg = 'unknown string set id';
      extack.bad_attr = cursor.offset - NLA_HDRLEN;
      return -errno.EOPNOTSUPP;
    }
    if (!ids.includes(id)) ids.push(id);
  }
  return ids;
}

function stringsOf(id: number, dev: net_device | undefined): readonly string[] | number {
  // From net/ethtool/strset.c:strset_fill_set: a set that is nobody's.
  if (!DEVICE_SETS.has(id)) return STRING_SETS.get(id) ?? -errno.EOPNOTSUPP;
  const strings = dev?.ethtool_ops?.get_strings?.(dev, id) ?? [];
  return typeof strings === 'number' ? [] : strings;
}

function putSet(writer: MessageWriter, id: number, strings: readonly string[], countsOnly: boolean): void {
  const set = writer.nestStart(ETHTOOL_A_STRINGSETS_STRINGSET | NLA_F_NESTED);
  writer.putU32(ETHTOOL_A_STRINGSET_ID, id);
  writer.putU32(ETHTOOL_A_STRINGSET_COUNT, strings.length);
  if (!countsOnly) {
    const all = writer.nestStart(ETHTOOL_A_STRINGSET_STRINGS | NLA_F_NESTED);
    for (const [i, text] of strings.entries()) {
      const one = writer.nestStart(ETHTOOL_A_STRINGS_STRING | NLA_F_NESTED);
      writer.putU32(ETHTOOL_A_STRING_INDEX, i);
      writer.putString(ETHTOOL_A_STRING_VALUE, text);
      writer.nestEnd(one);
    }
    writer.nestEnd(all);
  }
  writer.nestEnd(set);
}
