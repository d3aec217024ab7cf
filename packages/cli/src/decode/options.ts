import type { ColourChoice } from '../colour.ts';

/** How to print messages. */
export const DECODE_FORMATS = ['text', 'json', 'summary'] as const;

/** One of {@link DECODE_FORMATS}. */
export type DecodeFormat = (typeof DECODE_FORMATS)[number];

/** What `nlmon decode` can be told. */
export interface DecodeOptions {
  /** How to print; by default text, or nothing where a capture is written. */
  readonly format?: DecodeFormat;
  /** Which messages: a filter expression. */
  readonly filter?: string;
  /** What to print of each: names of fields. */
  readonly fields?: readonly string[];
  /** Whether to wait at the end of the file for what is written to it. */
  readonly follow?: boolean;
  /** After how many messages to stop. */
  readonly count?: number;
  /** The capture to write; `'-'` is standard output. */
  readonly write?: string;
  /** Whether to begin that capture with the names of generic families. */
  readonly prime?: boolean;
  /** Whether to add comments about conversations and errors to its packets. */
  readonly comments?: boolean;
  /** Names of generic families by number, where the capture does not tell them. */
  readonly family: Readonly<Record<number, string>>;
  /** When to colour. */
  readonly color: ColourChoice;
}
