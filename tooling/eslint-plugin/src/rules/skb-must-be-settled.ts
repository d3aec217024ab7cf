import { ESLintUtils } from '@typescript-eslint/utils';
import type { FunctionNode } from '../flow/transfer.ts';
import { analyseSkbs, type SkbProblem } from '../skb/skb-analysis.ts';
import { FUNCTIONS } from '../support/functions.ts';
import { createRule, type Rule } from '../support/rule.ts';

type MessageId = Exclude<SkbProblem, 'stored'>;

/** On every path, an skb is settled once, and its outcome returned. */
export const skbMustBeSettled: Rule<MessageId> = createRule({
  name: 'skb-must-be-settled',
  description: 'Require an skb to be settled exactly once on every path that does not throw',
  types: 'needs',
  messages: {
    unsettled: "'{{name}}' is not settled on every path that ends here: return {{name}}.consume(), drop(reason), busy() or keep().",
    leaked: "'{{name}}' is this function's own, and not settled, stored or passed on on every path.",
    settledTwice: "'{{name}}' may be settled already on a path that leads here.",
    usedAfterSettle: "'{{name}}' may be settled already on a path that leads here: it is no longer this function's.",
    outcomeDiscarded: "The outcome of '{{name}}' must be returned: the core learns from it what became of the packet.",
    settlesBorrowed: "'{{name}}' is the caller's: a function that settles it must return its TxOutcome.",
    keptNowhere: "'{{name}}' is kept but not stored, so that nothing will settle it.",
    unnamed: 'Give the skb a name of its own, so that its paths can be followed.',
  },
  defaultOptions: [],
  create: (context) => {
    const services = ESLintUtils.getParserServices(context);
    return {
      [FUNCTIONS]: (fn: FunctionNode): void => {
        for (const { kind, loc, name } of analyseSkbs(fn, context.sourceCode, services)) {
          if (kind !== 'stored') context.report({ loc, messageId: kind, data: { name } });
        }
      },
    };
  },
});
