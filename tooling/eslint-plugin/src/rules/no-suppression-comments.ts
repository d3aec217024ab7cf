import type { TSESTree } from '@typescript-eslint/utils';
import { AST_TOKEN_TYPES } from '@typescript-eslint/utils';
import { linesOf } from '../support/comments.ts';
import { createRule, type Rule } from '../support/rule.ts';

type MessageId = 'suppression' | 'undescribed';

/** Options of {@link noSuppressionComments}. */
export interface SuppressionOptions {
  /** Whether a suppression that says why may stand: `-- reason` for lint, text behind `@ts-expect-error`. */
  readonly allowDescribed?: boolean;
}

const LINT = /^(?:eslint|oxlint)-(?:disable|enable)(?:-next-line|-line)?(?=[\s,]|$)/u;
/** `eslint rule: off` sets rules for the file; only a block comment does. */
const CONFIGURATION = /^eslint\s+\S/u;
const COMPILER = /^\/?\s*(@ts-(?:ignore|expect-error|nocheck))\b(.*)/u;

/** Nothing switches the checks off. */
export const noSuppressionComments: Rule<MessageId, readonly [SuppressionOptions]> = createRule<MessageId, readonly [SuppressionOptions]>({
  name: 'no-suppression-comments',
  description: 'Forbid comments that switch off lint rules or the compiler',
  types: 'none',
  messages: {
    suppression: "'{{directive}}' switches a check off: change the code instead.",
    undescribed: "'{{directive}}' must say why it is there.",
  },
  schema: [
    {
      type: 'object',
      properties: { allowDescribed: { type: 'boolean', description: 'Whether a suppression that says why may stand.' } },
      additionalProperties: false,
    },
  ],
  defaultOptions: [{ allowDescribed: false }],
  create: (context, [{ allowDescribed }]) => ({
    Program: (): void => {
      for (const comment of context.sourceCode.getAllComments()) {
        for (const line of linesOf(comment)) {
          const found = directiveIn(line, comment);
          if (found === undefined || (allowDescribed === true && found.described)) continue;
          const messageId = allowDescribed === true && found.describable ? 'undescribed' : 'suppression';
          context.report({ loc: comment.loc, messageId, data: { directive: found.directive } });
        }
      }
    },
  }),
});

interface Directive {
  readonly directive: string;
  readonly describable: boolean;
  readonly described: boolean;
}

function directiveIn(line: string, comment: TSESTree.Comment): Directive | undefined {
  const lint = LINT.exec(line)?.[0] ?? (comment.type === AST_TOKEN_TYPES.Block && CONFIGURATION.test(line) ? 'eslint' : undefined);
  if (lint !== undefined) {
    const described = /\s-{2,}\s+\S/u.test(line);
    // What is switched on again needs no reason.
    return { directive: lint, describable: true, described: described || lint.endsWith('-enable') };
  }
  const [, compiler, text = ''] = COMPILER.exec(line) ?? [];
  if (compiler === undefined) return undefined;
  const describable = compiler === '@ts-expect-error';
  return { directive: compiler, describable, described: describable && /\w{3}/u.test(text) };
}
