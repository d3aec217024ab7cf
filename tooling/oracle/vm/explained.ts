/** A difference between the kernels that stays, and why. */
export interface Explanation {
  readonly workload: string;
  /** The command whose output differs; without one, it is about messages. */
  readonly command?: string;
  /** Which lines differ: without the sign in front of them. */
  readonly lines: RegExp;
  readonly reason: string;
}

/** What differs between Linux 6.12 with its nlmon and the embedded kernel with ours. */
export const EXPLAINED: readonly Explanation[] = [];
