/** What is arbitrary in a capture: another run of the same programs gives other values. */
export const ARBITRARY = ['port', 'ifindex', 'netns', 'address', 'time', 'stats', 'id', 'fd'] as const;

/** One of {@link ARBITRARY}. */
export type Arbitrary = (typeof ARBITRARY)[number];

const INTERFACES = /^(?:ifi-index|ifindex|if-index|ifa-index|ndm-ifindex|tcm-ifindex|idiag-if|dev-index|new-ifindex|bond-ifindex|iif|oif|master|link|nh-ifindex|rtnh-ifindex|prefix-ifindex|ifindex-.*|.*-ifindex)$/;
const NAMESPACES = /^(?:link-netnsid|target-netnsid|new-netnsid|nsid|current-nsid|if-netnsid)$/;
const TIMES = /^(?:tstamp|cstamp|timestamp.*|.*-timestamp|.*-time|age|.*-age|used|confirmed|updated|lastuse|last-used?|rta-lastuse|rta-expires|expires|install|firstuse|uptime|reachable-time|.*-timer|time)$/;
const STATISTICS = /^(?:.*stats.*|link-64|link-xstats|counter|counters?-.*|.*-counters?|(?:[rt]x-)?(?:bytes|packets|pkts|errors|dropped)|carrier-changes|carrier-up-count|carrier-down-count|rqueue|wqueue|rmem|wmem)$/;
const IDENTIFIERS = /^(?:cookie|.*-cookie|idiag-inode|inode|.*-ino|family-id|handle|.*-handle|genid|proc-name|net-ns-pid|tgid|ppid|boot-id|hash|conf-id)$/;

const DESCRIPTORS = /^(?:fd|.*-fd)$/;

/** From IEEE 802: an address of which this bit is set was made up by somebody. */
const MADE_UP = /^[0-9a-f][26ae](?::[0-9a-f]{2}){5}$/;
const LINK_LOCAL = 'fe80::';

/**
 * What kind of arbitrary value stands at a place, if any.
 *
 * @param name - of the attribute or the member
 * @param isInStatistics - whether it stands inside of statistics
 * @param value - as text
 */
export function arbitraryKind(name: string, isInStatistics: boolean, value: string): Arbitrary | undefined {
  if (isInStatistics || isStatistics(name)) return 'stats';
  const isNumber = /^-?\d+$/.test(value);
  if (isNumber && INTERFACES.test(name)) return 'ifindex';
  if (isNumber && NAMESPACES.test(name)) return 'netns';
  if (isNumber && TIMES.test(name)) return 'time';
  if (isNumber && DESCRIPTORS.test(name)) return 'fd';
  if (IDENTIFIERS.test(name)) return 'id';
  return MADE_UP.test(value) || value.startsWith(LINK_LOCAL) ? 'address' : undefined;
}

/**
 * Whether what stands inside of something counts what has happened.
 *
 * @param name - of the attribute or the member
 */
export function isStatistics(name: string): boolean {
  return STATISTICS.test(name);
}
