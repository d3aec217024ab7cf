import { FIB_RULE_INVERT, FR_ACT_GOTO, FR_ACT_NOP } from '@netdevkit/bindings';
import { NETDEV_EVENT, type net_device, type netdev_cmd, type netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { defaultRule, hasPorts, samePrefix, type FibRule } from './fib-rule.ts';
import type { Net } from './net-namespace.ts';

/** What rules look at: the common part of `struct flowi`, addresses as octets. */
export interface RuleFlow {
  readonly iif: number;
  readonly oif: number;
  readonly mark: number;
  readonly uid: number;
  readonly tos: number;
  readonly proto: number;
  readonly sport: number;
  readonly dport: number;
  readonly saddr: Uint8Array;
  readonly daddr: Uint8Array;
}

/** What a protocol does with rules: `struct fib_rules_ops`. */
export interface FibRulesOps {
  /** `AF_*`. */
  readonly family: number;
  /** Octets of an address. */
  readonly addressSize: number;
  /** The group that hears of rules. */
  readonly group: number;
  /** The rules that a namespace is born with: their priorities, and the tables that they lead to. */
  readonly defaults: readonly (readonly [priority: number, table: number])[];
  /** Which bits of a type of service count for a rule that names one. */
  readonly tosMask: number;
  /** Which bits of a type of service a rule may name. */
  readonly tosAllowed: number;
  /** Takes a rule over: 0, or a negative errno. */
  configure(net: Net, rule: FibRule, extack: netlink_ext_ack | null): number;
  /** The rules are no longer those that a namespace is born with. */
  changed(net: Net): void;
}

/**
 * The rules of one protocol in each namespace: net/core/fib_rules.c.
 */
export class FibRules {
  readonly ops: FibRulesOps;
  /** By namespace number, each in the order of their priorities. */
  readonly #rules: (FibRule[] | undefined)[] = [];

  constructor(ops: FibRulesOps) {
    this.ops = ops;
  }

  /** The rules of a namespace. */
  of(net: Net): FibRule[] {
    return (this.#rules[net.id] ??= this.ops.defaults.map(([priority, table]) => defaultRule(priority, table)));
  }

  /** Forgets a namespace that has gone. */
  forget(net: Net): void {
    this.#rules[net.id] = undefined;
  }

  /** The priority of a rule that nobody gave one: before the second rule. From net/core/fib_rules.c:fib_default_rule_pref. */
  defaultPriority(net: Net): number {
    const second = this.of(net)[1]?.priority ?? 0;
    return second === 0 ? 0 : second - 1;
  }

  /** Puts a rule in its place, and leads jumps to it. */
  add(net: Net, rule: FibRule): void {
    const rules = this.of(net);
    rule.jump = rules.find(({ priority }) => priority === rule.target) ?? null;
    const at = rules.findIndex(({ priority }) => priority > rule.priority);
    rules.splice(at === -1 ? rules.length : at, 0, rule);
    for (const other of rules) {
      if (other.action === FR_ACT_GOTO && other.target === rule.priority && other.jump === null) other.jump = rule;
    }
  }

  /** Takes a rule out; jumps to it go to the next of its priority, if there is one. */
  remove(net: Net, rule: FibRule): void {
    const rules = this.of(net);
    const at = rules.indexOf(rule);
    if (at === -1) return;
    rules.splice(at, 1);
    const next = rules[at]?.priority === rule.priority ? (rules[at] ?? null) : null;
    for (const other of rules) if (other.jump === rule) other.jump = next;
  }

  /**
   * Goes through the rules that apply to a flow. From net/core/fib_rules.c:fib_rules_lookup.
   *
   * @param act - what a rule gives: a result, or a negative errno; -EAGAIN goes on to the next
   * @returns -ESRCH when none gave anything
   */
  lookup<T>(net: Net, flow: RuleFlow, act: (rule: FibRule) => T | number): T | number {
    const rules = this.of(net);
    for (let at = 0; at < rules.length; at++) {
      let rule = rules[at];
      while (rule !== undefined && this.#applies(rule, flow) && rule.action === FR_ACT_GOTO && rule.jump !== null) {
        // Jumps only go forwards.
        at = rules.indexOf(rule.jump);
        rule = rules[at];
      }
      if (rule === undefined || !this.#applies(rule, flow) || rule.action === FR_ACT_GOTO || rule.action === FR_ACT_NOP) continue;
      const result = act(rule);
      if (result !== -errno.EAGAIN) return result;
    }
    return -errno.ESRCH;
  }

  /** Rules find their devices by name. From net/core/fib_rules.c:fib_rules_event. */
  readonly event = (event: netdev_cmd, dev: net_device): number => {
    const attaches = event === NETDEV_EVENT.REGISTER || event === NETDEV_EVENT.CHANGENAME;
    const detaches = event === NETDEV_EVENT.UNREGISTER || event === NETDEV_EVENT.CHANGENAME;
    if (!attaches && !detaches) return 0;
    // CAST: every device of this kernel was made with a Net of this kernel.
    for (const rule of this.of(dev.nd_net as Net)) {
      if (detaches && rule.iifindex === dev.ifindex) rule.iifindex = -1;
      if (detaches && rule.oifindex === dev.ifindex) rule.oifindex = -1;
      if (attaches && rule.iifindex === -1 && rule.iifname === dev.name) rule.iifindex = dev.ifindex;
      if (attaches && rule.oifindex === -1 && rule.oifname === dev.name) rule.oifindex = dev.ifindex;
    }
    return 0;
  };

  // From net/core/fib_rules.c:fib_rule_match.
  #applies(rule: FibRule, flow: RuleFlow): boolean {
    return this.#matches(rule, flow) !== ((rule.flags & FIB_RULE_INVERT) !== 0);
  }

  #matches(rule: FibRule, flow: RuleFlow): boolean {
    if (rule.iifindex !== 0 && rule.iifindex !== flow.iif) return false;
    if (rule.oifindex !== 0 && rule.oifindex !== flow.oif) return false;
    if (((rule.mark ^ flow.mark) & rule.markMask) !== 0) return false;
    // No packet comes out of a tunnel, or belongs to a device with routes of its own.
    if (rule.tunId !== 0n || rule.l3mdev !== 0) return false;
    if (flow.uid < rule.users.start || flow.uid > rule.users.end) return false;
    if (rule.src !== null && !samePrefix(rule.src, flow.saddr, rule.srcLength)) return false;
    if (rule.dst !== null && !samePrefix(rule.dst, flow.daddr, rule.dstLength)) return false;
    if (rule.dscpFull ? rule.dscp !== (flow.tos & 0xfc) : rule.dscp !== 0 && rule.dscp !== (flow.tos & this.ops.tosMask)) return false;
    if (rule.ipProto !== 0 && rule.ipProto !== flow.proto) return false;
    if (hasPorts(rule.sport) && (flow.sport < rule.sport.start || flow.sport > rule.sport.end)) return false;
    return !hasPorts(rule.dport) || (flow.dport >= rule.dport.start && flow.dport <= rule.dport.end);
  }
}
