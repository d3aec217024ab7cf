import type { ParserServicesWithTypeInformation, TSESLint, TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T, TSESLint as Lint } from '@typescript-eslint/utils';
import { SkbTypes } from '../skb/skb-types.ts';
import { contentsOf, functionOf, isArgument, variableOf } from '../support/functions.ts';
import { putInto } from '../support/stores.ts';
import { BorrowedTypes } from './borrowed-types.ts';

const { DefinitionType } = Lint.Scope;

/** What an expression borrows. */
export type BorrowKind = 'handle' | 'view' | 'skb';

/** Tells which expressions are good only for as long as a callback runs. */
export class Borrows {
  readonly #sourceCode: Readonly<TSESLint.SourceCode>;
  readonly #types: BorrowedTypes;
  readonly #skbs: SkbTypes;

  constructor(sourceCode: Readonly<TSESLint.SourceCode>, services: ParserServicesWithTypeInformation) {
    this.#sourceCode = sourceCode;
    this.#types = new BorrowedTypes(services);
    this.#skbs = new SkbTypes(services);
  }

  /** What an expression is, holds in a literal, or stands for under another name. */
  kindOf(node: TSESTree.Node, seen: ReadonlySet<Lint.Scope.Variable> = new Set()): BorrowKind | undefined {
    for (const content of contentsOf(node)) {
      const variable = content.type === T.Identifier ? variableOf(content, this.#sourceCode) : undefined;
      const kind = variable === undefined ? undefined : this.#ofVariable(variable, seen);
      if (kind !== undefined) return kind;
      if (this.#types.isHandle(content)) return 'handle';
      if (this.#types.isView(content)) return 'view';
    }
    return undefined;
  }

  /** What the name of a parameter or local variable stands for. */
  kindOfVariable(variable: Lint.Scope.Variable): BorrowKind | undefined {
    const [id] = variable.identifiers;
    const kind = this.#ofVariable(variable, new Set());
    if (kind !== undefined || id === undefined) return kind;
    if (this.#types.isHandle(id)) return 'handle';
    return this.#types.isView(id) ? 'view' : undefined;
  }

  #ofVariable(variable: Lint.Scope.Variable, seen: ReadonlySet<TSESLint.Scope.Variable>): BorrowKind | undefined {
    if (seen.has(variable)) return undefined;
    const fn = functionOf(variable);
    const [definition] = variable.defs;
    if (fn === undefined || definition === undefined) return undefined;
    if (definition.type === DefinitionType.Parameter) {
      const [id] = variable.identifiers;
      // What is handed to a function that is itself handed to a call may be anybody's.
      return id !== undefined && !isArgument(fn) && this.#skbs.isSkb(id) ? 'skb' : undefined;
    }
    if (definition.node.type === T.VariableDeclarator && definition.node.id.type !== T.Identifier) {
      return this.#ofPart(variable, definition.node.init);
    }
    const before = new Set([...seen, variable]);
    for (const { identifier, writeExpr } of variable.references) {
      // What is put into an object of the function's own goes where the object goes.
      for (const value of [...(writeExpr ? [writeExpr] : []), ...putInto(identifier)]) {
        const kind = this.kindOf(value, before);
        if (kind !== undefined) return kind;
      }
    }
    return undefined;
  }

  /** What a name stands for that a pattern takes out of an expression: `const { stats } = dev`. */
  #ofPart(variable: Lint.Scope.Variable, from: TSESTree.Expression | null): BorrowKind | undefined {
    const [id] = variable.identifiers;
    const isPart = from !== null && id !== undefined && this.#types.isHandle(from) && this.#types.isTied(id);
    return isPart ? 'handle' : undefined;
  }
}
