import type { ParserServicesWithTypeInformation, TSESLint, TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T, ASTUtils } from '@typescript-eslint/utils';
import ts from 'typescript';
import type { FunctionNode } from '../flow/transfer.ts';

/** Selects every function with a body. */
export const FUNCTIONS = ':matches(FunctionDeclaration, FunctionExpression, ArrowFunctionExpression)';

/** What a function returns, by its declaration or by what it is used for. */
export function returnTypeOf(fn: FunctionNode, services: ParserServicesWithTypeInformation): ts.Type | undefined {
  const checker = services.program.getTypeChecker();
  const node = services.esTreeNodeToTSNodeMap.get(fn);
  const signature = ts.isFunctionLike(node) ? checker.getSignatureFromDeclaration(node) : undefined;
  return signature === undefined ? undefined : checker.getReturnTypeOfSignature(signature);
}

/** Whether what a function returns is thrown away: it is declared, or wanted, to return nothing. */
export function returnsNothing(fn: FunctionNode, services: ParserServicesWithTypeInformation): boolean {
  const isVoid = (type: ts.Type | undefined): boolean => type !== undefined && (type.flags & ts.TypeFlags.Void) !== 0;
  if (fn.returnType !== undefined) return isVoid(returnTypeOf(fn, services));
  if (fn.type === T.FunctionDeclaration) return false;
  const wanted = services.getContextualType(fn)?.getCallSignatures() ?? [];
  return wanted.length > 0 && wanted.every((signature) => isVoid(signature.getReturnType()));
}

/** The name under which a function is called: its own, or that of the member or variable that holds it. */
export function nameOfFunction(fn: FunctionNode): string | undefined {
  if (fn.id) return fn.id.name;
  const { parent } = fn;
  switch (parent.type) {
    case T.MethodDefinition:
    case T.PropertyDefinition:
    case T.Property:
      return !parent.computed && parent.key.type === T.Identifier && parent.value === fn ? parent.key.name : undefined;
    case T.VariableDeclarator:
      return parent.id.type === T.Identifier ? parent.id.name : undefined;
    default:
      return undefined;
  }
}

/** Whether a function is written where it is handed to a call. */
export function isArgument(fn: FunctionNode): boolean {
  const { parent } = fn;
  return (parent.type === T.CallExpression || parent.type === T.NewExpression) && parent.callee !== fn;
}

/** The name that a parameter binds when it binds one. */
export function parameterName(parameter: TSESTree.Parameter): TSESTree.Identifier | undefined {
  if (parameter.type === T.TSParameterProperty) return parameterName(parameter.parameter);
  if (parameter.type === T.AssignmentPattern) return parameterName(parameter.left);
  return parameter.type === T.Identifier ? parameter : undefined;
}

/** The variable that a name stands for. */
export function variableOf(node: TSESTree.Identifier, sourceCode: Readonly<TSESLint.SourceCode>): TSESLint.Scope.Variable | undefined {
  return ASTUtils.findVariable(sourceCode.getScope(node), node) ?? undefined;
}

/** The function that a node runs in; `undefined` at the top of a module and in a class's own body. */
export function functionAround(node: TSESTree.Node): FunctionNode | undefined {
  // The parent of a program is `null`, whatever its type says.
  for (let at = node.parent; at; at = at.parent) {
    if (isFunction(at)) return at;
    if (at.type === T.StaticBlock || at.type === T.PropertyDefinition) return undefined;
  }
  return undefined;
}

/** Whether a node is a function with a body. */
export function isFunction(node: TSESTree.Node): node is FunctionNode {
  return node.type === T.FunctionDeclaration || node.type === T.FunctionExpression || node.type === T.ArrowFunctionExpression;
}

/** The function that declares a variable, as parameter or local. */
export function functionOf(variable: TSESLint.Scope.Variable): FunctionNode | undefined {
  const { block } = variable.scope.variableScope;
  return isFunction(block) ? block : undefined;
}

/** An expression without what only types see. */
export function withoutTypes(node: TSESTree.Node): TSESTree.Node {
  switch (node.type) {
    case T.TSAsExpression:
    case T.TSNonNullExpression:
    case T.TSSatisfiesExpression:
    case T.TSTypeAssertion:
    case T.TSInstantiationExpression:
    case T.ChainExpression:
      return withoutTypes(node.expression);
    default:
      return node;
  }
}

/** The expressions that the value of an expression may come from. */
export function originsOf(node: TSESTree.Node): TSESTree.Node[] {
  const bare = withoutTypes(node);
  switch (bare.type) {
    case T.ConditionalExpression:
      return [...originsOf(bare.consequent), ...originsOf(bare.alternate)];
    case T.LogicalExpression:
      return [...originsOf(bare.left), ...originsOf(bare.right)];
    case T.AssignmentExpression:
      return originsOf(bare.right);
    case T.SequenceExpression:
      return bare.expressions.slice(-1).flatMap(originsOf);
    default:
      return [bare];
  }
}

/** The expressions that the value of an expression is, or holds when it is a literal object or array. */
export function contentsOf(node: TSESTree.Node): TSESTree.Node[] {
  return originsOf(node).flatMap((origin) => {
    if (origin.type === T.ObjectExpression) {
      return origin.properties.flatMap((property) => contentsOf(property.type === T.SpreadElement ? property.argument : property.value));
    }
    if (origin.type === T.ArrayExpression) {
      const elements = origin.elements.filter((element) => element !== null);
      return elements.flatMap((element) => contentsOf(element.type === T.SpreadElement ? element.argument : element));
    }
    return [origin];
  });
}
