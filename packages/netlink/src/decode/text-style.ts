import { EncodedText } from './encoded-text.ts';

/** Escape sequences around parts of a text; empty where there is no colour. */
export interface TextStyle {
  /** Before names of attributes and members. */
  readonly name: string;
  /** Before the name of a message's type. */
  readonly type: string;
  /** Before what is wrong. */
  readonly error: string;
  /** Before what matters less: time, sequence number, octets that are not understood. */
  readonly faint: string;
  /** After each of these. */
  readonly reset: string;
}

/** Text without colours. */
export const plainStyle: TextStyle = { name: '', type: '', error: '', faint: '', reset: '' };

/** An escape sequence, ready to be copied; `undefined` if there is none. */
export function sequence(text: string): EncodedText | undefined {
  return text === '' ? undefined : new EncodedText(text);
}
