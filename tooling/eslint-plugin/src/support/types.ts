import ts from 'typescript';
import { packageNameOf } from './packages.ts';

/** Whether a symbol is declared by a package. */
export function isDeclaredBy(symbol: ts.Symbol | undefined, packageName: string | RegExp): boolean {
  return (
    symbol?.declarations?.some((declaration) => {
      const name = packageNameOf(declaration.getSourceFile().fileName);
      return typeof packageName === 'string' ? name === packageName : name !== undefined && packageName.test(name);
    }) ?? false
  );
}

/** The types that a value of a type may have: of a union its members, of a type parameter its constraint's. */
export function alternatives(type: ts.Type, checker: ts.TypeChecker): ts.Type[] {
  const constrained = type.flags & ts.TypeFlags.TypeParameter ? (checker.getBaseConstraintOfType(type) ?? type) : type;
  return constrained.isUnion() ? constrained.types.flatMap((member) => alternatives(member, checker)) : [constrained];
}

/** The alternatives of a type and the parts of those that are intersections. */
export function constituents(type: ts.Type, checker: ts.TypeChecker): ts.Type[] {
  return alternatives(type, checker).flatMap((member) => (member.isIntersection() ? member.types : [member]));
}

/** Whether a value of the type may be an instance of a class or interface of a package. */
export function mayBe(type: ts.Type, checker: ts.TypeChecker, packageName: string, name: string | RegExp): boolean {
  return constituents(type, checker).some((member) => isNamed(member, packageName, name));
}

/** Whether the type itself is a class or interface of a package, whatever its type arguments. */
export function isNamed(type: ts.Type, packageName: string, name: string | RegExp): boolean {
  // `aliasSymbol` is left out on purpose: what matters is what a value is, not which name its type was given.
  const symbol = type.getSymbol();
  if (symbol === undefined) return false;
  return (typeof name === 'string' ? symbol.name === name : name.test(symbol.name)) && isDeclaredBy(symbol, packageName);
}

/** The package of the TypeScript library's own declarations, such as `Array.prototype.push`. */
export function isStandardLibrary(symbol: ts.Symbol | undefined, program: ts.Program): boolean {
  return (
    symbol?.declarations?.some((declaration) => {
      const file = declaration.getSourceFile();
      return program.isSourceFileDefaultLibrary(file) || packageNameOf(file.fileName) === '@types/node';
    }) ?? false
  );
}

/** The symbol behind an imported name. */
export function resolveAlias(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}
