import type { ParserServicesWithTypeInformation, TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import ts from 'typescript';
import type { FunctionNode } from '../flow/transfer.ts';
import { nameOfFunction, returnTypeOf, withoutTypes } from '../support/functions.ts';
import { alternatives, isDeclaredBy, isStandardLibrary, mayBe } from '../support/types.ts';

const SKBUFF = '@netdevkit/skbuff';
const KIT = /^@netdevkit\//u;

/** The methods that settle an skb. */
export type SettleMethod = 'consume' | 'drop' | 'busy' | 'keep';

/** A call that settles the skb it is made on. */
export interface SettleCall {
  readonly method: SettleMethod;
  readonly skb: TSESTree.Expression;
}

/** What calls and types mean to skbs. */
export class SkbTypes {
  readonly #services: ParserServicesWithTypeInformation;
  readonly #checker: ts.TypeChecker;

  constructor(services: ParserServicesWithTypeInformation) {
    this.#services = services;
    this.#checker = services.program.getTypeChecker();
  }

  /** Whether an expression, name or pattern may be an skb. */
  isSkb(node: TSESTree.Node): boolean {
    return mayBe(this.#services.getTypeAtLocation(node), this.#checker, SKBUFF, 'SkBuff');
  }

  /** Whether an expression may be, or promise, an outcome. */
  isOutcome(node: TSESTree.Node): boolean {
    return this.#isOutcomeType(this.#services.getTypeAtLocation(node));
  }

  /** Whether a function takes the skbs over that it is given: it has their outcome to return. */
  takesOver(fn: FunctionNode): boolean {
    if (nameOfFunction(fn) === 'startXmit') return true;
    const type = returnTypeOf(fn, this.#services);
    return type !== undefined && this.#isOutcomeType(type);
  }

  /** Reads `skb.consume()`, `skb.drop(reason)`, `skb.busy()` and `skb.keep()`. */
  settleCall(node: TSESTree.CallExpression): SettleCall | undefined {
    const callee = withoutTypes(node.callee);
    if (callee.type !== T.MemberExpression || callee.computed || callee.property.type !== T.Identifier) return undefined;
    const { name } = callee.property;
    if (name !== 'consume' && name !== 'drop' && name !== 'busy' && name !== 'keep') return undefined;
    return this.isSkb(callee.object) ? { method: name, skb: callee.object } : undefined;
  }

  /**
   * Whether a call gives an skb that is the caller's to settle. The kit's functions that return one do (`clone`, `copy`),
   * and so do `shift` and `pop` of arrays.
   */
  givesSkb(node: TSESTree.CallExpression): boolean {
    const callee = withoutTypes(node.callee);
    const name = callee.type === T.MemberExpression ? callee.property : callee;
    if (name.type !== T.Identifier || !this.isSkb(node)) return false;
    const symbol = this.#services.getSymbolAtLocation(name);
    if (isDeclaredBy(symbol, KIT)) return true;
    return (name.name === 'shift' || name.name === 'pop') && isStandardLibrary(symbol, this.#services.program);
  }

  /** Whether a call is of a function of one of the kit's packages, which takes over what it is given to deliver. */
  isOfKit(node: TSESTree.CallExpression): boolean {
    const callee = withoutTypes(node.callee);
    const name = callee.type === T.MemberExpression ? callee.property : callee;
    return isDeclaredBy(this.#services.getSymbolAtLocation(name), KIT);
  }

  /** Whether an expression never gives a value. */
  isNever(node: TSESTree.Node): boolean {
    return (this.#services.getTypeAtLocation(node).flags & ts.TypeFlags.Never) !== 0;
  }

  /** Whether the cases of a switch name every value that it may be given. */
  isExhaustive({ discriminant, cases }: TSESTree.SwitchStatement): boolean {
    const values = alternatives(this.#services.getTypeAtLocation(discriminant), this.#checker);
    const named = cases.flatMap(({ test }) => (test === null ? [] : alternatives(this.#services.getTypeAtLocation(test), this.#checker)));
    const keys = new Set(named.map(keyOf));
    return values.every((value) => (value.flags & ts.TypeFlags.Unit) !== 0 && keys.has(keyOf(value)));
  }

  #isOutcomeType(type: ts.Type): boolean {
    const awaited = this.#checker.getAwaitedType(type) ?? type;
    return mayBe(awaited, this.#checker, SKBUFF, 'TxOutcome');
  }
}

/** Types of one value are equal: `'a'` as written and `'a'` as declared are two objects. */
function keyOf(type: ts.Type): unknown {
  if (!type.isLiteral()) return type;
  return typeof type.value === 'object' ? JSON.stringify(type.value) : type.value;
}
