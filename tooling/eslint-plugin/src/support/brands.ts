import ts from 'typescript';
import { constituents } from './types.ts';

/**
 * Whether a type is branded: it has a property that no value is made with, keyed by a `unique symbol` of somebody's own
 * or named `__brand`. The language's symbols (`Symbol.iterator`, `Symbol.dispose`) make no brand.
 */
export function isBrand(type: ts.Type, checker: ts.TypeChecker): boolean {
  return constituents(type, checker).some((part) => part.getProperties().some((property) => isBrandKey(property)));
}

function isBrandKey(property: ts.Symbol): boolean {
  // The compiler's name for `[brand]` with a unique symbol: `__@brand@123`.
  const symbol = /^__@(\w+)@\d+$/u.exec(property.name)?.[1];
  if (symbol !== undefined) return !isLanguageSymbol(property);
  return /^_{0,2}brand$/iu.test(property.name);
}

function isLanguageSymbol(property: ts.Symbol): boolean {
  return (
    property.declarations?.some((declaration) => {
      const name = ts.getNameOfDeclaration(declaration);
      return name !== undefined && ts.isComputedPropertyName(name) && /^Symbol\.\w+$/u.test(name.expression.getText());
    }) ?? false
  );
}
