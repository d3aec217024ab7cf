/** A network: the first bits of an address. */
export interface IpPrefix {
  /** 4 or 16 octets. */
  readonly address: readonly number[];
  /** How many of its bits count. */
  readonly bits: number;
}

/**
 * Reads an IPv4 or IPv6 address.
 *
 * @param text - such as `10.0.0.1`, `fe80::1`, `::ffff:10.0.0.1`
 * @returns its 4 or 16 octets; `undefined` if it is none
 */
export function parseIp(text: string): number[] | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/**
 * Reads a network.
 *
 * @param text - such as `10.0.0.0/8`
 * @returns `undefined` if it is none
 */
export function parseIpPrefix(text: string): IpPrefix | undefined {
  const slash = text.indexOf('/');
  const length = text.slice(slash + 1);
  if (slash < 0 || !/^\d{1,3}$/.test(length)) return undefined;
  const address = parseIp(text.slice(0, slash));
  const bits = Number(length);
  return address === undefined || bits > address.length * 8 ? undefined : { address, bits };
}

/**
 * Whether a text is an address of a network.
 *
 * @param prefix - the network
 * @param text - any
 */
export function isInPrefix({ address, bits }: IpPrefix, text: string): boolean {
  const octets = parseIp(text);
  if (octets?.length !== address.length) return false;
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (octets[i] !== address[i]) return false;
  const mask = 0xff00 >> (bits & 7);
  return (((octets[whole] ?? 0) ^ (address[whole] ?? 0)) & mask & 0xff) === 0;
}

function parseIpv4(text: string): number[] | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return undefined;
  const octets = text.split('.').map(Number);
  return octets.every((octet) => octet < 256) ? octets : undefined;
}

function parseIpv6(text: string): number[] | undefined {
  if (text.length > 45) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => groups(half));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  if (tail === undefined || head.length + tail.length > 14) return undefined;
  return [...head, ...new Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

/** The octets of groups with colons between them; the last group may be an IPv4 address. */
function groups(text: string): number[] | undefined {
  if (text === '') return [];
  const octets: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9A-Fa-f]{1,4}$/.test(part)) {
      const value = parseInt(part, 16);
      octets.push(value >> 8, value & 0xff);
      continue;
    }
    const last = index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (last === undefined) return undefined;
    octets.push(...last);
  }
  return octets;
}
