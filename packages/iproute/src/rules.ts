import { flushed } from './flush.ts';
import type { Requester } from './requester.ts';
import { addRule, deleteRule, dumpRules, matchesRule, type RuleFilter, type RuleSpec } from './rule-requests.ts';
import type { Rule } from './rule.ts';

/** The rules by which routes are looked up in a network namespace: what `ip rule` does. All methods throw `KernelError`. */
export class Rules {
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /**
   * Makes a rule. C twin: `ip rule add`.
   *
   * @param spec - the rule
   * @throws KernelError `EEXIST`: there is one like it; `EINVAL`
   */
  add(spec: RuleSpec): void {
    this.#requester.run(addRule(spec));
  }

  /**
   * Deletes the first rule that is as described. C twin: `ip rule delete`.
   *
   * @param spec - what is known of it
   * @throws KernelError `ENOENT`: there is none
   */
  delete(spec: RuleSpec): void {
    this.#requester.run(deleteRule(spec));
  }

  /**
   * Tells of rules. C twin: `ip rule show`.
   *
   * @param filter - of which
   * @returns in the order in which they are looked at, those of IPv4 and IPv6 by themselves
   * @throws KernelError `EINTR`: they changed each time that they were read
   */
  list(filter: RuleFilter = {}): Rule[] {
    return this.#requester.dump(dumpRules(filter)).filter((rule) => matchesRule(rule, filter));
  }

  /**
   * Deletes rules, all that there are but the first one, which leads to what is local. C twin: `ip rule flush`.
   *
   * @param filter - which
   * @returns how many
   * @throws KernelError: one could not be deleted; `EINTR`: more came each time
   */
  flush(filter: RuleFilter): number {
    return flushed(
      this.#requester,
      () => this.list(filter).filter(({ priority }) => priority !== 0),
      ({ family, priority, action, table, from, to, goto }) =>
        deleteRule({
          family,
          priority,
          action,
          table,
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
          ...(goto === undefined ? {} : { goto }),
        }),
    );
  }
}
