import type { TSESTree } from '@typescript-eslint/utils';

/** A function with a body. */
export type FunctionNode = TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression;

/** The parts of each kind of node, in source order: `sourceCode.visitorKeys`. */
export type VisitorKeys = Readonly<Record<string, readonly string[] | undefined>>;

/** A state, or `undefined` where no path leads. */
export type Reach<S> = S | undefined;

/** What an analysis knows of the language; {@link FlowAnalysis} knows the order in which things happen. */
export interface Transfer<S> {
  /** What holds where two paths meet. */
  join(a: S, b: S): S;
  /** Whether two states say the same; without it loops would not end. */
  equals(a: S, b: S): boolean;
  /**
   * What an expression does, its parts done. Also called for declarators, for each turn of `for … of`, and for functions
   * and classes, whose bodies run at another time.
   *
   * @returns the state behind it, or `undefined` when it does not return
   */
  evaluate(node: TSESTree.Node, state: S): Reach<S>;
  /** What else holds where a test was found true or false; `undefined` when it cannot be found so. */
  assume(test: TSESTree.Expression, outcome: boolean, state: S): Reach<S>;
  /** Whether one of the cases of a switch without a `default` always matches. */
  isExhaustive(node: TSESTree.SwitchStatement): boolean;
  /** What holds where an expression throws, its parts done; `undefined` for one that does not, as far as the analysis cares. */
  thrownBy(node: TSESTree.Node, state: S): Reach<S>;
}

/** A way out of a function that does not throw. */
export interface Exit<S> {
  /** The `return`, or the function for its end. */
  readonly node: TSESTree.ReturnStatement | FunctionNode;
  readonly state: S;
}

/** Where two paths meet that may not be taken. */
export function joinReach<S>(transfer: Transfer<S>, a: Reach<S>, b: Reach<S>): Reach<S> {
  if (a === undefined) return b;
  return b === undefined ? a : transfer.join(a, b);
}
