import {
  AF_INET,
  FIB_RULE_PERMANENT,
  FR_ACT_GOTO,
  FRA_DPORT_RANGE,
  FRA_DSCP,
  FRA_DST,
  FRA_FLOW,
  FRA_FWMARK,
  FRA_FWMASK,
  FRA_GOTO,
  FRA_IIFNAME,
  FRA_IP_PROTO,
  FRA_L3MDEV,
  FRA_OIFNAME,
  FRA_PRIORITY,
  FRA_PROTOCOL,
  FRA_SPORT_RANGE,
  FRA_SRC,
  FRA_SUPPRESS_IFGROUP,
  FRA_SUPPRESS_PREFIXLEN,
  FRA_TABLE,
  FRA_TUN_ID,
  FRA_UID_RANGE,
  fib_rule_hdr,
  fib_rule_port_range,
  fib_rule_uid_range,
  NLM_F_EXCL,
  NLMSG_HDRLEN,
  PF_UNSPEC,
  RTM_DELRULE,
  RTM_GETRULE,
  RTM_NEWRULE,
} from '@netdevkit/bindings';
import { IFNAMSIZ, type netlink_ext_ack, type nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, strictFrom, Validation } from '@netdevkit/netlink';
import type { Faults } from '../../faults.ts';
import type { NetlinkRequest } from '../netlink/netlink-types.ts';
import { policies } from '../rtnetlink/link-policy.ts';
import { cutString, isText, refuse } from '../rtnetlink/link-request.ts';
import type { MessageHandlers } from '../rtnetlink/message-handlers.ts';
import { requesterOf } from '../rtnetlink/newlink.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import { tell } from '../rtnetlink/tell.ts';
import { ALL_USERS, hasPorts, hasUsers, NO_PORTS, sameRange, type FibRule, type RuleRange } from './fib-rule.ts';
import { dumpRules, fillRule, RULE_SIZE } from './fib-rules-messages.ts';
import type { FibRules } from './fib-rules.ts';

const U8 = { type: 'NLA_U8' } as const;
const U32 = { type: 'NLA_U32' } as const;

/** What the attributes of a rule may hold. From net/core/fib_rules.c:fib_rule_policy. */
const POLICY: nla_policies = policies(FRA_DSCP, {
  0: strictFrom(FRA_DPORT_RANGE + 1),
  [FRA_IIFNAME]: { type: 'NLA_STRING', len: IFNAMSIZ - 1 },
  [FRA_OIFNAME]: { type: 'NLA_STRING', len: IFNAMSIZ - 1 },
  [FRA_PRIORITY]: U32,
  [FRA_FWMARK]: U32,
  [FRA_FLOW]: U32,
  [FRA_TUN_ID]: { type: 'NLA_U64' },
  [FRA_FWMASK]: U32,
  [FRA_TABLE]: U32,
  [FRA_SUPPRESS_PREFIXLEN]: U32,
  [FRA_SUPPRESS_IFGROUP]: U32,
  [FRA_GOTO]: U32,
  [FRA_L3MDEV]: U8,
  [FRA_UID_RANGE]: { type: 'NLA_UNSPEC', len: fib_rule_uid_range.SIZE },
  [FRA_PROTOCOL]: U8,
  [FRA_IP_PROTO]: U8,
  [FRA_SPORT_RANGE]: { type: 'NLA_UNSPEC', len: fib_rule_port_range.SIZE },
  [FRA_DPORT_RANGE]: { type: 'NLA_UNSPEC', len: fib_rule_port_range.SIZE },
  [FRA_DSCP]: { type: 'NLA_U8', max: 63 },
});

/** What {@link FibRuleRequests} stands on. */
export interface FibRuleRequestsDeps {
  /** In the order of dumps. */
  readonly protocols: readonly FibRules[];
  readonly sockets: RtnlSockets;
  readonly faults: Faults;
}

/** A rule as a request describes it. */
interface Described {
  readonly rule: FibRule;
  readonly protocol: FibRules;
  /** Whether the user gave it a priority. */
  readonly hasPriority: boolean;
  /** `tos` of the header. */
  readonly tos: number;
}

