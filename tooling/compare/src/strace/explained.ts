import type { Difference } from './compare.ts';

/** Why strace says something else. */
export interface Explanation {
  /** The reason. */
  readonly why: string;
  /** What differs, from the outside in. */
  readonly path: string;
  /** What strace says. */
  readonly theirs: string;
}

/** All differences that are known, each with its reason. */
export const EXPLANATIONS: readonly Explanation[] = [
  {
    why: 'strace takes every request of AF_BRIDGE for one about links, and prints no more of it than the family.',
    path: 'header.ifi_family',
    theirs: 'AF_BRIDGE',
  },
  { why: 'strace takes what netfilter filters for an address family: 1 is NFPROTO_INET.', path: 'header.nfgen_family', theirs: 'AF_UNIX' },
  { why: 'Of AF_BRIDGE: this stands for the rest of the header.', path: 'header.', theirs: '...' },
];

/**
 * The reason of a difference.
 *
 * @param difference - any
 * @returns `undefined` if it is not known
 */
export function explanationOf({ path, theirs }: Difference): Explanation | undefined {
  return EXPLANATIONS.find((explanation) => explanation.path === path && explanation.theirs === theirs);
}
