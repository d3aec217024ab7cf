import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import type { FunctionNode, Reach, Transfer } from '../flow/transfer.ts';
import { contentsOf, functionOf, originsOf, variableOf } from '../support/functions.ts';
import type { Stores } from '../support/stores.ts';
import { isComparedWithNothing, isDiscarded, isInside, isReceiverOfSettle, whenAbsent } from './skb-syntax.ts';
import {
  bind,
  change,
  fresh,
  isForgotten,
  joinFacts,
  joinStates,
  may,
  REACH,
  reaching,
  sameStates,
  settled,
  STATUS,
  without,
  type Skb,
  type SkbOrigin,
  type SkbState,
} from './skb-state.ts';
import type { SettleCall, SkbTypes } from './skb-types.ts';

/** What can be wrong where an skb is used. */
export type SkbMisuse = 'leaked' | 'usedAfterSettle' | 'settledTwice' | 'outcomeDiscarded' | 'settlesBorrowed';

/** Told of what is wrong; one place may be told of more than once, as a loop is walked more than once. */
export type ReportMisuse = (kind: SkbMisuse, node: TSESTree.Node, skb: Skb) => void;

/** What expressions do to skbs. */
export class SkbTransfer implements Transfer<SkbState> {
  readonly join: (a: SkbState, b: SkbState) => SkbState = joinStates;
  readonly equals: (a: SkbState, b: SkbState) => boolean = sameStates;
  readonly #fn: FunctionNode;
  readonly #types: SkbTypes;
  readonly #stores: Stores;
  readonly #sourceCode: Readonly<TSESLint.SourceCode>;
  readonly #report: ReportMisuse;
  /** One skb for each place that gives one, however often it is walked. */
  readonly #seen = new Map<TSESTree.Node, Skb>();
  /** One for each name that is given to skbs of the function's own: at any time it stands for one of them. */
  readonly #named = new Map<TSESLint.Scope.Variable, Skb>();

  constructor(fn: FunctionNode, types: SkbTypes, stores: Stores, sourceCode: Readonly<TSESLint.SourceCode>, report: ReportMisuse) {
    this.#fn = fn;
    this.#types = types;
    this.#stores = stores;
    this.#sourceCode = sourceCode;
    this.#report = report;
  }

  evaluate(node: TSESTree.Node, state: SkbState): Reach<SkbState> {
    switch (node.type) {
      case T.Identifier:
        this.#use(node, state);
        return state;
      case T.CallExpression:
        return this.#call(node, state);
      case T.NewExpression:
        return this.#give(node.arguments, state);
      case T.YieldExpression:
      case T.AwaitExpression:
        return node.argument === null ? state : this.#give([node.argument], state);
      case T.ObjectExpression:
      case T.ArrayExpression:
        return this.#collect(node, state);
      case T.VariableDeclarator:
        return node.init === null ? state : this.#declare(node.id, node.init, state);
      case T.AssignmentExpression:
        return this.#assign(node, state);
      case T.ForOfStatement:
        return this.#iterate(node.left, state);
      case T.FunctionDeclaration:
      case T.FunctionExpression:
      case T.ArrowFunctionExpression:
      case T.ClassDeclaration:
      case T.ClassExpression:
        return this.#capture(node, state);
      default:
        return state;
    }
  }

  assume(test: TSESTree.Expression, outcome: boolean, state: SkbState): SkbState {
    const absent = whenAbsent(test);
    if (absent?.outcome !== outcome) return state;
    return without(state, this.sourcesOf(absent.node, state));
  }

  isExhaustive(node: TSESTree.SwitchStatement): boolean {
    return this.#types.isExhaustive(node);
  }

