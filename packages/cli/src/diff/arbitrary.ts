/** What is arbitrary in a capture: another run of the same programs gives other values. */
export const ARBITRARY = ['port', 'ifindex', 'netns', 'address', 'time', 'stats', 'id', 'fd'] as const;

/** One of {@link ARBITRARY}. */
export type Arbitrary = (typeof ARBITRARY)[number];

const INTERFACES = /^(?:ifi-index|ifindex|if-index|ifa-index|ndm-ifindex|tcm-ifindex|idiag-if|dev-index|new-ifindex|bond-ifindex|iif|oif|master|link|nh-ifindex|rtnh-ifindex|prefix-ifindex|ifindex-.*|.*-ifindex)$/;
const NAMESPACES = /^(?:link-netnsid|target-netnsid|new-netnsid|nsid|current-nsid|if-netnsid)$/;
const TIMES = /^(?:tstamp|cstamp|timestamp.*|.*-timestamp|.*-time|age|.*-age|used|confirmed|updated|lastuse|last-used?|rta-lastuse|rta-expires|ifa-prefered|ifa-valid|expires|install|firstuse|uptime|reachable-time|last-flush|last-rand|.*-timer|time)$/;
const STATISTICS = /^(?:.*stats.*|link-64|link-xstats|counter|counters?-.*|.*-counters?|(?:[rt]x-)?(?:bytes|packets|pkts|errors|dropped)|carrier-changes|carrier-up-count|carrier-down-count|rqueue|wqueue|rmem|wmem)$/;
const IDENTIFIERS = /^(?:cookie|.*-cookie|idiag-inode|inode|.*-ino|family-id|handle|.*-handle|genid|proc-name|net-ns-pid|tgid|ppid|boot-id|hash|hash-rnd|conf-id)$/;

const DESCRIPTORS = /^(?:fd|.*-fd)$/;

/** From include/net/addrconf.h:INFINITY_LIFE_TIME: what has no end. */
const FOREVER = 0xffff_ffff;

const NUMBERS: readonly (readonly [Arbitrary, RegExp])[] = [
  ['ifindex', INTERFACES],
  ['netns', NAMESPACES],
  ['time', TIMES],
  ['fd', DESCRIPTORS],
];

/** From IEEE 802: an address of which this bit is set was made up by somebody. */
const MADE_UP = /^[0-9a-f][26ae](?::[0-9a-f]{2}){5}$/;
const LINK_LOCAL = 'fe80::';
const ETHERNET_LENGTH = '00:00:00:00:00:00'.length;

/** What a name says of values that stand under it. */
export interface NameKind {
  /** What stands inside of it counts what has happened. */
  readonly isStatistics: boolean;
  /** What a number under it is. */
  readonly ofNumber: Arbitrary | undefined;
  /** What any other value under it is. */
  readonly ofText: Arbitrary | undefined;
  /** Whether it says nothing: of what stands under it, addresses are arbitrary and nothing else. */
  readonly isPlain: boolean;
}

/**
 * What a name says of values that stand under it.
 *
 * @param name - of the attribute or the member
 */
export function kindOfName(name: string): NameKind {
  const isStatistics = STATISTICS.test(name);
  const ofText = IDENTIFIERS.test(name) ? 'id' : undefined;
  const [ofNumber = ofText] = NUMBERS.flatMap(([kind, names]) => (names.test(name) ? [kind] : []));
  return { isStatistics, ofNumber, ofText, isPlain: !isStatistics && ofNumber === undefined && ofText === undefined };
}

/**
 * What kind of arbitrary value it is, if any.
 *
 * @param name - what its name says
 * @param isInStatistics - whether it stands inside of statistics
 * @param value - the value
 */
export function arbitraryKind(name: NameKind, isInStatistics: boolean, value: string | number | boolean | null): Arbitrary | undefined {
  if (isInStatistics) return 'stats';
  if (typeof value === 'number') return name.ofNumber === 'time' && value === FOREVER ? undefined : name.ofNumber;
  if (typeof value !== 'string') return name.ofText;
  if (!name.isPlain) {
    // Numbers of 64 bits may be texts.
    if (/^-?\d+$/.test(value)) return name.ofNumber;
    if (name.ofText !== undefined) return name.ofText;
  }
  return value.startsWith(LINK_LOCAL) || (value.length === ETHERNET_LENGTH && MADE_UP.test(value)) ? 'address' : undefined;
}
