import { ESLintUtils, type TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import type ts from 'typescript';
import { isDocumented } from '../support/docs.ts';
import { publicApiOf } from '../support/public-api.ts';
import { createRule, type Rule } from '../support/rule.ts';

type MessageId = 'declaration' | 'member';
type Member = Exclude<TSESTree.ClassElement, TSESTree.StaticBlock> | TSESTree.TypeElement;

/** What users see in their editor says what it is. */
export const requirePublicDocs: Rule<MessageId> = createRule({
  name: 'require-public-docs',
  description: 'Require a doc comment on what a published package exports, and on each member of its classes and interfaces',
  types: 'needs',
  messages: {
    declaration: "The package exports '{{name}}': say in a doc comment what it is.",
    member: "'{{name}}' is what users of '{{owner}}' see: say in a doc comment what it is.",
  },
  defaultOptions: [],
  create: (context) => {
    const { sourceCode } = context;
    const services = ESLintUtils.getParserServices(context);
    const api = publicApiOf(context.filename, services.program);
    if (api === undefined) return {};
    const checker = services.program.getTypeChecker();

    /** Whether another declaration says it: an overload, the other accessor, what a class inherits or implements. */
    const isSaidElsewhere = (symbol: ts.Symbol | undefined): boolean => (symbol?.getDocumentationComment(checker).length ?? 0) > 0;

    const checkMember = (member: Member, owner: TSESTree.Identifier): void => {
      const key = keyOf(member);
      if (key === undefined || isDocumented(member, sourceCode)) return;
      const { name } = services.esTreeNodeToTSNodeMap.get(member);
      if (name !== undefined && isSaidElsewhere(checker.getSymbolAtLocation(name))) return;
      const text = sourceCode.getText(key);
      const data = { name: 'computed' in member && member.computed ? `[${text}]` : text, owner: owner.name };
      context.report({ node: key, messageId: 'member', data });
    };

    const check = (declaration: TSESTree.Node, id: TSESTree.Identifier, members: readonly Member[] = []): void => {
      const symbol = services.getSymbolAtLocation(id);
      if (symbol === undefined || !api.has(symbol)) return;
      for (const member of members) checkMember(member, id);
      if (isDocumented(declaration, sourceCode)) return;
      // Of a name that is declared once only its own comment counts: the compiler would take that of the file for it.
      if (symbol.declarations?.length !== 1 && isSaidElsewhere(symbol)) return;
      context.report({ node: id, messageId: 'declaration', data: { name: id.name } });
    };

    return {
      'Program > *, Program > ExportNamedDeclaration > *, Program > ExportDefaultDeclaration > *': (node: TSESTree.Node): void => {
        switch (node.type) {
          case T.ClassDeclaration:
            if (node.id !== null) check(node, node.id, node.body.body.filter((member) => member.type !== T.StaticBlock));
            return;
          case T.TSInterfaceDeclaration:
            check(node, node.id, node.body.body);
            return;
          case T.FunctionDeclaration:
          case T.TSDeclareFunction:
            if (node.id !== null) check(node, node.id);
            return;
          case T.TSTypeAliasDeclaration:
          case T.TSEnumDeclaration:
            check(node, node.id);
            return;
          case T.VariableDeclaration:
            for (const { id } of node.declarations) if (id.type === T.Identifier) check(node, id);
            return;
          default:
        }
      },
    };
  },
});

/** What names a member that users see: not a constructor, whose class has a doc comment, and nothing private. */
function keyOf(member: Member): TSESTree.Node | undefined {
  if (!('key' in member) || member.key.type === T.PrivateIdentifier) return undefined;
  if ('accessibility' in member && member.accessibility === 'private') return undefined;
  return member.type === T.MethodDefinition && member.kind === 'constructor' ? undefined : member.key;
}
