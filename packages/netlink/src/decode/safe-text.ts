/**
 * Whether text can stand between spaces as it is: letters, digits and punctuation that no terminal takes for a command.
 *
 * @param bytes - what holds it
 * @param start - where it starts
 * @param end - where it ends
 */
export function isSafe(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const octet = bytes[at] ?? 0;
    // Quotes and backslashes would look like quoting.
    if (octet <= 0x20 || octet >= 0x7f || octet === 0x22 || octet === 0x5c) return false;
  }
  return true;
}

/** Control characters, and those that turn the direction of text: a terminal must not obey what a message says. */
const COMMANDS = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text with quotes around it if it needs them, and with nothing in it that a terminal would take for a command.
 *
 * @param text - any
 */
export function quoteText(text: string): string {
  if (/^[!#-[\]-~]+$/.test(text)) return text;
  return JSON.stringify(text).replace(COMMANDS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
