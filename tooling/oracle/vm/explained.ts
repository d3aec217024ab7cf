/** A difference between the kernels that stays, and why. */
export interface Explanation {
  readonly workload: string;
  /** The command whose output differs; without one, it is about messages. */
  readonly command?: string;
  /** The lines that differ, those that follow each other as one text: with `- ` before Linux's, `+ ` before ours. */
  readonly lines: RegExp;
  readonly reason: string;
  /** Whether it is there in some runs only. */
  readonly isSometimes?: boolean;
}

/** What differs between Linux 6.12 with its nlmon and the embedded kernel with ours. */
export const EXPLAINED: readonly Explanation[] = [
  {
    workload: 'addresses',
    lines: /^- {3}cacheinfo\.rta-clntref \d\n\+ {3}cacheinfo\.rta-clntref \d$/u,
    reason: 'counts who holds a cached route just now, its caches and CPUs among them: the embedded kernel has no such cache',
  },
  {
    workload: 'addresses',
    lines: /^- answer ROUTE RTM_NEWNEIGH MULTI\n(?:- {3}.*\n)*- {3}dst ff02::16\n(?:- {3}.*(?:\n|$))*$/u,
    reason: 'Linux reports the groups that it listens to by itself (MLD), and has a neighbour for that: the embedded kernel sends nothing by itself',
    isSometimes: true,
  },
];
