import type { Comparison } from './expression.ts';
import { FilterError } from './filter-error.ts';

/** What a token is. Keywords are what is written in letters and means something of itself. */
export type TokenKind = Comparison | '~' | '!~' | '!' | '(' | ')' | ',' | '..' | 'and' | 'or' | 'not' | 'in' | 'has' | 'word' | 'text' | 'end';

/** A piece of an expression. */
export interface Token {
  readonly kind: TokenKind;
  /** Of a word or a keyword as it is written; of a text what is between the quotes. */
  readonly text: string;
  /** Where it stands, in characters from 0. */
  readonly at: number;
}

// Two dots end a word: they are a range.
const WORD = /(?:[A-Za-z0-9_:/@#+%*?-]|\.(?!\.))+/y;
const SPACE = /\s*/y;
const SYMBOLS: readonly (readonly [string, TokenKind])[] = [
  ['==', '=='], ['!=', '!='], ['<=', '<='], ['>=', '>='], ['!~', '!~'], ['&&', 'and'], ['||', 'or'], ['..', '..'],
  ['<', '<'], ['>', '>'], ['~', '~'], ['!', '!'], ['(', '('], [')', ')'], [',', ','], ['=', '=='],
]; // prettier-ignore
const KEYWORDS: ReadonlyMap<string, TokenKind> = new Map([['and', 'and'], ['or', 'or'], ['not', 'not'], ['in', 'in'], ['has', 'has']]); // prettier-ignore
const ESCAPES: ReadonlyMap<string, string> = new Map([['\\', '\\'], ['"', '"'], ["'", "'"], ['n', '\n'], ['t', '\t'], ['r', '\r'], ['0', '\0']]); // prettier-ignore

/**
 * Cuts an expression into tokens; the last is the end.
 *
 * @param expression - what somebody wrote
 * @throws FilterError
 */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  let at = skipSpace(expression, 0);
  while (at < expression.length) {
    const { token, end } = tokenAt(expression, at);
    tokens.push(token);
    at = skipSpace(expression, end);
  }
  tokens.push({ kind: 'end', text: '', at: expression.length });
  return tokens;
}

/**
 * Whether a text, written without quotes, is one word and no keyword.
 *
 * @param text - any
 */
export function isPlainWord(text: string): boolean {
  WORD.lastIndex = 0;
  return WORD.exec(text)?.[0] === text && !KEYWORDS.has(text.toLowerCase());
}

/**
 * A text with quotes around it, such that {@link tokenize} finds the same text in it.
 *
 * @param text - any
 */
export function quote(text: string): string {
  const inside = text.replace(/[\\"\n\t\r\0]/g, (character) => {
    const letter = [...ESCAPES].find(([, meaning]) => meaning === character)?.[0];
    return `\\${letter ?? character}`;
  });
  return `"${inside}"`;
}

function skipSpace(expression: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.exec(expression);
  return SPACE.lastIndex;
}

function tokenAt(expression: string, at: number): { readonly token: Token; readonly end: number } {
  const character = expression.charAt(at);
  if (character === '"' || character === "'") return quotedAt(expression, at, character);
  WORD.lastIndex = at;
  const word = WORD.exec(expression)?.[0];
  if (word !== undefined) {
    return { token: { kind: KEYWORDS.get(word.toLowerCase()) ?? 'word', text: word, at }, end: at + word.length };
  }
  const symbol = SYMBOLS.find(([text]) => expression.startsWith(text, at));
  if (symbol !== undefined) return { token: { kind: symbol[1], text: symbol[0], at }, end: at + symbol[0].length };
  if (character === '&' || character === '|') throw new FilterError(`write "${character}${character}", or in words`, expression, at);
  const shown = String.fromCodePoint(expression.codePointAt(at) ?? 0);
  throw new FilterError(`${JSON.stringify(shown)} means nothing here; text with such characters is written in quotes`, expression, at);
}

function quotedAt(expression: string, start: number, mark: string): { readonly token: Token; readonly end: number } {
  let text = '';
  for (let at = start + 1; at < expression.length; at++) {
    const character = expression.charAt(at);
    if (character === mark) return { token: { kind: 'text', text, at: start }, end: at + 1 };
    if (character !== '\\') {
      text += character;
      continue;
    }
    const escaped = expression.charAt(++at);
    const meaning = ESCAPES.get(escaped);
    if (meaning === undefined && at < expression.length) {
      throw new FilterError('after a backslash comes one of \\ " \' n t r 0', expression, at - 1);
    }
    text += meaning ?? '';
  }
  throw new FilterError('this quote has no end', expression, start);
}
