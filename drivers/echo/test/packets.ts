/** Octets one after the other. */
export function octets(...parts: readonly (readonly number[] | Uint8Array | number)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));
}

/** A number of 16 bits, network order. */
export function be16(value: number): number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}

/** `10.77.0.1` as octets. */
export function ip4(text: string): number[] {
  return text.split('.').map(Number);
}

/** `fd00::2` as octets. */
export function ip6(text: string): number[] {
  const [front = '', back] = text.split('::');
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').flatMap((group) => be16(Number.parseInt(group, 16))));
  if (back === undefined) return groups(front);
  const [first, last] = [groups(front), groups(back)];
  return [...first, ...Array<number>(16 - first.length - last.length).fill(0), ...last];
}

/** The sum that checksums are made of, in the slow and obvious way: RFC 1071, end-around carry word by word. */
export function sum16(bytes: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += ((bytes[i] ?? 0) << 8) + (bytes[i + 1] ?? 0);
    if (sum > 0xffff) sum = sum - 0xffff;
  }
  return sum;
}

function withChecksum(bytes: Uint8Array, at: number, pseudo: readonly number[] = []): Uint8Array {
  const copy = bytes.slice();
  copy.set([0, 0], at);
  copy.set(be16(0xffff - sum16([...pseudo, ...copy])), at);
  return copy;
}

/** An Ethernet frame. */
export function ethernet(to: Uint8Array, from: Uint8Array, type: number, payload: Uint8Array): Uint8Array {
  return octets(to, from, be16(type), payload);
}

/** An ARP packet. */
export function arp(operation: number, sender: Uint8Array, senderIp: string, target: Uint8Array, targetIp: string): Uint8Array {
  return octets(be16(1), be16(0x0800), 6, 4, be16(operation), sender, ip4(senderIp), target, ip4(targetIp));
}

/** An IPv4 packet. */
export function ipv4(source: string, destination: string, protocol: number, payload: Uint8Array, more: { flags?: number; ttl?: number; id?: number; options?: readonly number[] } = {}): Uint8Array {
  const { flags = 0x4000, ttl = 64, id = 0, options = [] } = more;
  const header = octets(0x45 + options.length / 4, 0, be16(20 + options.length + payload.length), be16(id), be16(flags), ttl, protocol, 0, 0, ip4(source), ip4(destination), options);
  return octets(withChecksum(header, 10), payload);
}

/** An ICMP message. */
export function icmp(type: number, code: number, rest: Uint8Array): Uint8Array {
  return withChecksum(octets(type, code, 0, 0, rest), 2);
}

/** An IPv6 packet with an ICMPv6 message. */
export function icmp6(source: string, destination: string, type: number, code: number, rest: Uint8Array, hops = 64): Uint8Array {
  const length = 4 + rest.length;
  const pseudo = [...ip6(source), ...ip6(destination), 0, 0, ...be16(length), 0, 0, 0, 58];
  const message = withChecksum(octets(type, code, 0, 0, rest), 2, pseudo);
  return octets(0x60, 0, 0, 0, be16(length), 58, hops, ip6(source), ip6(destination), message);
}
