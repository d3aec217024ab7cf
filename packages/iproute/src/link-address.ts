/**
 * A link-layer address as text: octets in hexadecimal with colons between them. Any length has a form; none is `''`.
 *
 * @param octets - the address
 */
export function formatLinkAddress(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) {
    if (text !== '') text += ':';
    text += octet.toString(16).padStart(2, '0');
  }
  return text;
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
