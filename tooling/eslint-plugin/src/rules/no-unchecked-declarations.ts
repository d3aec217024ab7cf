import { createRule, type Rule } from '../support/rule.ts';

type MessageId = 'definite' | 'ambient' | 'predicate';

/** What the compiler is told, it has checked. */
export const noUncheckedDeclarations: Rule<MessageId> = createRule({
  name: 'no-unchecked-declarations',
  description: 'Forbid declarations that the compiler takes on trust',
  types: 'none',
  messages: {
    definite: 'The compiler does not check that this is assigned before it is used: give it a value.',
    ambient: 'The compiler does not check that what is declared here exists: import it.',
    predicate: 'The compiler does not check what a type predicate promises: return a value of the type, or narrow where it is used.',
  },
  defaultOptions: [],
  create: (context) => ({
    'VariableDeclarator[definite=true]': (node) => context.report({ node, messageId: 'definite' }),
    'PropertyDefinition[definite=true]': (node) => context.report({ node, messageId: 'definite' }),
    'AccessorProperty[definite=true]': (node) => context.report({ node, messageId: 'definite' }),
    'VariableDeclaration[declare=true]': (node) => context.report({ node, messageId: 'ambient' }),
    'TSDeclareFunction[declare=true]': (node) => context.report({ node, messageId: 'ambient' }),
    'ClassDeclaration[declare=true]': (node) => context.report({ node, messageId: 'ambient' }),
    'PropertyDefinition[declare=true]': (node) => context.report({ node, messageId: 'ambient' }),
    'TSModuleDeclaration:not(TSModuleDeclaration TSModuleDeclaration)': (node) => context.report({ node, messageId: 'ambient' }),
    TSTypePredicate: (node) => context.report({ node, messageId: 'predicate' }),
  }),
});
