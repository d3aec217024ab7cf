import { LineCounter, isAlias, isMap, isNode, isScalar, isSeq, parseDocument, type Document, type Node } from 'yaml';

/** A specification that this generator does not understand: says where. */
export class SpecError extends Error {
  override readonly name = 'SpecError';
}

/** A YAML document with what is needed to say where something stands in it. */
interface Source {
  readonly file: string;
  readonly lines: LineCounter;
  readonly document: Document;
}

/**
 * A mapping of a specification. Whoever reads it names every key that it knows, so that a key which is new to this
 * generator is an error and not a silent loss.
 */
export class SpecNode {
  readonly #source: Source;
  readonly #node: Node;
  readonly #values: ReadonlyMap<string, unknown>;
  /** Where in the document, for messages: `attribute-sets.link-attrs`. */
  readonly place: string;

  constructor(source: Source, node: unknown, place: string) {
    if (!isMap(node)) throw new SpecError(`${where(source, node)}: ${place}: expected a mapping`);
    this.#source = source;
    this.#node = node;
    this.place = place;
    const values = new Map<string, unknown>();
    for (const { key, value } of node.items) values.set(isScalar(key) ? String(key.value) : String(key), target(source, value));
    this.#values = values;
  }

  /**
   * Complains about this mapping.
   *
   * @throws SpecError
   */
  fail(problem: string): never {
    throw new SpecError(`${where(this.#source, this.#node)}: ${this.place}: ${problem}`);
  }

  /** Whether there is such a key, with a value. */
  has(key: string): boolean {
    return this.#scalar(key) !== null || isMap(this.#values.get(key)) || isSeq(this.#values.get(key));
  }

  /**
   * Makes sure that nothing is here that the reader does not know.
   *
   * @param known - keys that are read
   * @param ignored - keys that say nothing about octets
   */
  allow(known: readonly string[], ignored: readonly string[] = []): void {
    for (const key of this.#values.keys()) {
      if (!known.includes(key) && !ignored.includes(key)) this.fail(`unsupported key "${key}"`);
    }
  }

  /** A text that has to be there. */
  string(key: string): string {
    return this.optionalString(key) ?? this.fail(`expected "${key}"`);
  }

  /** A text. Numbers count as text: a name may look like one. */
  optionalString(key: string): string | undefined {
    const value = this.#scalar(key);
    if (value === null) return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return this.fail(`"${key}": expected a text`);
  }

  /** A whole number. */
  optionalNumber(key: string): number | undefined {
    const value = this.#scalar(key);
    if (value === null) return undefined;
    if (typeof value === 'number' && Number.isInteger(value)) return value;
    return this.fail(`"${key}": expected a whole number`);
  }

  /** A truth value; `false` if it is missing. */
  boolean(key: string): boolean {
    const value = this.#scalar(key);
    if (value === null) return false;
    return typeof value === 'boolean' ? value : this.fail(`"${key}": expected true or false`);
  }

  /** A mapping. */
  optionalMap(key: string): SpecNode | undefined {
    const value = this.#values.get(key);
    // An operation's `do:` may be empty.
    if (value === undefined || (isScalar(value) && value.value === null)) return undefined;
    return new SpecNode(this.#source, value, this.#join(key));
  }

  /** A list of mappings; empty if it is missing. */
  maps(key: string): SpecNode[] {
    return this.#items(key).map((item, index) => new SpecNode(this.#source, item, this.#placeOf(key, item, index)));
  }

  /** A list of texts; empty if it is missing. */
  strings(key: string): string[] {
    return this.#items(key).map((item) => {
      if (isScalar(item) && typeof item.value === 'string') return item.value;
      return this.fail(`"${key}": expected texts`);
    });
  }

  /** A list whose elements are names or mappings with a name: the elements of an enumeration. */
  entries(key: string): (string | SpecNode)[] {
    return this.#items(key).map((item, index) => {
      if (isScalar(item)) return typeof item.value === 'string' || typeof item.value === 'number' ? String(item.value) : this.fail(`"${key}": expected names`);
      return new SpecNode(this.#source, item, this.#placeOf(key, item, index));
    });
  }

  #items(key: string): readonly unknown[] {
    const value = this.#values.get(key);
    if (value === undefined || (isScalar(value) && value.value === null)) return [];
    return isSeq(value) ? value.items.map((item) => target(this.#source, item)) : this.fail(`"${key}": expected a list`);
  }

  #placeOf(key: string, item: unknown, index: number): string {
    const name = isMap(item) ? (item.get('name') ?? item.get('value')) : undefined;
    return `${this.#join(key)}.${typeof name === 'string' || typeof name === 'number' ? String(name) : String(index)}`;
  }

  #join(key: string): string {
    return this.place === '' ? key : `${this.place}.${key}`;
  }

  #scalar(key: string): unknown {
    const value = this.#values.get(key);
    if (value === undefined || isMap(value) || isSeq(value)) return null;
    return isScalar(value) ? value.value : null;
  }
}

/** What an alias stands for. */
function target(source: Source, node: unknown): unknown {
  return isAlias(node) ? node.resolve(source.document) : node;
}

function where(source: Source, node: unknown): string {
  const range = isNode(node) ? node.range : undefined;
  if (range == null) return source.file;
  const { line, col } = source.lines.linePos(range[0]);
  return `${source.file}:${String(line)}:${String(col)}`;
}

/**
 * Reads a YAML document.
 *
 * @param text - the document
 * @param file - its name, for messages
 * @param correct - may change it before it is read
 * @throws SpecError: it is no YAML
 */
export function parseSpec(text: string, file: string, correct: (document: Document) => void = () => undefined): SpecNode {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [problem] = document.errors;
  if (problem !== undefined) throw new SpecError(`${file}: ${problem.message}`);
  correct(document);
  return new SpecNode({ file, lines, document }, document.contents, '');
}
