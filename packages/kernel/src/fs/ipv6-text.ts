const GROUPS = 8;

/**
 * An IPv6 address out of its text: `in6_pton`.
 *
 * @returns its 16 octets; `undefined` for what is none
 */
export function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  const [head = [], tail] = halves.map(groupsOf);
  if (halves.length > 2 || head === null || tail === null) return undefined;
  const given = head.length + (tail?.length ?? 0);
  if (tail === undefined ? given !== GROUPS : given >= GROUPS) return undefined;
  const groups = [...head, ...Array.from({ length: GROUPS - given }, () => 0), ...(tail ?? [])];
  return Uint8Array.from(groups.flatMap((group) => [group >>> 8, group & 0xff]));
}

/** `%pI6`: an address in full. */
export function fullIpv6(address: Uint8Array): string {
  const groups = Array.from({ length: GROUPS }, (_, i) => ((address[2 * i] ?? 0) << 8) | (address[2 * i + 1] ?? 0));
  return groups.map((group) => group.toString(16).padStart(4, '0')).join(':');
}

/** The groups between colons, the last of which may be an IPv4 address; `null` where something else stands. */
function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const words = text.split(':');
  for (const [i, word] of words.entries()) {
    const dotted = i === words.length - 1 ? /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(word) : null;
    const octets = dotted === null ? [] : dotted.slice(1).map(Number);
    if (dotted !== null && octets.every((octet) => octet <= 0xff)) {
      const [a = 0, b = 0, c = 0, d = 0] = octets;
      groups.push((a << 8) | b, (c << 8) | d);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(word)) {
      groups.push(Number.parseInt(word, 16));
    } else {
      return null;
    }
  }
  return groups;
}
