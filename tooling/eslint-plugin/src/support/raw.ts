import type { ParserServicesWithTypeInformation, TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import ts from 'typescript';
import { packageNameOf } from './packages.ts';
import { alternatives, constituents, resolveAlias } from './types.ts';

const BINDINGS = '@netdevkit/bindings';
/** The interface that declares the kernel's functions. */
const KERNEL = 'kernel';

/** Whether a file belongs to `@netdevkit/bindings/raw`, in source or as built. */
function isRawFile(fileName: string): boolean {
  return /\/raw(?:\/|\.d?\.?[cm]?ts$)/u.test(fileName) && packageNameOf(fileName) === BINDINGS;
}

function isRawSymbol(symbol: ts.Symbol | undefined): boolean {
  return symbol?.declarations?.some((declaration) => isRawFile(declaration.getSourceFile().fileName)) ?? false;
}

// A program is made anew when a file of it changes, so what was found in it stays true.
const found = new WeakMap<ts.Program, boolean>();

function usesRaw(program: ts.Program): boolean {
  let answer = found.get(program);
  if (answer === undefined) {
    answer = program.getSourceFiles().some((file) => isRawFile(file.fileName));
    found.set(program, answer);
  }
  return answer;
}

/** How an expression reaches a raw function. */
export interface RawReference {
  readonly name: string;
  /** `kernel[name]` with a name that is not known before it runs. */
  readonly dynamic: boolean;
}

/** A raw function that a pattern binds to a name of its own. */
export interface Destructured {
  readonly node: TSESTree.Node;
  readonly name: string;
}

/**
 * What `@netdevkit/bindings/raw` declares, as one file sees it: raw functions are the members of its interface `kernel`
 * that can be called, and its own functions; raw objects are its records that carry a kernel, and its classes.
 */
export class RawLayer {
  readonly #services: ParserServicesWithTypeInformation;
  readonly #checker: ts.TypeChecker;

  private constructor(services: ParserServicesWithTypeInformation) {
    this.#services = services;
    this.#checker = services.program.getTypeChecker();
  }

  /** The raw layer, when anything in the program can reach it. */
  static of(services: ParserServicesWithTypeInformation): RawLayer | undefined {
    return usesRaw(services.program) ? new RawLayer(services) : undefined;
  }

  /** The raw function that a member access or a name stands for. */
  reference(node: TSESTree.Node): RawReference | undefined {
    if (node.type === T.MemberExpression) return this.#member(node);
    if (node.type === T.Identifier) return this.#own(node);
    return undefined;
  }

  /** The raw functions that a pattern takes out of a kernel. */
  destructured(pattern: TSESTree.ObjectPattern): Destructured[] {
    // Of a pattern that is assigned to, the compiler gives the type of its targets.
    const { parent } = pattern;
    const type = this.#services.getTypeAtLocation(parent.type === T.AssignmentExpression ? parent.right : pattern);
    if (!this.isKernel(type)) return [];
    return pattern.properties.flatMap((property): Destructured[] => {
      if (property.type === T.RestElement) return [{ node: property, name: '...' }];
      const name = property.computed ? this.#literal(property.key) : nameOf(property.key);
      if (name !== undefined && !this.#isCallable(type, name)) return [];
      return [{ node: property, name: name ?? '[…]' }];
    });
  }

  /** Whether a value of the type may be the record of the kernel's functions. */
  isKernel(type: ts.Type): boolean {
    return constituents(type, this.#checker).some((member) => isKernelType(member));
  }

  /** Whether a value of the type may be a raw object, or a collection of raw objects. */
  isRawObject(type: ts.Type): boolean {
    return constituents(type, this.#checker).some(
      (member) => this.#isRecord(member, new Set()) || this.#elements(member).some((element) => this.isRawObject(element)),
    );
  }

  #isRecord(type: ts.Type, seen: Set<ts.Type>): boolean {
    if (seen.has(type)) return false;
    seen.add(type);
    if (!isRawSymbol(type.getSymbol())) return false;
    if (isKernelType(type) || type.isClass()) return true;
    return type.getProperties().some((property) =>
      alternatives(this.#checker.getTypeOfSymbol(property), this.#checker).some((member) => this.#isRecord(member, seen)),
    );
  }

  /** What an array, map or set holds. */
  #elements(type: ts.Type): readonly ts.Type[] {
    const name = type.getSymbol()?.name ?? '';
    return /^(?:Readonly)?(?:Weak)?(?:Array|Map|Set|Ref)$/u.test(name) && isReference(type) ? this.#checker.getTypeArguments(type) : [];
  }

  #member(node: TSESTree.MemberExpression): RawReference | undefined {
    const type = this.#services.getTypeAtLocation(node.object);
    const name = node.computed ? this.#literal(node.property) : nameOf(node.property);
    if (name === undefined) return this.isKernel(type) ? { name: '[…]', dynamic: true } : undefined;
    if (this.isKernel(type)) return this.#isCallable(type, name) ? { name, dynamic: false } : undefined;
    // A part of the interface, such as `Pick<kernel, 'consume_skb'>`, keeps the declarations of what it picked.
    const properties = alternatives(type, this.#checker).map((member) => this.#checker.getPropertyOfType(member, name));
    return properties.some((property) => this.#isKernelFunction(property)) ? { name, dynamic: false } : undefined;
  }

  #own(node: TSESTree.Identifier): RawReference | undefined {
    const symbol = this.#services.getSymbolAtLocation(node);
    if (symbol === undefined) return undefined;
    const target = resolveAlias(symbol, this.#checker);
    const isFunction = (target.flags & ts.SymbolFlags.Function) !== 0;
    return isFunction && isRawSymbol(target) ? { name: target.name, dynamic: false } : undefined;
  }

  #isCallable(type: ts.Type, name: string): boolean {
    return constituents(type, this.#checker).some((member) => {
      const property = isKernelType(member) ? this.#checker.getPropertyOfType(member, name) : undefined;
      return property !== undefined && this.#hasSignature(this.#checker.getTypeOfSymbol(property));
    });
  }

  #isKernelFunction(symbol: ts.Symbol | undefined): boolean {
    return isKernelMember(symbol) && symbol !== undefined && this.#hasSignature(this.#checker.getTypeOfSymbol(symbol));
  }

  #hasSignature(type: ts.Type): boolean {
    return alternatives(type, this.#checker).some((member) => member.getCallSignatures().length > 0);
  }

  /** The value of an expression whose type is one string. */
  #literal(node: TSESTree.Node): string | undefined {
    const type = this.#services.getTypeAtLocation(node);
    return type.isStringLiteral() ? type.value : undefined;
  }
}

function nameOf(node: TSESTree.Node): string | undefined {
  if (node.type === T.Identifier) return node.name;
  return node.type === T.Literal ? String(node.value) : undefined;
}

function isKernelType(type: ts.Type): boolean {
  const symbol = type.getSymbol();
  return symbol?.name === KERNEL && isRawSymbol(symbol);
}

function isKernelMember(symbol: ts.Symbol | undefined): boolean {
  return (
    symbol?.declarations?.some(
      ({ parent }) =>
        ts.isInterfaceDeclaration(parent) && parent.name.text === KERNEL && isRawFile(parent.getSourceFile().fileName),
    ) ?? false
  );
}

function isReference(type: ts.Type): type is ts.TypeReference {
  return (type.flags & ts.TypeFlags.Object) !== 0 && 'target' in type;
}

/** Whether a call is of a function whose name says that it is unsafe. */
export function unsafeCallee(node: TSESTree.CallExpression | TSESTree.NewExpression): string | undefined {
  const { callee } = node;
  const name = callee.type === T.MemberExpression && !callee.computed ? nameOf(callee.property) : nameOf(callee);
  return name !== undefined && /.Unsafe$/u.test(name) ? name : undefined;
}
