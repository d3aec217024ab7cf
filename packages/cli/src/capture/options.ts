import type { ColourChoice } from '../colour.ts';
import type { DecodeFormat } from '../decode/options.ts';

/** How large the files of a capture become. */
export interface Rotation {
  /** Octets of a file, about. */
  readonly size: number;
  /** How many files there are at most: then the oldest is written anew. */
  readonly count?: number;
}

/** What `nlmon capture` can be told. */
export interface CaptureOptions {
  /** An interface to capture from; by default one of its own. */
  readonly interface?: string;
  /** The capture to write; `'-'` is standard output. */
  readonly write?: string;
  /** After how many messages to stop. */
  readonly count?: number;
  /** After how many milliseconds to stop. */
  readonly duration?: number;
  /** Which messages: a filter expression. */
  readonly filter?: string;
  /** How to print; by default text, or nothing where a capture is written. */
  readonly format?: DecodeFormat;
  /** What to print of each: names of fields. */
  readonly fields?: readonly string[];
  /** When to colour. */
  readonly color: ColourChoice;
  /** The network namespace: a name, a process id, or a path. */
  readonly netns?: string;
  /** Octets of the buffer that the kernel writes into. */
  readonly buffer: number;
  /** Octets of a file before the next begins. */
  readonly fileSize?: number;
  /** How many files there are at most. */
  readonly fileCount?: number;
  /** Whether to begin each file with the names of generic families. */
  readonly prime?: boolean;
  /** How many octets of a packet are kept. */
  readonly snaplen?: number;
  /** Whether to say nothing besides. */
  readonly quiet?: boolean;
  /** To listen to multicast groups instead of an interface: of all protocols, or of some. */
  readonly groups?: true | readonly string[];
}
