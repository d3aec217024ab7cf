import type { LiveOutputOptions } from '../live/live-output.ts';

/** What `nlmon run` can be told. */
export interface RunOptions extends LiveOutputOptions {
  /** The name of the namespace that the command is in; it is made. */
  readonly netns?: string;
  /** Whether the kernel serves other commands, too. */
  readonly keep?: boolean;
  /** Whether to run the command on the kernel of a session. */
  readonly attach?: boolean;
  /** Whether files that tell of interfaces are the embedded kernel's, too. */
  readonly files: boolean;
  /** Whether sockets are followed to whatever numbers they get. */
  readonly everySocket?: boolean;
  /** The session's name. */
  readonly session: string;
  /** Packages of drivers to load at once. */
  readonly driver?: readonly string[];
  /** What goes wrong. */
  readonly fault?: readonly string[];
  /** Where chances of faults begin. */
  readonly faultSeed?: number;
  /** Which package to load for a module alias that several provide. */
  readonly prefer: Readonly<Record<string, string>>;
}
