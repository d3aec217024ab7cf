import type { ParserServicesWithTypeInformation, TSESLint, TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T, TSESLint as Lint } from '@typescript-eslint/utils';
import { functionAround, functionOf, variableOf, withoutTypes } from './functions.ts';
import { isStandardLibrary } from './types.ts';

const { DefinitionType } = Lint.Scope;

/** The language's methods that put an argument into their object, and its functions that put one into another. */
const METHODS = /^(?:add|set|push|unshift|splice|fill|with|enqueue)$/u;
const FUNCTIONS = /^(?:assign|defineProperty|defineProperties)$/u;

/** Tells what outlives the function that does it, from what ends with it. */
export class Stores {
  readonly #sourceCode: Readonly<TSESLint.SourceCode>;
  readonly #services: ParserServicesWithTypeInformation;

  constructor(sourceCode: Readonly<TSESLint.SourceCode>, services: ParserServicesWithTypeInformation) {
    this.#sourceCode = sourceCode;
    this.#services = services;
  }

  /** Whether a call puts its arguments into a collection or object that outlives the function. */
  isStoringCall(node: TSESTree.CallExpression): boolean {
    const callee = withoutTypes(node.callee);
    if (callee.type !== T.MemberExpression || callee.property.type !== T.Identifier || callee.computed) return false;
    const { name } = callee.property;
    const isMethod = METHODS.test(name);
    if (!isMethod && !FUNCTIONS.test(name)) return false;
    if (!isStandardLibrary(this.#services.getSymbolAtLocation(callee.property), this.#services.program)) return false;
    const isReflect = callee.object.type === T.Identifier && callee.object.name === 'Reflect';
    const receiver = isMethod && !isReflect ? callee.object : node.arguments[0];
    return receiver !== undefined && !this.isFresh(receiver);
  }

  /** Whether what is assigned to a target outlives the function: a member of anything but a new object, or a variable further out. */
  isStoringTarget(target: TSESTree.Node): boolean {
    return this.targetsIn(target).length > 0;
  }

  /** Of a target, or those in a pattern, the ones that outlive the function. */
  targetsIn(target: TSESTree.Node): TSESTree.Node[] {
    const bare = withoutTypes(target);
    switch (bare.type) {
      case T.MemberExpression:
        return this.isFresh(bare.object) ? [] : [bare];
      case T.Identifier:
        return this.isLocal(bare) ? [] : [bare];
      case T.AssignmentPattern:
        return this.targetsIn(bare.left);
      case T.ArrayPattern:
        return bare.elements.flatMap((element) => (element === null ? [] : this.targetsIn(element)));
      case T.ObjectPattern:
        return bare.properties.flatMap((property) => this.targetsIn(property.type === T.RestElement ? property.argument : property.value));
      case T.RestElement:
        return this.targetsIn(bare.argument);
      default:
        return [];
    }
  }

  /** Whether a name is a variable or parameter of the function that uses it. */
  isLocal(node: TSESTree.Identifier): boolean {
    const variable = variableOf(node, this.#sourceCode);
    return variable !== undefined && functionOf(variable) !== undefined && functionOf(variable) === functionAround(node);
  }

  /** Whether an object was made in this function and is known by a local name alone, so that it ends with the function. */
  isFresh(node: TSESTree.Node): boolean {
    const bare = withoutTypes(node);
    if (bare.type !== T.Identifier || !this.isLocal(bare)) return false;
    const variable = variableOf(bare, this.#sourceCode);
    if (variable === undefined || variable.defs.some(({ type }) => type !== DefinitionType.Variable)) return false;
    const writes = variable.references.filter((reference) => reference.isWrite());
    return writes.length > 0 && writes.every(({ writeExpr }) => isNew(writeExpr));
  }
}

/** What a statement puts into the object that a name stands for: by assignment to a member, or by a method of the language. */
export function putInto(name: TSESTree.Node): readonly TSESTree.Node[] {
  const { parent } = name;
  if (parent?.type === T.CallExpression) {
    const isAssign = parent.callee.type === T.MemberExpression && nameOf(parent.callee) === 'assign';
    return isAssign && parent.arguments[0] === name ? parent.arguments.slice(1) : [];
  }
  if (parent?.type !== T.MemberExpression || parent.object !== name) return [];
  const { parent: use } = parent;
  if (use.type === T.AssignmentExpression) return use.left === parent ? [use.right] : [];
  return use.type === T.CallExpression && use.callee === parent && METHODS.test(nameOf(parent)) ? use.arguments : [];
}

function nameOf({ property, computed }: TSESTree.MemberExpression): string {
  return property.type === T.Identifier && !computed ? property.name : '';
}

function isNew(node: TSESTree.Node | null | undefined): boolean {
  if (node === null || node === undefined) return false;
  const bare = withoutTypes(node);
  return bare.type === T.ObjectExpression || bare.type === T.ArrayExpression || bare.type === T.NewExpression;
}
