import { NLM_F_ACK_NAMES, NLM_F_DELETE_NAMES, NLM_F_GET_NAMES, NLM_F_NAMES, NLM_F_NEW_NAMES, nlmsghdr } from '@netdevkit/bindings';
import type { Condition } from './condition.ts';
import { Needs } from './field.ts';
import { plainName } from './names.ts';

const DUMP = 'NLM_F_DUMP';
/** The halves of a dump, which have no names of their own where both are there. */
const HALVES: ReadonlySet<string> = new Set(['NLM_F_ROOT', 'NLM_F_MATCH']);

/** The names of all flags. */
export const FLAG_NAMES: readonly string[] = [
  ...new Set(
    [NLM_F_NAMES, NLM_F_GET_NAMES, NLM_F_NEW_NAMES, NLM_F_DELETE_NAMES, NLM_F_ACK_NAMES]
      .flatMap((table) => Object.values(table))
      .filter((name) => name !== undefined),
  ),
  DUMP,
];

/**
 * Asks for a flag.
 *
 * @param name - with or without `NLM_F_`
 * @returns `undefined` if there is none of that name
 */
export function flagTest(name: string): Condition | undefined {
  const wanted = plainName(name).replace(/^nlm-f-/, '');
  const flag = FLAG_NAMES.find((known) => plainName(known) === `nlm-f-${wanted}`);
  if (flag === undefined) return undefined;
  const common = Object.entries(NLM_F_NAMES).find(([, known]) => known === flag);
  if (common !== undefined) return bitsTest(1 << Number(common[0]));
  // From 0x100 up a flag's name depends on what its message asks for.
  const isHalf = HALVES.has(flag);
  return {
    needs: Needs.NAMES,
    test: ({ identity, cursor }) => {
      const names = identity?.flagNames(cursor.context);
      return names !== undefined && (names.includes(flag) || (isHalf && names.includes(DUMP)));
    },
  };
}

/**
 * Asks for bits, all of them.
 *
 * @param bits - of `nlmsg_flags`
 */
export function bitsTest(bits: number): Condition {
  return {
    needs: Needs.HEADER,
    test: ({ cursor }) => cursor.isMessage && (nlmsghdr.nlmsg_flags(cursor.view, cursor.offset) & bits) === bits,
  };
}
