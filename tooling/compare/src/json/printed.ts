import type { DecodedMessage } from '@netdevkit/netlink';
import type { JsonComparison } from './rules.ts';
import type { World } from './world.ts';

/** What a command printed, and the answers that it got. */
export interface Printed {
  /** The command line. */
  readonly command: string;
  /** Its JSON. */
  readonly json: unknown;
  /** What the kernel sent while it ran. */
  readonly answers: readonly DecodedMessage[];
  /** What is known of the machine. */
  readonly world: World;
}

/** Compares what a command printed. */
export type Compare = (comparison: JsonComparison, printed: Printed) => void;
