/** A name that a header gives to something that may be a number: an object-like macro or an enumerator. */
export interface Declaration {
  readonly name: string;
  /** Absolute path of the header. */
  readonly file: string;
  /** What the macro expands to, or the enumerator's initialiser; empty when there is none. */
  readonly text: string;
  /** Which enumeration of the translation unit it belongs to, counted from 0; `undefined` for a macro. */
  readonly enumeration?: number;
}

/**
 * Lists the macros and enumerators of a preprocessed source (`gcc -E -dD`) in the order in which the headers have them.
 *
 * @param text - What the preprocessor wrote.
 * @returns One declaration per name. A macro that repeats an enumerator's name, so that `#ifdef` sees it, is left out.
 */
export function declarations(text: string): Declaration[] {
  const found = new Map<string, Declaration>();
  const reader = new EnumReader();
  let file = '';
  for (const line of text.split('\n')) {
    const marker = /^# \d+ "([^"]*)"/u.exec(line);
    if (marker) {
      file = marker[1] ?? '';
      continue;
    }
    const undefined_ = /^#undef (\w+)/u.exec(line);
    if (undefined_) found.delete(undefined_[1] ?? '');
    const macro = /^#define (\w+)(?: (.*))?$/u.exec(line);
    if (macro) {
      const [, name = '', body = ''] = macro;
      if (!found.has(name)) found.set(name, { name, file, text: body });
    }
    if (line.startsWith('#')) continue;
    for (const declaration of reader.read(line, file)) found.set(declaration.name, declaration);
  }
  return [...found.values()];
}

/** Picks the enumerators out of C text that comes line by line. */
class EnumReader {
  #count = 0;
  /** Where the reader is: outside, past the keyword `enum`, at an enumerator's name, or in its initialiser. */
  #state: 'outside' | 'head' | 'name' | 'value' = 'outside';
  #depth = 0;
  #pending: { name: string; file: string; text: string } | undefined;

  *read(line: string, file: string): Generator<Declaration> {
    for (const [token] of line.matchAll(/\w+|<<|\S/gu)) {
      switch (this.#state) {
        case 'outside':
          if (token === 'enum') this.#state = 'head';
          break;
        case 'head':
          // `enum tag {` opens one; `enum tag variable` only names a type.
          if (token === '{') this.#state = 'name';
          else if (!/^\w/u.test(token)) this.#state = 'outside';
          break;
        case 'name':
          if (/^\w/u.test(token)) {
            this.#pending = { name: token, file, text: '' };
            this.#state = 'value';
          } else if (token === '}') {
            this.#close();
          }
          break;
        case 'value':
          if (token === '(') this.#depth++;
          if (token === ')') this.#depth--;
          if (this.#depth === 0 && (token === ',' || token === '}')) {
            if (this.#pending) yield { ...this.#pending, enumeration: this.#count };
            this.#state = 'name';
            if (token === '}') this.#close();
          } else if (this.#pending && token !== '=') {
            this.#pending.text += token;
          }
          break;
      }
    }
  }

  #close(): void {
    this.#state = 'outside';
    this.#count++;
  }
}
