import { ESLintUtils, type TSESTree } from '@typescript-eslint/utils';
import { isRawEntryPoint, isUnsafeEntryPoint } from '../support/entry-points.ts';
import { isUnsafeFile } from '../support/files.ts';
import { moduleReferences } from '../support/module-references.ts';
import { RawLayer, unsafeCallee } from '../support/raw.ts';
import { createRule, type Rule } from '../support/rule.ts';

type MessageId = 'import' | 'call' | 'unsafeCall';

/** Unsafe code stands in files that say so. */
export const confineUnsafe: Rule<MessageId> = createRule({
  name: 'confine-unsafe',
  description: 'Require raw imports and raw calls to stand in *.unsafe.ts',
  types: 'needs',
  messages: {
    import: "'{{specifier}}' gives raw access: import it in a *.unsafe.ts file alone.",
    call: "'{{name}}' is a raw function: call it in a *.unsafe.ts file alone.",
    unsafeCall: "'{{name}}' is unsafe: call it in a *.unsafe.ts file alone.",
  },
  defaultOptions: [],
  create: (context) => {
    const services = ESLintUtils.getParserServices(context);
    if (isUnsafeFile(context.filename)) return {};
    const raw = RawLayer.of(services);
    return {
      ...moduleReferencesBut((specifier, node) => context.report({ node, messageId: 'import', data: { specifier } })),
      'CallExpression, NewExpression': (node: TSESTree.CallExpression | TSESTree.NewExpression): void => {
        const name = unsafeCallee(node);
        const reference = raw?.reference(node.callee);
        if (name !== undefined) context.report({ node: node.callee, messageId: 'unsafeCall', data: { name } });
        else if (reference !== undefined) context.report({ node: node.callee, messageId: 'call', data: { name: reference.name } });
      },
    };
  },
});

/** Module references that give raw access; `moduleReferences` looks at calls too, so its listener is merged here. */
function moduleReferencesBut(found: (specifier: string, node: TSESTree.Node) => void): ReturnType<typeof moduleReferences> {
  return moduleReferences(({ specifier, node }) => {
    if (isRawEntryPoint(specifier) || isUnsafeEntryPoint(specifier)) found(specifier, node);
  });
}
