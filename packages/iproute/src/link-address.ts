const DIGITS = '0123456789abcdef';
/** The codes of the two digits of each octet. */
const HIGH: Uint8Array = Uint8Array.from({ length: 256 }, (_, octet) => DIGITS.charCodeAt(octet >> 4));
const LOW: Uint8Array = Uint8Array.from({ length: 256 }, (_, octet) => DIGITS.charCodeAt(octet & 15));
const COLON = 0x3a;
const ETH_ALEN = 6;

/**
 * A link-layer address as text: octets in hexadecimal with colons between them. Any length has a form; none is `''`.
 *
 * @param octets - the address
 */
export function formatLinkAddress(octets: Uint8Array): string {
  return linkAddressAt(octets, 0, octets.length);
}

/**
 * The same, where it stands.
 *
 * @param bytes - what holds the address
 * @param at - where it starts
 * @param length - its number of octets
 */
export function linkAddressAt(bytes: Uint8Array, at: number, length: number): string {
  if (length === ETH_ALEN) return ethernetAddress(bytes, at);
  const codes: number[] = [];
  for (let i = at; i < at + length; i++) {
    const octet = bytes[i] ?? 0;
    if (i > at) codes.push(COLON);
    codes.push(HIGH[octet] ?? 0, LOW[octet] ?? 0);
  }
  return String.fromCharCode(...codes);
}

/** One call makes one string: of a dump of links, pieces put together would be the greater part of what is kept. */
function ethernetAddress(bytes: Uint8Array, at: number): string {
  const a = bytes[at] ?? 0;
  const b = bytes[at + 1] ?? 0;
  const c = bytes[at + 2] ?? 0;
  const d = bytes[at + 3] ?? 0;
  const e = bytes[at + 4] ?? 0;
  const f = bytes[at + 5] ?? 0;
  // prettier-ignore
  return String.fromCharCode(
    HIGH[a] ?? 0, LOW[a] ?? 0, COLON, HIGH[b] ?? 0, LOW[b] ?? 0, COLON, HIGH[c] ?? 0, LOW[c] ?? 0, COLON,
    HIGH[d] ?? 0, LOW[d] ?? 0, COLON, HIGH[e] ?? 0, LOW[e] ?? 0, COLON, HIGH[f] ?? 0, LOW[f] ?? 0,
  );
}

/**
 * Reads a link-layer address from text.
 *
 * C twin: `ll_addr_a2n` of iproute2, for its hexadecimal form.
 *
 * @param text - one or two hexadecimal digits per octet, with `:` or `-` between octets; `''` is an address of no octets
 * @returns the octets
 * @throws RangeError: anything else
 */
export function parseLinkAddress(text: string): Uint8Array {
  if (text === '') return new Uint8Array(0);
  const parts = text.split(text.includes('-') ? '-' : ':');
  if (!parts.every((part) => /^[0-9a-f]{1,2}$/i.test(part))) {
    throw new RangeError(`address: expected octets such as 02:00:5e:00:53:01, got ${JSON.stringify(text)}`);
  }
  return Uint8Array.from(parts, (part) => Number.parseInt(part, 16));
}
