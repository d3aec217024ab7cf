/**
 * Whether octets are UTF-8 text with nothing but zeros after it.
 *
 * @param bytes - what holds them
 * @param start - where they start
 * @param end - where they end
 */
export function isText(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const octet = bytes[at] ?? 0;
    if (octet === 0) return isZero(bytes, at + 1, end);
    if (octet < 0x80) at++;
    else {
      const length = sequenceLength(bytes, at, end);
      if (length === 0) return false;
      at += length;
    }
  }
  return true;
}

/**
 * Whether octets are UTF-8 texts, each with its NUL but for the last, which need not have one.
 *
 * @param bytes - what holds them
 * @param start - where they start
 * @param end - where they end
 */
export function areTexts(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const octet = bytes[at] ?? 0;
    const length = octet < 0x80 ? 1 : sequenceLength(bytes, at, end);
    if (length === 0) return false;
    at += length;
  }
  return true;
}

/** Whether octets are all zero. */
export function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 0) return false;
  return true;
}

/**
 * Where a text ends: at its first NUL or at its limit.
 *
 * @param bytes - what holds it
 * @param start - where it starts
 * @param end - where it ends at the latest
 */
export function textEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== 0) at++;
  return at;
}

/** The octets of the character that starts here; 0 if none does. Overlong forms and surrogates are none. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] ?? 0;
  const length = lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  if (length === 0 || at + length > end) return 0;
  const second = bytes[at + 1] ?? 0;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let i = 2; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}
