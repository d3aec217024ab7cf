import { isRange, type Expression, type FieldName, type Literal, type Range } from './expression.ts';
import { isPlainWord, quote } from './lexer.ts';

/**
 * Writes an expression down; {@link parseFilter} makes the same expression of it.
 *
 * @param expression - as `parseFilter` gives it
 */
export function printFilter(expression: Expression): string {
  switch (expression.kind) {
    case 'all':
      return expression.operands.map((operand) => (isCombination(operand) ? `(${printFilter(operand)})` : printFilter(operand))).join(' and ');
    case 'any':
      return expression.operands.map((operand) => (operand.kind === 'any' ? `(${printFilter(operand)})` : printFilter(operand))).join(' or ');
    case 'not':
      return isCombination(expression.operand) ? `not (${printFilter(expression.operand)})` : `not ${printFilter(expression.operand)}`;
    case 'word':
      return expression.word;
    case 'compare':
      return `${printField(expression.field)} ${expression.operator} ${printLiteral(expression.value)}`;
    case 'like':
      return `${printField(expression.field)} ~ ${printLiteral(expression.pattern)}`;
    case 'has':
      return `${printField(expression.field)} has ${printLiteral(expression.value)}`;
    case 'in':
      return `${printField(expression.field)} in ${printChoices(expression.choices)}`;
  }
}

function isCombination({ kind }: Expression): boolean {
  return kind === 'all' || kind === 'any';
}

function printField({ path }: FieldName): string {
  return path.join('.');
}

function printLiteral({ text, isQuoted }: Literal): string {
  return isQuoted || !isPlainWord(text) ? quote(text) : text;
}

function printChoices(choices: readonly (Literal | Range)[]): string {
  const [first] = choices;
  if (choices.length === 1 && first !== undefined && isRange(first)) return printChoice(first);
  return `(${choices.map((choice) => printChoice(choice)).join(', ')})`;
}

function printChoice(choice: Literal | Range): string {
  if (!isRange(choice)) return printLiteral(choice);
  const [from, to] = [printLiteral(choice.from), printLiteral(choice.to)];
  // Three dots would be a range that begins with one.
  return from.endsWith('.') || to.startsWith('.') ? `${from} .. ${to}` : `${from}..${to}`;
}
