import { ESLintUtils, type TSESLint } from '@typescript-eslint/utils';

/** What a rule of this plugin declares; its name is that of its file and of its page in docs/rules. */
export interface RuleDefinition<MessageId extends string, Options extends readonly unknown[]> {
  readonly name: string;
  readonly description: string;
  readonly messages: Record<MessageId, string>;
  /** Whether the rule needs the type checker; `'uses'`: it does more with it. */
  readonly types: 'needs' | 'uses' | 'none';
  readonly schema?: TSESLint.RuleModule<MessageId, Options>['meta']['schema'];
  readonly defaultOptions: Options;
  readonly create: (
    context: Readonly<TSESLint.RuleContext<MessageId, Options>>,
    options: Options,
  ) => TSESLint.RuleListener;
}

/** A rule as typescript-eslint types it. */
export type Rule<MessageId extends string, Options extends readonly unknown[] = readonly []> = TSESLint.RuleModule<
  MessageId,
  Options
>;

// The page that was installed with the rule: it says what this version does, and needs no network.
const create = ESLintUtils.RuleCreator((name) => new URL(`../../docs/rules/${name}.md`, import.meta.url).href);

/** Makes a rule. */
export function createRule<MessageId extends string, Options extends readonly unknown[] = readonly []>(
  definition: RuleDefinition<MessageId, Options>,
): Rule<MessageId, Options> {
  return create<Options, MessageId>({
    name: definition.name,
    meta: {
      type: 'problem',
      docs: { description: definition.description, ...(definition.types === 'needs' ? { requiresTypeChecking: true } : {}) },
      messages: definition.messages,
      schema: definition.schema ?? [],
      defaultOptions: definition.defaultOptions,
    },
    create: (context, options) => definition.create(context, options),
  });
}
