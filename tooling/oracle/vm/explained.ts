/** A difference between the kernels that stays, and why. */
export interface Explanation {
  readonly workloads: readonly string[];
  /** Commands whose output differs; without, it is about messages. */
  readonly command?: RegExp;
  /** The lines that differ: with `- ` before Linux's, `+ ` before ours; of messages, those that follow each other as one text. */
  readonly lines: RegExp;
  readonly reason: string;
  /** Whether it is there in some runs only. */
  readonly isSometimes?: boolean;
}

const SENDS = 'Linux sends packets of IPv6 by itself, for its groups and to find routers: the embedded kernel sends nothing by itself';
const HELD = 'Linux counts who holds it just now, timers, caches and processors among them';
const BY_LOT = 'Linux draws by lot for how long a neighbour counts as reachable';
const NO_MULTICAST_ROUTES = 'there are no multicast routes';
const NUMBERED = 'generic groups are numbered in the order of their families, of which Linux has more';
const OTHERS_TOO = 'Linux has one hash table of neighbours for all namespaces, and tells of all of it';
const KEPT = 'a namespace that a program made stays until the sandbox ends';
const NEVER_CHANGED = 'there is no time of change of a configuration';

/** What differs between Linux 6.12 with its nlmon and the embedded kernel with ours. */
export const EXPLAINED: readonly Explanation[] = [
  // Messages.
  { workloads: ['libnl', 'route'], lines: /^- {3}cacheinfo\.rta-clntref \d\n\+ {3}cacheinfo\.rta-clntref \d$/u, reason: HELD },
  { workloads: ['libnl', 'monitor', 'neigh-rule'], lines: /^- {3}(?:cacheinfo|parms)\.refcnt \d+\n\+ {3}(?:cacheinfo|parms)\.refcnt \d+$/u, reason: HELD, isSometimes: true },
  { workloads: ['nlmon-two'], lines: /^- {3}af-spec\.inet6\.flags ready\n\+ {3}af-spec\.inet6\.flags rs-sent,ready$/u, reason: 'Linux asks for routers a moment later', isSometimes: true },
  { workloads: ['libnl', 'neigh-rule'], lines: /^(?:[-+] {3}config\.(?:entries|hash-rnd|hash-mask|last-flush|last-rand) .*(?:\n|$))+$/u, reason: OTHERS_TOO },
  { workloads: ['libnl'], lines: /^(?:- answer ROUTE RTM_NEWRULE MULTI\n- {3}family ip6?mr\n(?:- {3}.*(?:\n|$))+)+$/u, reason: NO_MULTICAST_ROUTES },
  { workloads: ['route'], lines: /^- answer ROUTE NLMSG_DONE MULTI\|DUMP_FILTERED\n\+ answer ROUTE NLMSG_DONE MULTI$/u, reason: NO_MULTICAST_ROUTES },
  {
    workloads: ['route'],
    lines: /^- request ROUTE RTM_NEWROUTE REQUEST\|ACK\|EXCL\|CREATE\n\+ request ROUTE RTM_NEWROUTE REQUEST\|ACK\|CREATE$/u,
    reason: 'both kernels change the flags of such a request while they do it; a ring of Linux has copied it before, a queue here has not',
    isSometimes: true,
  },
  { workloads: ['errors', 'ethtool', 'genl'], lines: /^- {3}mcast-groups\.0\.id \d+\n\+ {3}mcast-groups\.0\.id \d+$/u, reason: NUMBERED },
  { workloads: ['genl'], lines: /^- {3}op-policy\.op-id 0\n\+ {3}op-policy\.op-id 10$/u, reason: '6.12.107 calls a command that can only be a dump 0; before and after it is called what it is' },
  { workloads: ['nlmon-monitor', 'netns', 'monitor'], lines: /^- event ROUTE RTM_DELNSID\n- {3}rtgen-family unspec\n- {3}nsid \d+$/u, reason: KEPT, isSometimes: true },
  { workloads: ['sockdiag'], lines: /^\+ {3}error ENOENT$/u, reason: 'there is no MPTCP' },
  // What commands print.
  { workloads: ['addr'], command: /^ip -d -s -j addr show/u, lines: /^[-+] +"(?:bytes|packets)": \d+,?$/u, reason: SENDS, isSometimes: true },
  { workloads: ['link'], command: /^ip stats show/u, lines: /^[-+] +\d+(?: +\d+){5} $/u, reason: SENDS, isSometimes: true },
  { workloads: ['libnl'], command: /^nl-link-stats/u, lines: /^[-+] d0\.(?:tx_|Ip6Out|ICMP6_Out)\w+ \d+$/u, reason: SENDS, isSometimes: true },
  { workloads: ['libnl'], command: /^nl-monitor/u, lines: /^[-+] (?: {5}TX {4}| {20,})[\d.]* .*\d.*$/u, reason: SENDS, isSometimes: true },
  { workloads: ['libnl', 'monitor'], command: /^(?:nl-neigh-list|ip (?:-d )?monitor)/u, lines: /^- .*\bff02::(?:2|16) .*$/u, reason: SENDS, isSometimes: true },
  { workloads: ['libnl'], command: /^nl-(?:link-list|monitor)/u, lines: /^[-+] +create-stamp .* reachable-time .*$/u, reason: `${BY_LOT}; ${NEVER_CHANGED}` },
  { workloads: ['libnl'], command: /^nl-neightbl-list/u, lines: /^[-+] (?:arp|ndisc)_cache\S* .*reachable-time .*$/u, reason: `${BY_LOT}; ${OTHERS_TOO}` },
  { workloads: ['libnl'], command: /^nl-addr-list/u, lines: /^[-+] +created boot-time\+.* last-updated boot-time\+.*$/u, reason: 'it says when that was' },
  { workloads: ['libnl'], command: /^nl-rule-list/u, lines: /^- +32767 0x8[01] lookup /u, reason: NO_MULTICAST_ROUTES },
  { workloads: ['neigh-rule'], command: /^ip ntable show/u, lines: /^[-+] +refcnt \d reachable \d+ base_reachable \d+ retrans 1000 $/u, reason: `${BY_LOT}; ${HELD}` },
  { workloads: ['nlmon-monitor', 'monitor'], command: /^ip (?:-d )?monitor/u, lines: /^- .*Deleted nsid \d+ /u, reason: KEPT, isSometimes: true },
  { workloads: ['ethtool'], command: /^ethtool -i nlmon0/u, lines: /^[-+] version: 6\.12\./u, reason: 'it is the version of the kernel' },
  { workloads: ['genl'], command: /^genl ctrl get name ethtool/u, lines: /^[-+] \t\t#1: {2}ID-0x\w+ {2}name: monitor $/u, reason: NUMBERED },
  { workloads: ['genl'], command: /^genl ctrl policy name nlctrl/u, lines: /^[-+] \tID: 0x10 {2}op (?:0|10) policies: dump=1$/u, reason: '6.12.107 calls a command that can only be a dump 0' },
];
