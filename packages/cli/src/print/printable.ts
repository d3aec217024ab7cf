// What a terminal takes for a command, and what reorders the text around it.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** What nearly all texts are. */
const HARMLESS = /^[\u0020-\u007e]*$/;

/**
 * A string from a capture, safe to print: what a terminal would obey is escaped.
 *
 * @param text - anything
 */
export function printable(text: string): string {
  return HARMLESS.test(text) ? text : text.replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Octets in hexadecimal.
 *
 * @param bytes - what holds them
 * @param offset - where they start
 * @param length - how many
 * @param limit - of how many to show at most; an ellipsis stands for the others
 */
export function hex(bytes: Uint8Array, offset: number, length: number, limit: number = Infinity): string {
  let text = '';
  const end = offset + Math.min(length, limit);
  for (let at = offset; at < end; at++) text += (bytes[at] ?? 0).toString(16).padStart(2, '0');
  return length > limit ? `${text}…` : text;
}
