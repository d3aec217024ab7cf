import type { Difference } from './rules.ts';

/** Why a command says something else. */
export interface Explanation {
  /** The reason. */
  readonly why: string;
  /** What differs. */
  readonly path: RegExp;
  /** What is true of the two values. */
  readonly where?: (difference: Difference) => boolean;
}

/** All differences that are known, each with its reason. */
export const EXPLANATIONS: readonly Explanation[] = [
  {
    why: 'iproute2 has no name for this type of link and prints its number in brackets.',
    path: /^link\.link_type$/,
    where: ({ theirs, ours }) => theirs === '[826]' && ours === 'vsockmon',
  },
  { why: 'tc computes it from a rate and a time in ticks.', path: /^(?:qdisc tbf\.options\.(?:burst|mtu|lat)|class htb\.c?burst)$/ },
  { why: 'nft keeps it in the octets of the user data of a set, which are its own.', path: /^nft set\.auto-merge$/ },
];

/** Commands whose messages the capture device does not see: each namespace has its own. */
export const ELSEWHERE: RegExp = /^ip (?:netns exec|-n) /;

/**
 * The reason of a difference.
 *
 * @param difference - any
 * @returns `undefined` if it is not known
 */
export function explanationOf(difference: Difference): Explanation | undefined {
  return EXPLANATIONS.find(({ path, where }) => path.test(difference.path) && (where?.(difference) ?? true));
}
