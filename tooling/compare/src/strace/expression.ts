/** What strace prints of an argument: C, with additions of its own. */
export type Expression = Struct | List | Text | Atom;

/** `{name=value, value}`. */
export interface Struct {
  readonly kind: 'struct';
  readonly members: readonly Member[];
}

/** A member: of a list `[index]=value`. */
export interface Member {
  /** The name, or the index; empty where there is none. */
  readonly name: string;
  readonly value: Expression;
}

/** `[value, [index]=value]`. */
export interface List {
  readonly kind: 'list';
  readonly items: readonly Member[];
}

/** A string: octets, one character each. */
export interface Text {
  readonly kind: 'text';
  readonly octets: string;
}

/** Everything else: numbers, names, flags, calls. */
export interface Atom {
  readonly kind: 'atom';
  readonly text: string;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', v: '\v', f: '\f', '0': '\0' };
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/** Reads expressions. */
class ExpressionReader {
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #skipSpace(): void {
    for (;;) {
      if (this.#peek() === ' ') this.#at++;
      else if (this.#text.startsWith('/*', this.#at)) this.#at = this.#end('*/');
      else return;
    }
  }

  #end(mark: string): number {
    const found = this.#text.indexOf(mark, this.#at);
    if (found < 0) throw this.#error(`no ${mark}`);
    return found + mark.length;
  }

  #error(message: string): SyntaxError {
    return new SyntaxError(`strace: ${message} at ${String(this.#at)}: ${this.#text.slice(this.#at, this.#at + 40)}`);
  }

  read(): Expression {
    this.#skipSpace();
    const first = this.#peek();
    const value = first === '{' || first === '[' ? this.#group(first) : first === '"' ? this.#string() : this.#atom();
    this.#skipSpace();
    return value;
  }

  #group(open: string): Struct | List {
    const close = CLOSING[open] ?? '';
    const items: Member[] = [];
    this.#at++;
    this.#skipSpace();
    while (this.#peek() !== close) {
      items.push(this.#member());
      if (this.#peek() === ',') this.#at++;
      else if (this.#peek() !== close) throw this.#error(`expected , or ${close}`);
      this.#skipSpace();
    }
    this.#at++;
    return open === '{' ? { kind: 'struct', members: items } : { kind: 'list', items };
  }

  #member(): Member {
    const value = this.read();
    if (this.#peek() !== '=') return { name: '', value };
    this.#at++;
    return { name: nameOf(value), value: this.read() };
  }

  #string(): Text {
    let octets = '';
    for (this.#at++; this.#peek() !== '"'; this.#at++) {
      if (this.#peek() === '') throw this.#error('a string without an end');
      octets += this.#peek() === '\\' ? this.#escape() : this.#peek();
    }
    this.#at++;
    // It says that there was no NUL, or more than was asked for.
    if (this.#text.startsWith('...', this.#at)) this.#at += 3;
    return { kind: 'text', octets };
  }

  #escape(): string {
    this.#at++;
    const letter = this.#peek();
    if (letter === 'x') {
      this.#at += 2;
      return String.fromCharCode(Number.parseInt(this.#text.slice(this.#at - 1, this.#at + 1), 16));
    }
    const octal = /^[0-7]{1,3}/.exec(this.#text.slice(this.#at, this.#at + 3))?.[0];
    if (octal === undefined) return ESCAPES[letter] ?? letter;
    this.#at += octal.length - 1;
    return String.fromCharCode(Number.parseInt(octal, 8));
  }

  #atom(): Atom {
    let text = '';
    let depth = 0;
    for (;;) {
      this.#skipSpace();
      const next = this.#peek();
      if (next === '' || (depth === 0 && ',}]=)'.includes(next))) break;
      if (next === '(') depth++;
      else if (next === ')') depth--;
      if (next === '"') text += JSON.stringify(this.#string().octets);
      else {
        text += next;
        this.#at++;
      }
    }
    if (text === '') throw this.#error('expected a value');
    return { kind: 'atom', text };
  }
}

function nameOf(value: Expression): string {
  if (value.kind === 'atom') return value.text;
  const [index] = value.kind === 'list' ? value.items : [];
  return index?.value.kind === 'atom' ? index.value.text : '';
}

/**
 * Reads an expression.
 *
 * @param text - what strace printed
 * @param at - where the expression starts
 * @returns the expression, and where it ends
 * @throws SyntaxError: it is none
 */
export function readExpression(text: string, at: number = 0): { readonly value: Expression; readonly end: number } {
  const reader = new ExpressionReader(text, at);
  const value = reader.read();
  return { value, end: reader.at };
}

/**
 * The member of a structure.
 *
 * @param value - the structure
 * @param name - of the member
 */
export function memberOf(value: Expression | undefined, name: string): Expression | undefined {
  return value?.kind === 'struct' ? value.members.find((member) => member.name === name)?.value : undefined;
}
