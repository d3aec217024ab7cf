import type { ParserServicesWithTypeInformation, TSESLint, TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T, TSESLint as Lint } from '@typescript-eslint/utils';
import { FlowAnalysis } from '../flow/analysis.ts';
import type { Exit, FunctionNode } from '../flow/transfer.ts';
import { contentsOf, isArgument, nameOfFunction, parameterName, variableOf } from '../support/functions.ts';
import { Stores } from '../support/stores.ts';
import {
  bind,
  change,
  fresh,
  isForgotten,
  may,
  REACH,
  STATUS,
  without,
  type Skb,
  type SkbFacts,
  type SkbOrigin,
  type SkbState,
} from './skb-state.ts';
import { SkbTransfer, type SkbMisuse } from './skb-transfer.ts';
import { SkbTypes } from './skb-types.ts';

const { DefinitionType } = Lint.Scope;

/** What can be wrong with what a function does to skbs, all of its paths seen. */
export type SkbProblem = SkbMisuse | 'unsettled' | 'leaked' | 'keptNowhere' | 'unnamed' | 'stored';

/** Something wrong, and where. */
export interface SkbFinding {
  readonly kind: SkbProblem;
  readonly loc: TSESTree.SourceLocation;
  /** How the source calls the skb. */
  readonly name: string;
}

// Two rules report what one walk finds.
const findings = new WeakMap<FunctionNode, readonly SkbFinding[]>();

/** Follows the skbs of a function along its paths. */
export function analyseSkbs(
  fn: FunctionNode,
  sourceCode: Readonly<TSESLint.SourceCode>,
  services: ParserServicesWithTypeInformation,
): readonly SkbFinding[] {
  let found = findings.get(fn);
  if (found === undefined) {
    const types = new SkbTypes(services);
    found = hasSkb(fn, types, sourceCode) ? new SkbAnalysis(fn, types, sourceCode, services).run() : [];
    findings.set(fn, found);
  }
  return found;
}

class SkbAnalysis {
  readonly #fn: FunctionNode;
  readonly #types: SkbTypes;
  readonly #sourceCode: Readonly<TSESLint.SourceCode>;
  readonly #transfer: SkbTransfer;
  readonly #found = new Map<string, SkbFinding>();

  constructor(fn: FunctionNode, types: SkbTypes, sourceCode: Readonly<TSESLint.SourceCode>, services: ParserServicesWithTypeInformation) {
    this.#fn = fn;
    this.#types = types;
    this.#sourceCode = sourceCode;
    const stores = new Stores(sourceCode, services);
    this.#transfer = new SkbTransfer(fn, types, stores, sourceCode, (kind, { loc }, { name }) => this.#add(kind, loc, name));
  }

  run(): SkbFinding[] {
    const exits = new FlowAnalysis(this.#transfer, this.#sourceCode.visitorKeys).run(this.#fn, this.#entry());
    const settling = new Set(exits.flatMap(({ state }) => [...state.skbs].filter(([, facts]) => isSettled(facts)).map(([skb]) => skb)));
    for (const exit of exits) {
      for (const [skb, facts] of this.#left(exit)) this.#leave(skb, facts, exit.node, settling.has(skb));
    }
    return [...this.#found.values()];
  }

  #add(kind: SkbProblem, loc: TSESTree.SourceLocation, name: string): void {
    this.#found.set(JSON.stringify([kind, loc]), { kind, loc, name });
  }

  #entry(): SkbState {
    const origin = this.#types.takesOver(this.#fn) ? 'owned' : isArgument(this.#fn) ? 'callback' : 'borrowed';
    let state: SkbState = { names: new Map(), skbs: new Map() };
    this.#fn.params.forEach((parameter, index) => {
      const id = parameterName(parameter);
      if (id === undefined && index === 0 && nameOfFunction(this.#fn) === 'startXmit') this.#add('unnamed', parameter.loc, 'skb');
      if (id !== undefined && this.#types.isSkb(id)) state = this.#bindParameter(id, origin, state);
    });
    return state;
  }

  #bindParameter(id: TSESTree.Identifier, origin: SkbOrigin, state: SkbState): SkbState {
    const variable = variableOf(id, this.#sourceCode);
    if (variable === undefined) return state;
    const skb = this.#transfer.skbAt(id, origin, id.name);
    return change(bind(state, variable, [skb]), skb, fresh());
  }

  /** The skbs that a way out leaves behind: what is returned is the caller's. */
  #left({ node, state }: Exit<SkbState>): ReadonlyMap<Skb, SkbFacts> {
    const value = node.type === T.ReturnStatement ? node.argument : node.body;
    if (value === null || value.type === T.BlockStatement) return state.skbs;
    const returned = contentsOf(value).flatMap((content) => this.#transfer.sourcesOf(content, state));
    return without(state, returned.filter(({ origin }) => origin === 'made')).skbs;
  }

  #leave(skb: Skb, facts: SkbFacts, exit: Exit<SkbState>['node'], settledElsewhere: boolean): void {
    const { origin, name } = skb;
    const isOwed = origin === 'owned' || (origin === 'callback' && settledElsewhere);
    if (isOwed && may(facts, STATUS.OPEN)) this.#add('unsettled', placeOf(exit, this.#sourceCode), name);
    if (origin === 'made' && isForgotten(facts)) this.#add('leaked', skb.node.loc, name);
    if (origin === 'owned') {
      if (may(facts, STATUS.KEPT, REACH.NONE)) for (const node of facts.keeps) this.#add('keptNowhere', node.loc, name);
      if (may(facts, STATUS.SETTLED, REACH.STORED)) for (const node of facts.stores) this.#add('stored', node.loc, name);
    }
    if (origin === 'borrowed') for (const node of facts.stores) this.#add('stored', node.loc, name);
  }
}

function isSettled(facts: SkbFacts): boolean {
  return may(facts, STATUS.SETTLED) || may(facts, STATUS.KEPT);
}

/** Where a way out is reported: the `return`, the expression of an arrow function, the brace that ends a body. */
function placeOf(exit: Exit<SkbState>['node'], sourceCode: Readonly<TSESLint.SourceCode>): TSESTree.SourceLocation {
  if (exit.type === T.ReturnStatement) return exit.loc;
  if (exit.body.type !== T.BlockStatement) return exit.body.loc;
  return (sourceCode.getLastToken(exit.body) ?? exit.body).loc;
}

/** Whether a function has names for skbs. */
function hasSkb(fn: FunctionNode, types: SkbTypes, sourceCode: Readonly<TSESLint.SourceCode>): boolean {
  if (nameOfFunction(fn) === 'startXmit') return true;
  const scope = sourceCode.scopeManager?.acquire(fn, true);
  const variables = scope == null ? [] : scopesOf(scope).flatMap((inner) => inner.variables);
  return variables.some(({ defs, identifiers }) => {
    const holdsValues = defs.some(({ type }) => type === DefinitionType.Parameter || type === DefinitionType.Variable);
    return holdsValues && identifiers.some((id) => types.isSkb(id));
  });
}

/** The scope of a function and the blocks in it, without those of functions in it. */
function scopesOf(scope: TSESLint.Scope.Scope): TSESLint.Scope.Scope[] {
  return [scope, ...scope.childScopes.filter((child) => child.variableScope === scope.variableScope).flatMap(scopesOf)];
}
