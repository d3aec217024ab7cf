import { FR_ACT_TO_TBL, RTPROT_KERNEL } from '@netdevkit/bindings';

/** A range of ports, or of users. */
export interface RuleRange {
  readonly start: number;
  readonly end: number;
}

/** Every port, and every user: no range is set. */
export const NO_PORTS: RuleRange = { start: 0, end: 0 };
export const ALL_USERS: RuleRange = { start: 0, end: 0xffff_ffff };

/** `struct fib_rule`, with what IPv4 and IPv6 add to it. */
export interface FibRule {
  priority: number;
  /** `FR_ACT_*`. */
  readonly action: number;
  /** `FIB_RULE_*`. */
  readonly flags: number;
  table: number;
  readonly protocol: number;
  readonly iifname: string;
  readonly oifname: string;
  /** 0 without a name, -1 while no device has it. */
  iifindex: number;
  oifindex: number;
  readonly mark: number;
  readonly markMask: number;
  readonly tunId: bigint;
  readonly l3mdev: number;
  /** -1 for none. */
  readonly suppressPrefixLength: number;
  readonly suppressGroup: number;
  /** Where a jump goes, 0 for none. */
  readonly target: number;
  /** The rule that it goes to, once there is one. */
  jump: FibRule | null;
  readonly users: RuleRange;
  readonly ipProto: number;
  readonly sport: RuleRange;
  readonly dport: RuleRange;
  readonly src: Uint8Array | null;
  readonly srcLength: number;
  readonly dst: Uint8Array | null;
  readonly dstLength: number;
  dscp: number;
  /** Whether all of the DSCP counts, not only what was once the type of service. */
  dscpFull: boolean;
  readonly flow: number;
}

/** A rule that leads to a table, as a namespace is born with. From net/core/fib_rules.c:fib_default_rule_add. */
export function defaultRule(priority: number, table: number): FibRule {
  return {
    priority,
    action: FR_ACT_TO_TBL,
    flags: 0,
    table,
    protocol: RTPROT_KERNEL,
    iifname: '',
    oifname: '',
    iifindex: 0,
    oifindex: 0,
    mark: 0,
    markMask: 0,
    tunId: 0n,
    l3mdev: 0,
    suppressPrefixLength: -1,
    suppressGroup: -1,
    target: 0,
    jump: null,
    users: ALL_USERS,
    ipProto: 0,
    sport: NO_PORTS,
    dport: NO_PORTS,
    src: null,
    srcLength: 0,
    dst: null,
    dstLength: 0,
    dscp: 0,
    dscpFull: false,
    flow: 0,
  };
}

/** Whether a range of ports is set. */
export function hasPorts({ start, end }: RuleRange): boolean {
  return start !== 0 && end !== 0;
}

/** Whether a range of users is set: `uid_range_set`. */
export function hasUsers({ start, end }: RuleRange): boolean {
  return start !== 0xffff_ffff && end !== 0xffff_ffff;
}

export function sameRange(a: RuleRange, b: RuleRange): boolean {
  return a.start === b.start && a.end === b.end;
}

/** Whether the first bits of two addresses are the same. */
export function samePrefix(a: Uint8Array, b: Uint8Array, length: number): boolean {
  const whole = length >> 3;
  for (let i = 0; i < whole; i++) if (a[i] !== b[i]) return false;
  const rest = 0xff00 >> (length & 7);
  return (((a[whole] ?? 0) ^ (b[whole] ?? 0)) & rest & 0xff) === 0;
}
