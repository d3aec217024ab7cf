import type { ColourChoice } from '../colour.ts';

/** What `nlmon run` and what is like it can be told of their output. */
export interface LiveOutputOptions {
  /** The capture to write; `'-'` is standard output. */
  readonly write?: string;
  /** How to print messages. */
  readonly format?: 'text' | 'json' | 'summary';
  /** Whether to print nothing. */
  readonly quiet?: boolean;
  /** When to colour. */
  readonly color: ColourChoice;
}

/** What `nlmon run` can be told. */
export interface RunOptions extends LiveOutputOptions {
  /** The name of the namespace that the command is in; it is made. */
  readonly netns?: string;
  /** Packages of drivers to load at once. */
  readonly driver?: readonly string[];
  /** Which package to load for a module alias that several provide. */
  readonly prefer: Readonly<Record<string, string>>;
}