/** Registers what answers requests about rules. */
export function registerRules(handlers: MessageHandlers, deps: FibRuleRequestsDeps): void {
  const requests = new FibRuleRequests(deps);
  handlers.register(PF_UNSPEC, RTM_NEWRULE, { doit: requests.add });
  handlers.register(PF_UNSPEC, RTM_DELRULE, { doit: requests.delete });
  const dump = dumpRules(deps.protocols);
  handlers.register(PF_UNSPEC, RTM_GETRULE, { dump: () => ({ dump }) });
}

/**
 * RTM_NEWRULE and RTM_DELRULE: net/core/fib_rules.c.
 */
export class FibRuleRequests {
  readonly #deps: FibRuleRequestsDeps;
  readonly #table = new AttributeTable(FRA_DSCP);

  constructor(deps: FibRuleRequestsDeps) {
    this.#deps = deps;
  }

  // From net/core/fib_rules.c:fib_nl_newrule.
  readonly add = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { namespace, flags } = request;
    const described = this.#parse(request, extack);
    if (typeof described === 'number') return described;
    const { rule, protocol, tos } = described;
    if ((flags & NLM_F_EXCL) !== 0 && protocol.of(namespace).some((other) => isSame(other, rule) && this.#compares(other, described))) {
      return -errno.EEXIST;
    }
    const error = configure(protocol, request, rule, tos, this.#table, extack);
    if (error < 0) return error;
    protocol.ops.changed(namespace);
    protocol.add(namespace, rule);
    this.#tell(RTM_NEWRULE, protocol, rule, request);
    return 0;
  };

  // From net/core/fib_rules.c:fib_nl_delrule.
  readonly delete = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const { namespace } = request;
    const described = this.#parse(request, extack);
    if (typeof described === 'number') return described;
    const { protocol } = described;
    const found = protocol.of(namespace).find((other) => isMeant(other, described) && this.#compares(other, described));
    if (found === undefined) return -errno.ENOENT;
    if ((found.flags & FIB_RULE_PERMANENT) !== 0) return -errno.EPERM;
    protocol.ops.changed(namespace);
    protocol.remove(namespace, found);
    this.#tell(RTM_DELRULE, protocol, found, request);
    return 0;
  };

  // From net/core/fib_rules.c:notify_rule_change.
  #tell(type: number, { ops }: FibRules, rule: FibRule, request: NetlinkRequest): void {
    const requester = requesterOf(request);
    const message = { type, flags: 0, portid: requester.portid, seq: requester.seq };
    tell(this.#deps.sockets, request.namespace, ops.group, requester, RULE_SIZE, (writer) => fillRule(writer, ops.family, rule, message));
  }

  // From net/ipv4/fib_rules.c:fib4_rule_compare, and its IPv6 twin.
  #compares(other: FibRule, { rule, tos }: Described): boolean {
    if (rule.srcLength !== 0 && (other.srcLength !== rule.srcLength || !sameOctets(other.src, rule.src))) return false;
    if (rule.dstLength !== 0 && (other.dstLength !== rule.dstLength || !sameOctets(other.dst, rule.dst))) return false;
    if (tos !== 0 && (other.dscpFull || other.dscp !== tos)) return false;
    const dscp = this.#table.u8(FRA_DSCP);
    if (dscp !== undefined && (!other.dscpFull || other.dscp !== dscp << 2)) return false;
    return rule.flow === 0 || rule.flow === other.flow;
  }

