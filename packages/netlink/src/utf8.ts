interface Decoder {
  decode(bytes: Uint8Array): string;
}

// Every platform has it, but the language's own library does not declare it.
declare const TextDecoder: new (label: string, options: { readonly ignoreBOM: boolean }) => Decoder;

// Stateless as it is used here: each call decodes a whole string. Octets that are not UTF-8 become U+FFFD.
const decoder: Decoder = new TextDecoder('utf-8', { ignoreBOM: true });

// Longer strings are quicker in one call of the decoder.
const SHORT = 32;

/**
 * Decodes a string that ends at the first NUL or at its limit. Names in netlink are ASCII but for rare exceptions.
 *
 * @param bytes - where the string stands
 * @param start - its first octet
 * @param end - where it ends at the latest
 */
export function readString(bytes: Uint8Array, start: number, end: number): string {
  const short = Math.min(end, start + SHORT);
  let at = start;
  for (let octet = 1; at < short; at++) {
    octet = bytes[at] ?? 0;
    if (octet === 0) return ascii(bytes, start, at);
    if (octet > 0x7f) break;
  }
  if (at === end) return ascii(bytes, start, at);
  // A copy: not every decoder takes octets of a SharedArrayBuffer.
  const octets = new Uint8Array(bytes.subarray(start, end));
  const nul = octets.indexOf(0, at - start);
  return decoder.decode(nul === -1 ? octets : octets.subarray(0, nul));
}

/** Four characters at a time: each piece is a string of its own until it is put to the others. */
function ascii(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let at = start;
  for (; end - at >= 4; at += 4) text += String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0);
  for (; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/**
 * How many octets the UTF-8 form of a string has, up to its first NUL.
 *
 * @param text - a lone surrogate counts as U+FFFD
 */
export function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0) break;
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (isPair(text, i, unit)) {
      length += 4;
      i++;
    } else length += 3;
  }
  return length;
}

/**
 * Writes the UTF-8 form of a string, up to its first NUL and without one.
 *
 * @param bytes - has room for {@link utf8Length} octets at `at`
 * @param at - where to
 * @param text - a lone surrogate becomes U+FFFD
 */
export function writeUtf8(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0) break;
    if (unit < 0x80) {
      bytes[at++] = unit;
    } else if (unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >> 6);
      bytes[at++] = 0x80 | (unit & 0x3f);
    } else if (isPair(text, i, unit)) {
      const point = 0x10000 + ((unit & 0x3ff) << 10) + (text.charCodeAt(++i) & 0x3ff);
      bytes[at++] = 0xf0 | (point >> 18);
      bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[at++] = 0x80 | (point & 0x3f);
    } else {
      const point = (unit & 0xf800) === 0xd800 ? 0xfffd : unit;
      bytes[at++] = 0xe0 | (point >> 12);
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[at++] = 0x80 | (point & 0x3f);
    }
  }
}

function isPair(text: string, i: number, unit: number): boolean {
  return (unit & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
}
