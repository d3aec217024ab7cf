import type { Expression, FieldName } from './expression.ts';
import { fieldOf } from './field.ts';
import { wordField } from './word.ts';

/**
 * Where in messages an expression looks: keys of the decoded form, from the outside in.
 *
 * @param expression - the expression
 */
export function pathsIn(expression: Expression): readonly (readonly string[])[] {
  switch (expression.kind) {
    case 'all':
    case 'any':
      return expression.operands.flatMap((operand) => pathsIn(operand));
    case 'not':
      return pathsIn(expression.operand);
    case 'word': {
      const name = wordField(expression.word);
      return name === undefined ? [] : pathsOf(name);
    }
    case 'compare':
    case 'like':
    case 'has':
    case 'in':
      return pathsOf(expression.field);
  }
}

function pathsOf(name: FieldName): readonly (readonly string[])[] {
  const field = fieldOf(name);
  return field?.kind === 'value' ? [field.path] : [];
}