  // From net/core/fib_rules.c:fib_nl2rule.
  #parse(request: NetlinkRequest, extack: netlink_ext_ack): Described | number {
    const { bytes, offset, length, view, namespace } = request;
    const tb = this.#table;
    if (length < NLMSG_HDRLEN + fib_rule_hdr.SIZE) return refuse(extack, 'EINVAL', 'Invalid msg length');
    const at = offset + NLMSG_HDRLEN;
    const protocol = this.#deps.protocols.find(({ ops }) => ops.family === fib_rule_hdr.family(view, at));
    if (protocol === undefined) return refuse(extack, 'EAFNOSUPPORT', 'Rule family not supported');
    const error = parseMessageAttributes(tb, bytes, offset, fib_rule_hdr.SIZE, POLICY, Validation.LIBERAL, extack);
    if (error < 0) {
      extack._msg = 'Error parsing msg';
      return error;
    }
    const srcLength = fib_rule_hdr.src_len(view, at);
    const dstLength = fib_rule_hdr.dst_len(view, at);
    const { addressSize } = protocol.ops;
    const isAddress = (type: number, bits: number): boolean => bits === 0 || (bits <= 8 * addressSize && tb.length(type) === addressSize);
    if (!isAddress(FRA_SRC, srcLength)) return refuse(extack, 'EINVAL', 'Invalid source address');
    if (!isAddress(FRA_DST, dstLength)) return refuse(extack, 'EINVAL', 'Invalid dst address');
    if (this.#deps.faults.shouldFail('fib_rule')) return -errno.ENOMEM;
    const iifname = cutString(tb, FRA_IIFNAME, IFNAMSIZ) ?? '';
    const oifname = cutString(tb, FRA_OIFNAME, IFNAMSIZ) ?? '';
    // Unlike Linux, whose names are octets.
    if (!isText(iifname) || !isText(oifname)) return -errno.EINVAL;
    const indexOf = (type: number, name: string): number => (tb.has(type) ? (namespace.byName(name)?.ifindex ?? -1) : 0);
    const mark = tb.u32(FRA_FWMARK) ?? 0;
    const rule: FibRule = {
      priority: tb.u32(FRA_PRIORITY) ?? protocol.defaultPriority(namespace),
      action: fib_rule_hdr.action(view, at),
      flags: fib_rule_hdr.flags(view, at),
      table: tb.u32(FRA_TABLE) ?? fib_rule_hdr.table(view, at),
      protocol: tb.u8(FRA_PROTOCOL) ?? 0,
      iifname,
      oifname,
      iifindex: indexOf(FRA_IIFNAME, iifname),
      oifindex: indexOf(FRA_OIFNAME, oifname),
      mark,
      markMask: tb.u32(FRA_FWMASK) ?? (mark === 0 ? 0 : 0xffff_ffff),
      tunId: tb.has(FRA_TUN_ID) ? tb.view.getBigUint64(tb.offset(FRA_TUN_ID), false) : 0n,
      l3mdev: tb.u8(FRA_L3MDEV) ?? 0,
      suppressPrefixLength: tb.s32(FRA_SUPPRESS_PREFIXLEN) ?? -1,
      suppressGroup: tb.s32(FRA_SUPPRESS_IFGROUP) ?? -1,
      target: tb.u32(FRA_GOTO) ?? 0,
      jump: null,
      users: this.#users(),
      ipProto: tb.u8(FRA_IP_PROTO) ?? 0,
      sport: this.#ports(FRA_SPORT_RANGE),
      dport: this.#ports(FRA_DPORT_RANGE),
      src: srcLength === 0 ? null : (tb.octets(FRA_SRC)?.slice() ?? null),
      srcLength,
      dst: dstLength === 0 ? null : (tb.octets(FRA_DST)?.slice() ?? null),
      dstLength,
      dscp: 0,
      dscpFull: false,
      // Realms are of IPv4 alone.
      flow: protocol.ops.family === AF_INET ? (tb.u32(FRA_FLOW) ?? 0) : 0,
    };
    const wrong = this.#check(rule, extack);
    if (wrong < 0) return wrong;
    return { rule, protocol, hasPriority: tb.has(FRA_PRIORITY), tos: fib_rule_hdr.tos(view, at) };
  }

  #check(rule: FibRule, extack: netlink_ext_ack): number {
    const tb = this.#table;
    if (tb.has(FRA_L3MDEV) && rule.l3mdev !== 1) return refuse(extack, 'EINVAL', 'Invalid l3mdev attribute');
    if (tb.has(FRA_GOTO)) {
      if (rule.action !== FR_ACT_GOTO) return refuse(extack, 'EINVAL', 'Unexpected goto');
      if (rule.target <= rule.priority) return refuse(extack, 'EINVAL', 'Backward goto not supported');
    } else if (rule.action === FR_ACT_GOTO) {
      return refuse(extack, 'EINVAL', 'Missing goto target for action goto');
    }
    if (rule.l3mdev !== 0 && rule.table !== 0) return refuse(extack, 'EINVAL', 'l3mdev and table are mutually exclusive');
    if (tb.has(FRA_UID_RANGE) && (!hasUsers(rule.users) || rule.users.start > rule.users.end)) {
      return refuse(extack, 'EINVAL', 'Invalid uid range');
    }
    if (tb.has(FRA_SPORT_RANGE) && !isValidRange(rule.sport)) return refuse(extack, 'EINVAL', 'Invalid sport range');
    if (tb.has(FRA_DPORT_RANGE) && !isValidRange(rule.dport)) return refuse(extack, 'EINVAL', 'Invalid dport range');
    return 0;
  }

  #users(): RuleRange {
    const at = this.#table.offset(FRA_UID_RANGE);
    const { view } = this.#table;
    return at === -1 ? ALL_USERS : { start: fib_rule_uid_range.start(view, at), end: fib_rule_uid_range.end(view, at) };
  }

  #ports(type: number): RuleRange {
    const at = this.#table.offset(type);
    const { view } = this.#table;
    return at === -1 ? NO_PORTS : { start: fib_rule_port_range.start(view, at), end: fib_rule_port_range.end(view, at) };
  }
}

