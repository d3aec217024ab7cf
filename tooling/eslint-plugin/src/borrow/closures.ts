import type { ParserServicesWithTypeInformation, TSESLint, TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import type { FunctionNode } from '../flow/transfer.ts';
import { functionAround, isFunction, variableOf, withoutTypes } from '../support/functions.ts';
import { isDeclaredBy, isStandardLibrary } from '../support/types.ts';

/** The language's methods that call what they are given before they return, and forget it. */
const IMMEDIATE: ReadonlySet<string> = new Set([
  ...['forEach', 'map', 'flatMap', 'filter', 'some', 'every', 'find', 'findIndex', 'findLast', 'findLastIndex'],
  ...['reduce', 'reduceRight', 'sort', 'toSorted', 'from', 'groupBy', 'replace', 'replaceAll', 'getOrInsertComputed'],
]);
/** The kit's methods that remember what they are given say so. */
const REMEMBERING = /^(?:on|add|register|subscribe|schedule|defer|queue)(?![a-z])/u;

/** Tells functions that end with the one around them from those that may be called later. */
export class Closures {
  readonly #sourceCode: Readonly<TSESLint.SourceCode>;
  readonly #services: ParserServicesWithTypeInformation;

  constructor(sourceCode: Readonly<TSESLint.SourceCode>, services: ParserServicesWithTypeInformation) {
    this.#sourceCode = sourceCode;
    this.#services = services;
  }

  /** Whether a function is only ever called while the one that it is written in runs. */
  isImmediate(fn: FunctionNode): boolean {
    const { parent } = fn;
    if (fn.async || fn.generator) return false;
    if (fn.type === T.FunctionDeclaration) return this.#isOnlyCalled(fn.id, fn);
    if (parent.type === T.CallExpression) return parent.callee === fn || this.#callsAtOnce(parent);
    return parent.type === T.VariableDeclarator && parent.id.type === T.Identifier && this.#isOnlyCalled(parent.id, fn);
  }

  #callsAtOnce({ callee }: TSESTree.CallExpression): boolean {
    const bare = withoutTypes(callee);
    const name = bare.type === T.MemberExpression ? bare.property : bare;
    if (name.type !== T.Identifier) return false;
    const symbol = this.#services.getSymbolAtLocation(name);
    if (isDeclaredBy(symbol, /^@netdevkit\//u)) return !REMEMBERING.test(name.name);
    return bare.type === T.MemberExpression && IMMEDIATE.has(name.name) && isStandardLibrary(symbol, this.#services.program);
  }

  /** Whether all that is done with a function's name is to call it, or hand it to what calls it at once. */
  #isOnlyCalled(id: TSESTree.Identifier | null, fn: FunctionNode): boolean {
    const variable = id === null ? undefined : variableOf(id, this.#sourceCode);
    const outer = functionAround(fn);
    return (
      variable?.references.every(({ identifier, init }) => {
        if (init === true) return true;
        const around = functionAround(identifier);
        if (identifier.type !== T.Identifier || (around !== outer && around !== fn)) return false;
        const { parent } = identifier;
        if (parent.type !== T.CallExpression) return false;
        return parent.callee === identifier || this.#callsAtOnce(parent);
      }) ?? false
    );
  }
}

/** The functions that lie between a name's use and the function that declares it, outermost first. */
export function functionsBetween(use: TSESTree.Node, owner: FunctionNode): FunctionNode[] {
  const between: FunctionNode[] = [];
  for (let at = use.parent; at && at !== owner; at = at.parent) if (isFunction(at)) between.unshift(at);
  return between;
}