  thrownBy(node: TSESTree.Node, state: SkbState): Reach<SkbState> {
    switch (node.type) {
      case T.CallExpression:
      case T.NewExpression:
        // What was made for the call went with it; what the function was given is still there to settle.
        return without(state, this.#givenTo(node, state).filter(({ origin }) => origin === 'made'));
      case T.TaggedTemplateExpression:
      case T.AwaitExpression:
      case T.YieldExpression:
        return state;
      default:
        return undefined;
    }
  }

  /** The skbs that the value of an expression may be. */
  sourcesOf(node: TSESTree.Node, state: SkbState): Skb[] {
    return originsOf(node).flatMap((origin) => this.#skbsAt(origin, state));
  }

  /** An skb that a place gives. */
  skbAt(node: TSESTree.Node, origin: SkbOrigin, name: string): Skb {
    const known = this.#seen.get(node);
    if (known !== undefined) return known;
    const skb = { origin, node, name };
    this.#seen.set(node, skb);
    return skb;
  }

  #givenTo(node: TSESTree.CallExpression | TSESTree.NewExpression, state: SkbState): Skb[] {
    return node.arguments.flatMap((argument) => this.#contentsOf(argument.type === T.SpreadElement ? argument.argument : argument, state));
  }

  #contentsOf(node: TSESTree.Node, state: SkbState): Skb[] {
    return contentsOf(node).flatMap((content) => this.#skbsAt(content, state));
  }

  #skbsAt(node: TSESTree.Node, state: SkbState): Skb[] {
    if (node.type === T.Identifier) {
      const variable = variableOf(node, this.#sourceCode);
      return variable === undefined ? [] : [...(state.names.get(variable) ?? [])];
    }
    const skb = this.#seen.get(node);
    return skb === undefined ? [] : [skb];
  }

  #use(node: TSESTree.Identifier, state: SkbState): void {
    if (isReceiverOfSettle(node, this.#types) || isComparedWithNothing(node)) return;
    for (const skb of this.#skbsAt(node, state)) {
      const facts = state.skbs.get(skb);
      if (facts !== undefined && may(facts, STATUS.SETTLED)) this.#report('usedAfterSettle', node, skb);
    }
  }

  #call(node: TSESTree.CallExpression, state: SkbState): Reach<SkbState> {
    const settle = this.#types.settleCall(node);
    if (settle !== undefined) return this.#settle(node, settle, state);
    if (this.#types.isNever(node)) return undefined;
    let after = state;
    const given = this.#givenTo(node, state);
    if (given.length > 0) {
      if (this.#types.isOutcome(node)) after = this.#settleAll(node, given, STATUS.SETTLED, after);
      else if (this.#stores.isStoringCall(node)) after = this.#store(node, given, after);
      else after = this.#types.isOfKit(node) ? this.#giveSkbs(node, given, after) : this.#hand(node, given, after);
    }
    if (!this.#types.givesSkb(node)) return after;
    return change(after, this.skbAt(node, 'made', this.#sourceCode.getText(node)), fresh());
  }

  #settle(node: TSESTree.CallExpression, { method, skb }: SettleCall, state: SkbState): SkbState {
    return this.#settleAll(node, this.sourcesOf(skb, state), method === 'keep' ? STATUS.KEPT : STATUS.SETTLED, state);
  }

  #settleAll(
    node: TSESTree.CallExpression,
    skbs: readonly Skb[],
    status: typeof STATUS.SETTLED | typeof STATUS.KEPT,
    state: SkbState,
  ): SkbState {
    let after = state;
    for (const skb of skbs) {
      const facts = after.skbs.get(skb);
      if (facts === undefined) continue;
      if (may(facts, STATUS.SETTLED) || may(facts, STATUS.KEPT)) this.#report('settledTwice', node, skb);
      else if (skb.origin === 'borrowed') this.#report('settlesBorrowed', node, skb);
      else if (skb.origin === 'owned' && isDiscarded(node)) this.#report('outcomeDiscarded', node, skb);
      const done = settled(facts, status, node);
      // Of several skbs that the name may stand for, one was settled.
      after = change(after, skb, skbs.length === 1 ? done : joinFacts(facts, done));
    }
    return after;
  }

  #store(node: TSESTree.Node, skbs: readonly Skb[], state: SkbState): SkbState {
    return skbs.reduce((after, skb) => {
      const facts = after.skbs.get(skb);
      return facts === undefined ? after : change(after, skb, reaching(facts, REACH.STORED, node));
    }, state);
  }

  #hand(node: TSESTree.Node, skbs: readonly Skb[], state: SkbState): SkbState {
    return skbs.reduce((after, skb) => {
      const facts = after.skbs.get(skb);
      return facts === undefined ? after : change(after, skb, reaching(facts, REACH.HANDED, node));
    }, state);
  }

  /** Gives skbs away: those that are the function's own are the receiver's from here on. */
  #giveSkbs(node: TSESTree.Node, skbs: readonly Skb[], state: SkbState): SkbState {
    return this.#hand(node, skbs, without(state, skbs.filter(({ origin }) => origin === 'made')));
  }

  #give(nodes: readonly TSESTree.Node[], state: SkbState): SkbState {
    return nodes.reduce((after, node) => {
      const given = this.#contentsOf(node.type === T.SpreadElement ? node.argument : node, after);
      return this.#giveSkbs(node, given, after);
    }, state);
  }

  /** A literal that holds an skb takes over those that are the function's own. */
  #collect(node: TSESTree.ObjectExpression | TSESTree.ArrayExpression, state: SkbState): SkbState {
    return without(state, this.#contentsOf(node, state).filter(({ origin }) => origin === 'made'));
  }

  #declare(id: TSESTree.BindingName, init: TSESTree.Expression, state: SkbState): SkbState {
    if (id.type !== T.Identifier) return this.#bindPattern(id, state);
    const variable = variableOf(id, this.#sourceCode);
    if (variable === undefined) return state;
    const sources = this.sourcesOf(init, state);
    if (sources.length === 0) return this.#types.isSkb(id) ? this.#bindHeld(id, variable, state) : state;
    const made = sources.filter((skb) => skb.node.type === T.CallExpression);
    const others = sources.filter((skb) => !made.includes(skb));
    if (made.length === 0) return bind(state, variable, others);
    return this.#name(id, variable, made, others, state);
  }

  /** Gives a name to skbs that calls gave; from here on the name is what they are known by. */
  #name(id: TSESTree.Identifier, variable: TSESLint.Scope.Variable, made: readonly Skb[], others: readonly Skb[], state: SkbState): SkbState {
    const named = this.#named.get(variable) ?? { origin: 'made', node: id, name: id.name };
    this.#named.set(variable, named);
    const lost = state.skbs.get(named);
    if (lost !== undefined && isForgotten(lost)) this.#report('leaked', named.node, named);
    const after = bind(without(state, made), variable, [...others, named]);
    const facts = made.flatMap((skb) => state.skbs.get(skb) ?? []);
    return facts.length === 0 ? after : change(after, named, facts.reduce(joinFacts));
  }

  #assign(node: TSESTree.AssignmentExpression, state: SkbState): SkbState {
    const { left, right } = node;
    if (left.type === T.Identifier && this.#stores.isLocal(left)) return this.#declare(left, right, unbound(left, state, this.#sourceCode));
    const given = this.#contentsOf(right, state);
    return this.#stores.isStoringTarget(left) ? this.#store(node, given, state) : this.#giveSkbs(node, given, state);
  }

  #iterate(left: TSESTree.ForOfStatement['left'], state: SkbState): SkbState {
    if (left.type !== T.VariableDeclaration) return this.#bindPattern(left, state);
    return left.declarations.reduce((after, { id }) => this.#bindPattern(id, after), state);
  }

  /** Binds the names of a pattern to skbs that are held somewhere. */
  #bindPattern(pattern: TSESTree.Node, state: SkbState): SkbState {
    switch (pattern.type) {
      case T.Identifier: {
        const variable = variableOf(pattern, this.#sourceCode);
        return variable !== undefined && this.#types.isSkb(pattern) ? this.#bindHeld(pattern, variable, state) : state;
      }
      case T.ArrayPattern:
        return pattern.elements.reduce((after, element) => (element === null ? after : this.#bindPattern(element, after)), state);
      case T.ObjectPattern:
        return pattern.properties.reduce((after, property) => {
          return this.#bindPattern(property.type === T.RestElement ? property.argument : property.value, after);
        }, state);
      case T.AssignmentPattern:
        return this.#bindPattern(pattern.left, state);
      default:
        return state;
    }
  }

  #bindHeld(id: TSESTree.Identifier, variable: TSESLint.Scope.Variable, state: SkbState): SkbState {
    const skb = this.skbAt(id, 'held', id.name);
    return change(bind(state, variable, [skb]), skb, fresh(REACH.STORED));
  }

  /** A function that uses a name of this one may do anything with it, later. */
  #capture(node: TSESTree.Node, state: SkbState): SkbState {
    const captured = [...state.names].filter(
      ([variable]) => functionOf(variable) === this.#fn && variable.references.some(({ identifier }) => isInside(identifier, node)),
    );
    return this.#giveSkbs(node, captured.flatMap(([, skbs]) => [...skbs]), state);
  }
}

function unbound(id: TSESTree.Identifier, state: SkbState, sourceCode: Readonly<TSESLint.SourceCode>): SkbState {
  const variable = variableOf(id, sourceCode);
  return variable === undefined ? state : bind(state, variable, []);
}
