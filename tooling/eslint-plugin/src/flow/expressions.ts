import type { TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import { joinReach, type Reach, type Transfer, type VisitorKeys } from './transfer.ts';

/** What holds behind a test, by its outcome. */
export interface Branches<S> {
  readonly whenTrue: Reach<S>;
  readonly whenFalse: Reach<S>;
}

/** The part of {@link FlowAnalysis} that walks expressions, in the order in which they are evaluated. */
export class Expressions<S> {
  readonly #transfer: Transfer<S>;
  readonly #visitorKeys: VisitorKeys;
  readonly #thrown: (state: S) => void;
  /** What holds where the optional chain that is being walked was cut short. */
  #cut: Reach<S>;

  /** @param thrown - told what holds where an expression may throw */
  constructor(transfer: Transfer<S>, visitorKeys: VisitorKeys, thrown: (state: S) => void) {
    this.#transfer = transfer;
    this.#visitorKeys = visitorKeys;
    this.#thrown = thrown;
  }

  /** Walks an expression. */
  expression(node: TSESTree.Node, state: Reach<S>): Reach<S> {
    if (state === undefined) return undefined;
    switch (node.type) {
      case T.LogicalExpression:
        return this.#logical(node, state);
      case T.ConditionalExpression: {
        const { whenTrue, whenFalse } = this.test(node.test, state);
        return this.#join(this.expression(node.consequent, whenTrue), this.expression(node.alternate, whenFalse));
      }
      case T.AssignmentExpression:
        return this.#assignment(node, state);
      case T.ChainExpression: {
        const outer = this.#cut;
        this.#cut = undefined;
        const end = this.expression(node.expression, state);
        const all = this.#join(end, this.#cut);
        this.#cut = outer;
        return all;
      }
      case T.MemberExpression: {
        const object = this.#link(node.object, node.optional, state);
        return this.#done(node, node.computed ? this.expression(node.property, object) : object);
      }
      case T.CallExpression: {
        const callee = this.#link(node.callee, node.optional, state);
        return this.#done(node, this.#each(node.arguments, callee));
      }
      case T.NewExpression:
        return this.#done(node, this.#each(node.arguments, this.expression(node.callee, state)));
      case T.Property:
        return this.expression(node.value, node.computed ? this.expression(node.key, state) : state);
      case T.FunctionExpression:
      case T.ArrowFunctionExpression:
      case T.ClassExpression:
        // Their bodies run at another time.
        return this.#transfer.evaluate(node, state);
      default:
        return this.#done(node, this.#each(this.#partsOf(node), state));
    }
  }

  /** Walks an expression whose outcome decides where control goes. */
  test(node: TSESTree.Expression, state: Reach<S>): Branches<S> {
    if (state === undefined) return { whenTrue: undefined, whenFalse: undefined };
    if (node.type === T.UnaryExpression && node.operator === '!') {
      const { whenTrue, whenFalse } = this.test(node.argument, state);
      return { whenTrue: whenFalse, whenFalse: whenTrue };
    }
    if (node.type === T.LogicalExpression && node.operator !== '??') {
      const left = this.test(node.left, state);
      const right = this.test(node.right, node.operator === '&&' ? left.whenTrue : left.whenFalse);
      return node.operator === '&&'
        ? { whenTrue: right.whenTrue, whenFalse: this.#join(left.whenFalse, right.whenFalse) }
        : { whenTrue: this.#join(left.whenTrue, right.whenTrue), whenFalse: right.whenFalse };
    }
    if (node.type === T.Literal && typeof node.value === 'boolean') {
      return node.value ? { whenTrue: state, whenFalse: undefined } : { whenTrue: undefined, whenFalse: state };
    }
    const end = this.expression(node, state);
    return { whenTrue: this.#assume(node, true, end), whenFalse: this.#assume(node, false, end) };
  }

  /** Walks what a pattern evaluates: defaults, computed keys, the objects of members that are assigned to. */
  pattern(node: TSESTree.Node | null, state: Reach<S>): Reach<S> {
    if (state === undefined) return undefined;
    switch (node?.type) {
      case T.MemberExpression: {
        const object = this.expression(node.object, state);
        return node.computed ? this.expression(node.property, object) : object;
      }
      case T.AssignmentPattern:
        return this.pattern(node.left, this.#join(state, this.expression(node.right, state)));
      case T.ArrayPattern:
        return node.elements.reduce<Reach<S>>((before, element) => this.pattern(element, before), state);
      case T.ObjectPattern:
        return node.properties.reduce<Reach<S>>((before, property) => this.pattern(property, before), state);
      case T.Property:
        return this.pattern(node.value, node.computed ? this.expression(node.key, state) : state);
      case T.RestElement:
        return this.pattern(node.argument, state);
      case T.TSParameterProperty:
        return this.pattern(node.parameter, state);
      default:
        return state;
    }
  }

  /** Walks the declarators of a declaration. */
  declaration(node: TSESTree.VariableDeclaration, entry: Reach<S>): Reach<S> {
    return node.declarations.reduce<Reach<S>>((state, declarator) => {
      const init = declarator.init === null ? state : this.expression(declarator.init, state);
      return this.#evaluate(declarator, this.pattern(declarator.id, init));
    }, entry);
  }

  #logical(node: TSESTree.LogicalExpression, state: S): Reach<S> {
    if (node.operator !== '??') {
      const { whenTrue, whenFalse } = this.test(node.left, state);
      return node.operator === '&&'
        ? this.#join(whenFalse, this.expression(node.right, whenTrue))
        : this.#join(whenTrue, this.expression(node.right, whenFalse));
    }
    const { there, missing } = this.#presence(node.left, this.expression(node.left, state));
    return this.#join(there, this.expression(node.right, missing));
  }

  #assignment(node: TSESTree.AssignmentExpression, state: S): Reach<S> {
    const { operator, left, right } = node;
    if (operator === '=') return this.#done(node, this.expression(right, this.pattern(left, state)));
    const read = this.expression(left, state);
    if (operator === '??=') {
      const { there, missing } = this.#presence(left, read);
      return this.#join(there, this.#done(node, this.expression(right, missing)));
    }
    if (operator === '&&=' || operator === '||=') {
      const goesOn = operator === '&&=';
      const assigned = this.#done(node, this.expression(right, this.#assume(left, goesOn, read)));
      return this.#join(this.#assume(left, !goesOn, read), assigned);
    }
    return this.#done(node, this.expression(right, read));
  }

  /** Walks the left of a link of an optional chain, and remembers what holds when it ends there. */
  #link(left: TSESTree.Expression, optional: boolean, state: S): Reach<S> {
    const before = this.expression(left, state);
    if (!optional) return before;
    const { there, missing } = this.#presence(left, before);
    this.#cut = this.#join(this.#cut, missing);
    return there;
  }

  /** What holds where a value is there, and where it is `null` or `undefined`. */
  #presence(node: TSESTree.Expression, state: Reach<S>): { there: Reach<S>; missing: Reach<S> } {
    // Of a name, being there and being true is one thing for the objects that are followed; of a comparison it is not.
    if (node.type !== T.Identifier) return { there: state, missing: state };
    return { there: this.#assume(node, true, state), missing: this.#assume(node, false, state) };
  }

  #partsOf(node: TSESTree.Node): TSESTree.Node[] {
    const parts = new Map<string, unknown>(Object.entries(node));
    return (this.#visitorKeys[node.type] ?? []).flatMap((key) => [parts.get(key)].flat().filter((part) => isExpression(part)));
  }

  #each(nodes: readonly TSESTree.Node[], entry: Reach<S>): Reach<S> {
    return nodes.reduce((state, node) => this.expression(node, state), entry);
  }

  #done(node: TSESTree.Node, state: Reach<S>): Reach<S> {
    const thrown = state === undefined ? undefined : this.#transfer.thrownBy(node, state);
    if (thrown !== undefined) this.#thrown(thrown);
    return this.#evaluate(node, state);
  }

  #evaluate(node: TSESTree.Node, state: Reach<S>): Reach<S> {
    return state === undefined ? undefined : this.#transfer.evaluate(node, state);
  }

  #assume(node: TSESTree.Expression, outcome: boolean, state: Reach<S>): Reach<S> {
    return state === undefined ? undefined : this.#transfer.assume(node, outcome, state);
  }

  #join(a: Reach<S>, b: Reach<S>): Reach<S> {
    return joinReach(this.#transfer, a, b);
  }
}

/** The expressions that TypeScript adds; whatever else it adds is a type. */
const TYPED_EXPRESSIONS: ReadonlySet<string> = new Set([
  T.TSAsExpression,
  T.TSInstantiationExpression,
  T.TSNonNullExpression,
  T.TSSatisfiesExpression,
  T.TSTypeAssertion,
]);

function isExpression(part: unknown): part is TSESTree.Node {
  if (typeof part !== 'object' || part === null || !('type' in part) || typeof part.type !== 'string') return false;
  return !part.type.startsWith('TS') || TYPED_EXPRESSIONS.has(part.type);
}
