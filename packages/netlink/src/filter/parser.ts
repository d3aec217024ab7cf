import type { Comparison, Expression, FieldName, Literal, Range } from './expression.ts';
import { FilterError } from './filter-error.ts';
import { tokenize, type Token, type TokenKind } from './lexer.ts';

/** How deep parentheses and `not` may stand in one another. */
const MAX_DEPTH = 128;

const COMPARISONS: ReadonlySet<TokenKind> = new Set<TokenKind>(['==', '!=', '<', '<=', '>', '>=']);
const FIELD = /^[\w#-]+(?:\.[\w#-]+)*$/;

/**
 * Parses a filter expression.
 *
 * @param expression - such as `route and attr.ifname ~ "veth*"`
 * @throws FilterError: it is none; the message says what is wrong and the column where
 */
export function parseFilter(expression: string): Expression {
  return new Parser(expression).parse();
}

/**
 * Parses the name of a field.
 *
 * @param name - such as `attr.linkinfo.kind`
 * @throws FilterError: it is none
 */
export function parseFieldName(name: string): FieldName {
  if (!FIELD.test(name)) throw new FilterError('not the name of a field', name, 0);
  return { path: name.split('.'), at: 0 };
}

class Parser {
  readonly #expression: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(expression: string) {
    this.#expression = expression;
    this.#tokens = tokenize(expression);
  }

  parse(): Expression {
    const parsed = this.#any();
    const { kind, at } = this.#token;
    if (kind !== 'end') throw this.#error(kind === ')' ? 'nothing was opened that this closes' : 'expected "and", "or" or the end', at);
    return parsed;
  }

  #any(): Expression {
    return this.#combination('any', 'or', () => this.#combination('all', 'and', () => this.#negation()));
  }

  #combination(kind: 'all' | 'any', between: TokenKind, operand: () => Expression): Expression {
    const first = operand();
    if (this.#token.kind !== between) return first;
    const operands = [first];
    while (this.#take(between)) operands.push(operand());
    return { kind, operands };
  }

  #negation(): Expression {
    const { at } = this.#token;
    if (this.#take('not') || this.#take('!')) {
      this.#enter(at);
      const operand = this.#negation();
      this.#depth--;
      return { kind: 'not', operand };
    }
    if (!this.#take('(')) return this.#condition();
    this.#enter(at);
    const inside = this.#any();
    this.#depth--;
    if (!this.#take(')')) throw this.#error(`expected "and", "or" or the ")" of column ${String(at + 1)}`, this.#token.at);
    return inside;
  }

  #condition(): Expression {
    const token = this.#token;
    if (token.kind !== 'word') throw this.#error(whatIsMissing(token), token.at);
    this.#next++;
    const operator = this.#token;
    if (isComparison(operator.kind)) {
      this.#next++;
      return { kind: 'compare', field: this.#field(token), operator: operator.kind, value: this.#value(operator.text) };
    }
    switch (operator.kind) {
      case '~':
      case '!~': {
        this.#next++;
        const like: Expression = { kind: 'like', field: this.#field(token), pattern: this.#literal(operator.text) };
        return operator.kind === '~' ? like : { kind: 'not', operand: like };
      }
      case 'has':
        this.#next++;
        return { kind: 'has', field: this.#field(token), value: this.#value('has') };
      case 'in':
        this.#next++;
        return { kind: 'in', field: this.#field(token), choices: this.#choices() };
      case 'not':
        if (this.#tokens[this.#next + 1]?.kind === 'in') {
          this.#next += 2;
          return { kind: 'not', operand: { kind: 'in', field: this.#field(token), choices: this.#choices() } };
        }
        break;
      default:
    }
    return { kind: 'word', word: token.text, at: token.at };
  }

  #field({ text, at }: Token): FieldName {
    if (!FIELD.test(text)) throw this.#error(`${JSON.stringify(text)} is not the name of a field`, at);
    return { path: text.split('.'), at };
  }

  #choices(): (Literal | Range)[] {
    if (!this.#take('(')) return [this.#choice()];
    const choices = [this.#choice()];
    while (this.#take(',')) choices.push(this.#choice());
    if (!this.#take(')')) throw this.#error('expected "," or ")"', this.#token.at);
    return choices;
  }

  #choice(): Literal | Range {
    const from = this.#value('in');
    return this.#take('..') ? { from, to: this.#value('..') } : from;
  }

  /** A value that is no pattern. */
  #value(after: string): Literal {
    const literal = this.#literal(after);
    if (!literal.isQuoted && /[*?]/.test(literal.text)) {
      throw this.#error(`patterns come after "~"; in quotes "*" and "?" are themselves`, literal.at);
    }
    return literal;
  }

  #literal(after: string): Literal {
    const { kind, text, at } = this.#token;
    if (kind !== 'word' && kind !== 'text') throw this.#error(`expected a value after "${after}"`, at);
    this.#next++;
    return { text, isQuoted: kind === 'text', at };
  }

  #enter(at: number): void {
    if (++this.#depth > MAX_DEPTH) throw this.#error(`more than ${String(MAX_DEPTH)} parentheses and "not" within one another`, at);
  }

  #take(kind: TokenKind): boolean {
    if (this.#token.kind !== kind) return false;
    this.#next++;
    return true;
  }

  get #token(): Token {
    // The last token is the end, and nothing takes it.
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', at: this.#expression.length };
  }

  #error(message: string, at: number): FilterError {
    return new FilterError(message, this.#expression, at);
  }
}

function isComparison(kind: TokenKind): kind is Comparison {
  return COMPARISONS.has(kind);
}

function whatIsMissing({ kind, text }: Token): string {
  if (kind === 'end') return 'expected a condition, such as route or type == RTM_NEWLINK';
  if (kind === 'text') return 'a condition begins with a field or a name; only values have quotes';
  return `expected a condition before "${text}"`;
}
