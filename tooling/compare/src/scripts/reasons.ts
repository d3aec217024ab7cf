/** Why cases of scripts do not pass on the embedded kernel. */
export interface Reason {
  readonly scripts: RegExp;
  readonly cases: RegExp;
  readonly why: string;
}

/** What is known; the first that fits counts. */
export const REASONS: readonly Reason[] = [];
