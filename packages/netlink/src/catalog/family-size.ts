import { isCode, isGenericFamily, isRawFamily, resolve, type AttributeSet, type Extension, type Field, type Operation, type Schema, type SubMessage } from '../schema/index.ts';
import type { FamilyEntry } from './family-entry.ts';

/** How much of a family can be decoded. */
export interface FamilySize {
  /** Types of messages; of a generic family commands, each way once. */
  readonly messages: number;
  /** Attributes in all sets that its messages reach, each once. */
  readonly attributes: number;
}

/**
 * Counts what a family's schemas describe.
 *
 * @param entry - the family
 * @param schemas - what it has loaded
 */
export function familySize(entry: FamilyEntry, schemas: readonly Schema[]): FamilySize {
  const operations = operationsOf(entry, schemas);
  const counter = new Counter(schemas.flatMap((schema) => (isRawFamily(schema) || isGenericFamily(schema) || isCode(schema) ? [] : [schema])));
  for (const operation of operations.values()) counter.format(operation);
  return { messages: operations.size, attributes: counter.count };
}

/** The messages that are the family's own, by what tells them apart. */
function operationsOf({ name, protocol, types }: FamilyEntry, schemas: readonly Schema[]): Map<string, Operation> {
  const found = new Map<string, Operation>();
  const add = (kind: string, operations: Readonly<Record<number, Operation>> = {}): void => {
    for (const [key, operation] of Object.entries(operations)) {
      const number = Number(key);
      if (types?.some(([from, to]) => from <= number && number <= to) ?? true) found.set(`${kind} ${key}`, operation);
    }
  };
  for (const schema of schemas) {
    if (isGenericFamily(schema) && protocol === undefined && schema.name === name) {
      add(schema.replies === undefined ? 'both' : 'request', schema.requests);
      add('reply', schema.replies);
    } else if (isRawFamily(schema) && schema.protocol === protocol) {
      // The same type means the same both ways.
      add('both', schema.requests);
      add('both', schema.replies);
      if (schema.others !== undefined) found.set('others', schema.others);
    }
  }
  return found;
}

/** Goes to every set that a message may hold. */
class Counter {
  count = 0;
  readonly #extensions: readonly Extension[];
  readonly #seen: Set<object> = new Set();

  constructor(extensions: readonly Extension[]) {
    this.#extensions = extensions;
  }

  format({ attributes, body }: Pick<Operation, 'attributes' | 'body'>): void {
    if (attributes !== undefined) this.#set(resolve(attributes));
    if (body !== undefined) this.#field(body);
  }

  #set(set: AttributeSet): void {
    if (this.#seen.has(set)) return;
    this.#seen.add(set);
    let { attributes } = set;
    for (const { sets = [] } of this.#extensions) for (const [other, fields] of sets) if (other === set) attributes = { ...attributes, ...fields };
    for (const field of Object.values(attributes)) {
      if (field.type !== 'pad' && field.type !== 'unused') this.count++;
      this.#field(field);
    }
  }

  #choice(choice: SubMessage): void {
    if (this.#seen.has(choice)) return;
    this.#seen.add(choice);
    const added = this.#extensions.flatMap(({ choices = [] }) => choices.filter(([other]) => other === choice).flatMap(([, formats]) => Object.values(formats)));
    for (const format of [...Object.values(choice.formats), ...added]) this.format(format);
  }

  #field({ set, message, element, format }: Field): void {
    if (set !== undefined) this.#set(resolve(set));
    if (message !== undefined) this.#choice(resolve(message));
    if (element !== undefined) this.#field(element);
    if (format !== undefined) this.format(format);
  }
}