/** What IPv4 and IPv6 have in common of taking a rule over. */
function configure({ ops }: FibRules, { namespace }: NetlinkRequest, rule: FibRule, tos: number, tb: AttributeTable, extack: netlink_ext_ack): number {
  if ((tos & 3) !== 0) return refuse(extack, 'EINVAL', 'Invalid dsfield (tos): ECN bits must be 0');
  if ((tos & ~ops.tosAllowed) !== 0) return refuse(extack, 'EINVAL', 'Invalid tos');
  rule.dscp = tos;
  const dscp = tb.u8(FRA_DSCP);
  if (dscp !== undefined) {
    if (tos !== 0) return refuse(extack, 'EINVAL', 'Cannot specify both TOS and DSCP');
    rule.dscp = dscp << 2;
    rule.dscpFull = true;
  }
  return ops.configure(namespace, rule, extack);
}

/** Whether a rule is the same in all but what the protocols compare. From net/core/fib_rules.c:rule_exists. */
function isSame(a: FibRule, b: FibRule): boolean {
  return (
    a.action === b.action &&
    a.table === b.table &&
    a.priority === b.priority &&
    a.iifname === b.iifname &&
    a.oifname === b.oifname &&
    a.mark === b.mark &&
    a.suppressGroup === b.suppressGroup &&
    a.suppressPrefixLength === b.suppressPrefixLength &&
    a.markMask === b.markMask &&
    a.tunId === b.tunId &&
    a.l3mdev === b.l3mdev &&
    sameRange(a.users, b.users) &&
    a.ipProto === b.ipProto &&
    a.protocol === b.protocol &&
    sameRange(a.sport, b.sport) &&
    sameRange(a.dport, b.dport)
  );
}

/** Whether a rule has everything that a request to delete names. From net/core/fib_rules.c:rule_find. */
function isMeant(other: FibRule, { rule, hasPriority }: Described): boolean {
  return (
    (rule.action === 0 || other.action === rule.action) &&
    (rule.table === 0 || other.table === rule.table) &&
    (!hasPriority || other.priority === rule.priority) &&
    (rule.iifname === '' || other.iifname === rule.iifname) &&
    (rule.oifname === '' || other.oifname === rule.oifname) &&
    (rule.mark === 0 || other.mark === rule.mark) &&
    (rule.suppressGroup === -1 || other.suppressGroup === rule.suppressGroup) &&
    (rule.suppressPrefixLength === -1 || other.suppressPrefixLength === rule.suppressPrefixLength) &&
    (rule.markMask === 0 || other.markMask === rule.markMask) &&
    (rule.tunId === 0n || other.tunId === rule.tunId) &&
    (rule.l3mdev === 0 || other.l3mdev === rule.l3mdev) &&
    (!hasUsers(rule.users) || sameRange(other.users, rule.users)) &&
    (rule.ipProto === 0 || other.ipProto === rule.ipProto) &&
    (rule.protocol === 0 || other.protocol === rule.protocol) &&
    (!hasPorts(rule.sport) || sameRange(other.sport, rule.sport)) &&
    (!hasPorts(rule.dport) || sameRange(other.dport, rule.dport))
  );
}

function isValidRange({ start, end }: RuleRange): boolean {
  return start !== 0 && end !== 0 && end < 0xffff && start <= end;
}

function sameOctets(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a !== null && b !== null && a.every((octet, i) => octet === b[i]);
}
