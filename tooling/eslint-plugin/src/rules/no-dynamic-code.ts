import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import { createRule, type Rule } from '../support/rule.ts';

type MessageId = 'import' | 'global' | 'member' | 'text';

const GLOBALS: ReadonlySet<string> = new Set(['require', 'eval', 'Function', 'module']);
const GLOBAL_OBJECTS: ReadonlySet<string> = new Set(['globalThis', 'global', 'window', 'self', 'process']);
const MEMBERS: ReadonlySet<string> = new Set([
  ...['require', 'eval', 'Function'],
  ...['binding', '_linkedBinding', 'dlopen', 'getBuiltinModule', 'mainModule'],
]);
const TIMERS: ReadonlySet<string> = new Set(['setTimeout', 'setInterval', 'setImmediate', 'execScript']);

/** A driver's imports can be read off its source. */
export const noDynamicCode: Rule<MessageId> = createRule({
  name: 'no-dynamic-code',
  description: 'Forbid a driver to load modules or run text that its static imports do not show',
  types: 'none',
  messages: {
    import: 'A driver may not import dynamically: what it uses must show in its static imports.',
    global: "A driver may not use '{{name}}': it loads or runs code that static imports do not show.",
    member: "A driver may not use '{{object}}.{{name}}': it loads or runs code that static imports do not show.",
    text: "A driver may not hand text to '{{name}}': it would be run as code.",
  },
  defaultOptions: [],
  create: (context) => ({
    ImportExpression: (node) => context.report({ node, messageId: 'import' }),
    TSExternalModuleReference: (node) => context.report({ node, messageId: 'global', data: { name: 'require' } }),

    'Program:exit': (): void => {
      for (const node of globalReferences(context.sourceCode)) {
        const { name } = node;
        if (GLOBALS.has(name)) context.report({ node, messageId: 'global', data: { name } });
        else if (GLOBAL_OBJECTS.has(name)) reportMember(node, context);
        else if (TIMERS.has(name) && runsText(node)) context.report({ node, messageId: 'text', data: { name } });
      }
    },
  }),
});

/** Every use of a name as a value that no declaration in the file explains. */
function globalReferences({ scopeManager }: Readonly<TSESLint.SourceCode>): TSESTree.Identifier[] {
  const scope = scopeManager?.globalScope;
  if (!scope) return [];
  const declared = scope.variables.filter(({ defs }) => defs.length === 0).flatMap(({ references }) => references);
  return [...scope.through, ...declared].flatMap(({ isValueReference, identifier }) =>
    isValueReference && identifier.type === T.Identifier ? [identifier] : [],
  );
}

function reportMember(object: TSESTree.Identifier, context: Readonly<TSESLint.RuleContext<MessageId, readonly []>>): void {
  const { parent } = object;
  if (parent.type === T.MemberExpression && parent.object === object) {
    const name = memberName(parent);
    if (name !== undefined && MEMBERS.has(name)) context.report({ node: parent, messageId: 'member', data: { object: object.name, name } });
  }
  if (parent.type === T.VariableDeclarator && parent.init === object && parent.id.type === T.ObjectPattern) {
    for (const property of parent.id.properties) {
      const key = property.type === T.Property && !property.computed && property.key.type === T.Identifier ? property.key.name : '';
      if (MEMBERS.has(key)) context.report({ node: property, messageId: 'member', data: { object: object.name, name: key } });
    }
  }
}

function memberName(node: TSESTree.MemberExpression): string | undefined {
  if (!node.computed) return node.property.type === T.Identifier ? node.property.name : undefined;
  return node.property.type === T.Literal && typeof node.property.value === 'string' ? node.property.value : undefined;
}

function runsText(callee: TSESTree.Identifier): boolean {
  const { parent } = callee;
  if (parent.type !== T.CallExpression || parent.callee !== callee) return false;
  const [first] = parent.arguments;
  return first?.type === T.TemplateLiteral || (first?.type === T.Literal && typeof first.value === 'string');
}
