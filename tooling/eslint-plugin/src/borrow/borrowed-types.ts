import type { ParserServicesWithTypeInformation, TSESTree } from '@typescript-eslint/utils';
import { AST_NODE_TYPES as T } from '@typescript-eslint/utils';
import ts from 'typescript';
import { withoutTypes } from '../support/functions.ts';
import { alternatives, isDeclaredBy, isNamed } from '../support/types.ts';

/** What callbacks lend: by package, the classes and interfaces of their arguments. */
const LENT: readonly (readonly [packageName: string, name: RegExp])[] = [
  ['@netdevkit/netdevice', /^(?:Device|DeviceSetup|\w+Context)$/u],
  ['@netdevkit/rtnl', /^(?:InfoWriter|\w+Context)$/u],
];
/** Views of octets that belong to what is lent. */
const VIEWS: typeof LENT = [['@netdevkit/skbuff', /^ReadonlyBytes$/u]];
/** The language's own containers, whose type arguments say what they hold. */
const CONTAINERS = /^(?:(?:Readonly)?(?:Array|Map|Set)|Weak(?:Map|Set|Ref)|Promise|Iterator|Generator|Iterable)$/u;
const DEPTH = 4;

/** What types say of borrowing. Skbs are left out: whether one is borrowed depends on where it came from. */
export class BorrowedTypes {
  readonly #services: ParserServicesWithTypeInformation;
  readonly #checker: ts.TypeChecker;

  constructor(services: ParserServicesWithTypeInformation) {
    this.#services = services;
    this.#checker = services.program.getTypeChecker();
  }

  /** Whether an expression is, or is a container or object literal of, something that callbacks are lent. */
  isHandle(node: TSESTree.Node): boolean {
    return this.#holds(this.#services.getTypeAtLocation(node), LENT, DEPTH) || this.#isPart(node);
  }

  /** The same of views of octets, such as `skb.data()`. */
  isView(node: TSESTree.Node): boolean {
    return this.#holds(this.#services.getTypeAtLocation(node), VIEWS, DEPTH) || (node.type === T.CallExpression && this.#isViewCall(node));
  }

  /** Whether an expression is a part of something lent that is good for as long, such as the statistics of a device. */
  #isPart(node: TSESTree.Node): boolean {
    if (node.type !== T.MemberExpression || !this.#isOf(this.#services.getTypeAtLocation(node.object), LENT)) return false;
    return this.isTied(node);
  }

  /** Whether an expression is an object of the kit, which may have ties to what it was taken from. */
  isTied(node: TSESTree.Node): boolean {
    return this.#isOfKit(this.#services.getTypeAtLocation(node));
  }

  #holds(type: ts.Type, kinds: typeof LENT, depth: number): boolean {
    if (this.#isOf(type, kinds)) return true;
    if (depth === 0) return false;
    return alternatives(type, this.#checker).some((member) => {
      const name = member.getSymbol()?.name ?? '';
      if (this.#checker.isArrayType(member) || this.#checker.isTupleType(member) || CONTAINERS.test(name)) {
        return isReference(member) && this.#checker.getTypeArguments(member).some((argument) => this.#holds(argument, kinds, depth - 1));
      }
      // A type with a name says what may be in it, not what is: `State` with a `dev?: Device` is no borrow.
      if (!isLiteralType(member)) return false;
      return member.getProperties().some((property) => this.#holds(this.#checker.getTypeOfSymbol(property), kinds, depth - 1));
    });
  }

  #isOf(type: ts.Type, kinds: typeof LENT): boolean {
    return alternatives(type, this.#checker).some((member) => kinds.some(([packageName, name]) => isNamed(member, packageName, name)));
  }

  /** Whether a type is a class or interface of the kit: an object with ties. */
  #isOfKit(type: ts.Type): boolean {
    return alternatives(type, this.#checker).some((member) => {
      const symbol = member.getSymbol();
      const isNominal = symbol !== undefined && (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)) !== 0;
      return isNominal && isDeclaredBy(symbol, /^@netdevkit\//u);
    });
  }

  /** `skb.data()` and `skb.writable()`, and `subarray` of them: views of the same octets, whatever their type. */
  #isViewCall(node: TSESTree.CallExpression): boolean {
    const callee = withoutTypes(node.callee);
    if (callee.type !== T.MemberExpression || callee.property.type !== T.Identifier || callee.computed) return false;
    const object = withoutTypes(callee.object);
    if (callee.property.name === 'subarray') return object.type === T.CallExpression && this.#isViewCall(object);
    if (callee.property.name !== 'data' && callee.property.name !== 'writable') return false;
    const type = this.#services.getTypeAtLocation(object);
    return alternatives(type, this.#checker).some((member) => isNamed(member, '@netdevkit/skbuff', 'SkBuff'));
  }
}

function isReference(type: ts.Type): type is ts.TypeReference {
  return (type.flags & ts.TypeFlags.Object) !== 0 && 'target' in type;
}

/** Whether a type was inferred from an object literal, or written as one. */
function isLiteralType(type: ts.Type): boolean {
  const symbol = type.getSymbol();
  if (symbol === undefined || type.getCallSignatures().length > 0) return false;
  return (symbol.flags & (ts.SymbolFlags.ObjectLiteral | ts.SymbolFlags.TypeLiteral)) !== 0;
}
