/** A difference that is understood. */
export interface Explanation {
  /** Of which commands. */
  readonly commands: RegExp;
  /** What is left out of both outputs before they are compared. */
  readonly ignored?: RegExp;
  /** What is to come of it on the embedded kernel, when it is something else altogether. */
  readonly instead?: { readonly code: number; readonly stdout: string; readonly stderr: string };
  /** Whether it comes and goes with the time that programs take: it is named then although there may be none. */
  readonly comesAndGoes?: true;
  readonly why: string;
}

/** Where what a program prints on the embedded kernel differs from what it prints on the host's, and why. */
export const EXPLAINED: readonly Explanation[] = [
  {
    commands: /^ip nexthop bucket/,
    ignored: /idle_time \S+/g,
    comesAndGoes: true,
    why: 'the time since then',
  },
  {
    commands: /^ip -s -s neigh/,
    ignored: /used \S+/g,
    comesAndGoes: true,
    why: 'the time since then',
  },
  {
    commands: /^ip ntable/,
    ignored: /(?:refcnt|reachable) \d+/g,
    comesAndGoes: true,
    why: 'Linux draws the time for which a neighbour counts as reachable by lot',
  },
  {
    commands: /^(?:ifconfig v1|netstat -i)$/,
    ignored: /(?:packets|bytes) \d+.*|(?<=^v.{20})(?: +\d+)+/gm,
    why: 'the host sends packets of IPv6 by itself',
  },
  {
    commands: /^ip xfrm/,
    instead: { code: 1, stdout: '', stderr: 'Cannot open netlink socket: Protocol not supported\n' },
    why: 'as a kernel without XFRM',
  },
  {
    commands: /^ip (?:tcp_metrics|mptcp)/,
    instead: { code: 1, stdout: '', stderr: 'RTNETLINK answers: No such file or directory\nError talking to the kernel\n' },
    why: 'as a kernel without TCP',
  },
  {
    commands: /^ip -s link/,
    ignored: /^ +\d+(?: +\d+)+ *$/gm,
    why: 'the host sends packets of IPv6 by itself; the embedded kernel keeps addresses and sends nothing',
  },
];
