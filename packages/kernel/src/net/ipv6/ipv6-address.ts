/** An IPv6 address: 16 octets that nobody changes. */
export type In6 = Uint8Array;

/** `::` */
export const ANY: In6 = new Uint8Array(16);
/** `::1` */
export const LOOPBACK: In6 = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

/** `IPV6_ADDR_*` of include/net/ipv6.h: what kind of address it is. */
export const ADDR = {
  UNICAST: 0x01,
  MULTICAST: 0x02,
  LOOPBACK: 0x10,
  LINKLOCAL: 0x20,
  SITELOCAL: 0x40,
  COMPATV4: 0x80,
  MAPPED: 0x1000,
} as const;

/** `IFA_HOST`, `IFA_LINK` and `IFA_SITE`: how far an address reaches. */
export const SCOPE = { HOST: 0x10, LINK: 0x20, SITE: 0x40 } as const;
const SCOPE_MASK = 0xf0;

/** Scopes by number, the wider the greater: `IPV6_ADDR_SCOPE_*`. */
const NO_SCOPE = -1;
const LINK_SCOPE = 2;
const SITE_SCOPE = 5;
const GLOBAL_SCOPE = 14;

/** A text that is equal for equal addresses: a key for maps. */
export function keyOf(address: In6): string {
  return String.fromCharCode(...address);
}

/** `ipv6_addr_equal`. */
export function equal(a: In6, b: In6): boolean {
  return a.every((octet, i) => octet === b[i]);
}

/** `ipv6_addr_any`. */
export function isAny(address: In6): boolean {
  return address.every((octet) => octet === 0);
}

/** `ipv6_addr_is_multicast`. */
export function isMulticast(address: In6): boolean {
  return address[0] === 0xff;
}

/** How many leading bits two addresses share. */
export function commonBits(a: In6, b: In6): number {
  for (let i = 0; i < 16; i++) {
    const different = (a[i] ?? 0) ^ (b[i] ?? 0);
    if (different !== 0) return 8 * i + Math.clz32(different) - 24;
  }
  return 128;
}

/** `ipv6_addr_prefix`: the address with all bits behind the prefix cleared. */
export function prefixOf(address: In6, length: number): In6 {
  const prefix = new Uint8Array(16);
  for (let i = 0; i < 16; i++) {
    const bits = Math.max(0, Math.min(8, length - 8 * i));
    prefix[i] = (address[i] ?? 0) & (0xff00 >> bits);
  }
  return prefix;
}

/** `ipv6_prefix_equal`. */
export function samePrefix(a: In6, b: In6, length: number): boolean {
  return commonBits(a, b) >= length;
}

/** `ipv6_addr_type`: flags of {@link ADDR}; 0 for `::`. From net/ipv6/addrconf_core.c:__ipv6_addr_type. */
export function typeOf(address: In6): number {
  const [first = 0, second = 0] = address;
  if (first === 0xff) return ADDR.MULTICAST | multicastReach(second & 0xf);
  if (first === 0xfe && (second & 0xc0) === 0x80) return ADDR.LINKLOCAL | ADDR.UNICAST;
  if (first === 0xfe && (second & 0xc0) === 0xc0) return ADDR.SITELOCAL | ADDR.UNICAST;
  if (!address.subarray(0, 8).every((octet) => octet === 0)) return ADDR.UNICAST;
  const middle = word(address, 8);
  const last = word(address, 12);
  if (middle === 0) {
    if (last === 0) return 0;
    return ADDR.UNICAST | (last === 1 ? ADDR.LOOPBACK : ADDR.COMPATV4);
  }
  return middle === 0xffff ? ADDR.MAPPED : ADDR.UNICAST;
}

/** `ipv6_addr_scope`: flags of {@link SCOPE}; 0 for a global one. */
export function scopeOf(address: In6): number {
  return typeOf(address) & SCOPE_MASK;
}

/** `ipv6_addr_src_scope`: how far an address reaches, as a number that can be compared; less than any for none. */
export function reachOf(address: In6): number {
  if (isMulticast(address)) return (address[1] ?? 0) & 0xf;
  if (isAny(address)) return NO_SCOPE;
  const type = typeOf(address);
  if ((type & (ADDR.LINKLOCAL | ADDR.LOOPBACK)) !== 0) return LINK_SCOPE;
  return (type & ADDR.SITELOCAL) !== 0 ? SITE_SCOPE : GLOBAL_SCOPE;
}

/** The group that asks for an address's owner: `addrconf_addr_solict_mult`. */
export function solicitedNode(address: In6): In6 {
  const group = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 0);
  group.set(address.subarray(13, 16), 13);
  return group;
}

/** The address of a link with this interface identifier. */
export function linkLocal(identifier: Uint8Array): In6 {
  const address = new Uint8Array(16);
  address.set([0xfe, 0x80]);
  address.set(identifier, 8);
  return address;
}

function multicastReach(scope: number): number {
  if (scope === 1) return ADDR.LOOPBACK;
  if (scope === LINK_SCOPE) return ADDR.LINKLOCAL;
  return scope === SITE_SCOPE ? ADDR.SITELOCAL : 0;
}

function word(address: In6, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i++) value = value * 256 + (address[i] ?? 0);
  return value;
}
