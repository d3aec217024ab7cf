import type { TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import { Expressions } from './expressions.ts';
import { Jumps } from './jumps.ts';
import { joinReach, type Exit, type FunctionNode, type Reach, type Transfer, type VisitorKeys } from './transfer.ts';

/** A statement that `break` or `continue` can leave. */
interface Frame {
  readonly node: TSESTree.Statement;
  readonly isLoop: boolean;
  readonly labels: readonly string[];
}

/**
 * Walks a function along every path that it may take, and carries a state of the caller's along: forward data flow over
 * the syntax tree. Where paths meet, states are joined; loops are walked until nothing new comes back.
 *
 * Conditions are told to the state ({@link Transfer.assume}) but not remembered: two tests of one condition are two tests.
 */
export class FlowAnalysis<S> {
  readonly #transfer: Transfer<S>;
  readonly #expressions: Expressions<S>;
  #jumps: Jumps<S>;
  #frames: readonly Frame[] = [];

  constructor(transfer: Transfer<S>, visitorKeys: VisitorKeys) {
    this.#transfer = transfer;
    this.#jumps = new Jumps(transfer);
    this.#expressions = new Expressions(transfer, visitorKeys, (state) => this.#jumps.add('throw', undefined, state));
  }

  /** Walks a function from a state at its start, and gives every way out of it that does not throw. */
  run(fn: FunctionNode, entry: S): Exit<S>[] {
    const start = fn.params.reduce<Reach<S>>((state, parameter) => this.#expressions.pattern(parameter, state), entry);
    const end = fn.body.type === T.BlockStatement ? this.#block(fn.body.body, start) : this.#expressions.expression(fn.body, start);
    this.#jumps.add('return', fn, end);
    return this.#jumps.all.flatMap(({ kind, target, state }) =>
      kind === 'return' && target !== undefined && isExit(target) ? [{ node: target, state }] : [],
    );
  }

  #block(body: readonly TSESTree.Statement[], entry: Reach<S>): Reach<S> {
    return body.reduce((state, statement) => this.#statement(statement, state), entry);
  }

  #statement(node: TSESTree.Statement, state: Reach<S>, labels: readonly string[] = []): Reach<S> {
    if (state === undefined) return undefined;
    switch (node.type) {
      case T.BlockStatement:
        return this.#block(node.body, state);
      case T.ExpressionStatement:
        return this.#expressions.expression(node.expression, state);
      case T.VariableDeclaration:
        return this.#expressions.declaration(node, state);
      case T.IfStatement: {
        const { whenTrue, whenFalse } = this.#expressions.test(node.test, state);
        const then = this.#statement(node.consequent, whenTrue);
        return this.#join(then, node.alternate === null ? whenFalse : this.#statement(node.alternate, whenFalse));
      }
      case T.WhileStatement:
      case T.DoWhileStatement:
      case T.ForStatement:
      case T.ForInStatement:
      case T.ForOfStatement:
        return this.#inFrame({ node, isLoop: true, labels }, () => this.#loop(node, state));
      case T.SwitchStatement:
        return this.#inFrame({ node, isLoop: false, labels }, () => this.#switch(node, state));
      case T.TryStatement:
        return this.#try(node, state);
      case T.LabeledStatement: {
        const named = [...labels, node.label.name];
        if (isBreakable(node.body)) return this.#statement(node.body, state, named);
        return this.#inFrame({ node, isLoop: false, labels: named }, () => this.#statement(node.body, state));
      }
      case T.ReturnStatement:
        this.#jumps.add('return', node, node.argument === null ? state : this.#expressions.expression(node.argument, state));
        return undefined;
      case T.ThrowStatement:
        this.#jumps.add('throw', undefined, this.#expressions.expression(node.argument, state));
        return undefined;
      case T.BreakStatement:
      case T.ContinueStatement: {
        const kind = node.type === T.BreakStatement ? 'break' : 'continue';
        this.#jumps.add(kind, this.#frameOf(kind, node.label?.name)?.node, state);
        return undefined;
      }
      case T.FunctionDeclaration:
      case T.ClassDeclaration:
        return this.#transfer.evaluate(node, state);
      default:
        // Types, empty statements, and what stands at the top of a module only.
        return state;
    }
  }

  #frameOf(kind: 'break' | 'continue', label: string | undefined): Frame | undefined {
    return this.#frames.findLast((frame) => {
      if (label !== undefined) return frame.labels.includes(label);
      // A label that is no loop or switch is left by its name alone.
      return frame.isLoop || (kind === 'break' && frame.node.type === T.SwitchStatement);
    });
  }

  #inFrame(frame: Frame, walk: () => Reach<S>): Reach<S> {
    const outer = this.#frames;
    this.#frames = [...outer, frame];
    const end = walk();
    this.#frames = outer;
    return this.#join(end, this.#jumps.take('break', frame.node));
  }

  #loop(
    node: TSESTree.WhileStatement | TSESTree.DoWhileStatement | TSESTree.ForStatement | TSESTree.ForInStatement | TSESTree.ForOfStatement,
    entry: S,
  ): Reach<S> {
    let head = this.#beforeLoop(node, entry);
    for (;;) {
      const { exit, back } = this.#turn(node, head);
      const next = this.#join(head, back);
      if (next === undefined || head === undefined || this.#transfer.equals(head, next)) return exit;
      head = next;
    }
  }

  #beforeLoop(node: TSESTree.Statement, entry: S): Reach<S> {
    switch (node.type) {
      case T.ForStatement:
        if (node.init === null) return entry;
        return node.init.type === T.VariableDeclaration
          ? this.#expressions.declaration(node.init, entry)
          : this.#expressions.expression(node.init, entry);
      case T.ForInStatement:
      case T.ForOfStatement:
        return this.#expressions.expression(node.right, entry);
      default:
        return entry;
    }
  }

  /** One turn: what holds where the loop ends by its test, and where it starts again. */
  #turn(node: TSESTree.Statement, head: Reach<S>): { exit: Reach<S>; back: Reach<S> } {
    switch (node.type) {
      case T.WhileStatement: {
        const { whenTrue, whenFalse } = this.#expressions.test(node.test, head);
        return { exit: whenFalse, back: this.#body(node, node.body, whenTrue) };
      }
      case T.DoWhileStatement: {
        const { whenTrue, whenFalse } = this.#expressions.test(node.test, this.#body(node, node.body, head));
        return { exit: whenFalse, back: whenTrue };
      }
      case T.ForStatement: {
        const { whenTrue, whenFalse } = node.test === null ? { whenTrue: head, whenFalse: undefined } : this.#expressions.test(node.test, head);
        const end = this.#body(node, node.body, whenTrue);
        return { exit: whenFalse, back: node.update === null ? end : this.#expressions.expression(node.update, end) };
      }
      case T.ForInStatement:
      case T.ForOfStatement: {
        const bound = head === undefined ? undefined : this.#transfer.evaluate(node, head);
        const left = node.left.type === T.VariableDeclaration ? bound : this.#expressions.pattern(node.left, bound);
        return { exit: head, back: this.#body(node, node.body, left) };
      }
      default:
        return { exit: head, back: undefined };
    }
  }

  #body(loop: TSESTree.Statement, body: TSESTree.Statement, state: Reach<S>): Reach<S> {
    return this.#join(this.#statement(body, state), this.#jumps.take('continue', loop));
  }

  #switch(node: TSESTree.SwitchStatement, entry: S): Reach<S> {
    // Tests run in order until one matches; each case is entered from its own test or from the case above it.
    let testing = this.#expressions.expression(node.discriminant, entry);
    const entries = node.cases.map(({ test }) => {
      if (test === null) return undefined;
      testing = this.#expressions.expression(test, testing);
      return testing;
    });
    let falling: Reach<S>;
    node.cases.forEach(({ test, consequent }, index) => {
      falling = this.#block(consequent, this.#join(falling, test === null ? testing : entries[index]));
    });
    const isMatched = node.cases.some(({ test }) => test === null) || this.#transfer.isExhaustive(node);
    return this.#join(falling, isMatched ? undefined : testing);
  }

  #try(node: TSESTree.TryStatement, entry: S): Reach<S> {
    const outer = this.#jumps;
    const inner = new Jumps(this.#transfer);
    this.#jumps = inner;
    let end = this.#block(node.block.body, entry);
    if (node.handler !== null) {
      const caught = this.#expressions.pattern(node.handler.param, inner.take('throw', undefined));
      end = this.#join(end, this.#block(node.handler.body.body, caught));
    }
    this.#jumps = outer;
    const { finalizer } = node;
    // Whatever leaves the block passes through `finally`, which may leave for somewhere else.
    for (const { kind, target, state } of inner.all) {
      outer.add(kind, target, finalizer === null ? state : this.#block(finalizer.body, state));
    }
    return finalizer === null ? end : this.#block(finalizer.body, end);
  }

  #join(a: Reach<S>, b: Reach<S>): Reach<S> {
    return joinReach(this.#transfer, a, b);
  }
}

function isExit(node: TSESTree.Node): node is Exit<unknown>['node'] {
  return (
    node.type === T.ReturnStatement ||
    node.type === T.FunctionDeclaration ||
    node.type === T.FunctionExpression ||
    node.type === T.ArrowFunctionExpression
  );
}

function isBreakable(node: TSESTree.Statement): boolean {
  return /^(?:While|DoWhile|For|ForIn|ForOf|Switch)Statement$/u.test(node.type) || node.type === T.LabeledStatement;
}
