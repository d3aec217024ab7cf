import {
  Kind,
  Tables,
  families,
  isCode,
  isGenericFamily,
  isRawFamily,
  type Entry,
  type FamilyEntry,
  type FormatTable,
  type Schema,
  type SetTable,
  type StructTable,
} from '@netdevkit/netlink/tables';
import type { Unit, ViewUnit } from './units.ts';

/** What a unit's messages are made of. */
export interface Parts {
  /** In the order in which they are met. */
  readonly sets: ReadonlySet<SetTable>;
  /** Those without a last member that takes what is left. */
  readonly structs: ReadonlySet<StructTable>;
}

/**
 * Finds the sets and structures of a unit's messages.
 *
 * @param unit - which messages
 */
export async function collect(unit: Unit): Promise<Parts> {
  const collector = new Collector(unit);
  const entries = unit.families.map((name) => entryOf(name));
  const { schemas, tables } = await load(entries);
  for (const entry of entries) for (const schema of schemas) for (const format of formatsOf(entry, schema, tables)) collector.format(format);
  return collector;
}

/**
 * What a message with a view holds.
 *
 * @param unit - which message
 */
export async function formatOf({ family, type, addressFamily }: ViewUnit): Promise<FormatTable> {
  const { schemas, tables } = await load([entryOf(family)]);
  for (const schema of schemas) {
    const operation = isRawFamily(schema) ? (schema.replies?.[type] ?? schema.requests[type]) : undefined;
    const format = addressFamily === undefined ? operation : operation?.byFamily?.[addressFamily];
    if (format !== undefined) return tables.format(format);
  }
  throw new RangeError(`${family}: no message ${String(type)}`);
}

async function load(entries: readonly FamilyEntry[]): Promise<{ readonly schemas: readonly Schema[]; readonly tables: Tables }> {
  const schemas = [...new Set((await Promise.all(entries.map((entry) => entry.load()))).flat())];
  const tables = new Tables();
  for (const schema of schemas) if (!isCode(schema) && !isRawFamily(schema) && !isGenericFamily(schema)) tables.extend(schema);
  return { schemas, tables };
}

function entryOf(name: string): FamilyEntry {
  const entry = families.find((family) => family.name === name);
  if (entry === undefined) throw new RangeError(`no family "${name}"`);
  return entry;
}

function* formatsOf({ name, protocol, types }: FamilyEntry, schema: Schema, tables: Tables): Generator<FormatTable> {
  if (!isRawFamily(schema) && !isGenericFamily(schema)) return;
  const isOwn = isRawFamily(schema) ? schema.protocol === protocol : protocol === undefined && schema.name === name;
  if (!isOwn) return;
  for (const [key, operation] of [...Object.entries(schema.requests), ...Object.entries(schema.replies ?? {})]) {
    const type = Number(key);
    if (protocol !== undefined && types?.some(([from, to]) => from <= type && type <= to) === false) continue;
    for (const format of [operation, operation.dump, ...Object.values(operation.byFamily ?? {})]) if (format !== undefined) yield tables.format(format);
  }
}

class Collector implements Parts {
  readonly sets: Set<SetTable> = new Set();
  readonly structs: Set<StructTable> = new Set();
  readonly #unit: Unit;

  constructor(unit: Unit) {
    this.#unit = unit;
  }

  #isLeftOut(name: string): boolean {
    return this.#unit.without?.test(name) ?? false;
  }

  format({ header, set, body }: FormatTable): void {
    if (header !== undefined) this.#struct(header);
    if (set !== undefined) this.#set(set);
    if (body !== undefined) this.#entry(body);
  }

  #set(set: SetTable): void {
    if (this.sets.has(set) || this.#isLeftOut(set.name)) return;
    this.sets.add(set);
    for (const entry of set.entries) if (entry !== undefined) this.#entry(entry);
  }

  #struct(struct: StructTable): void {
    if (this.structs.has(struct) || this.#isLeftOut(struct.name)) return;
    if (!struct.isOpen) this.structs.add(struct);
    for (const member of struct.members) this.#entry(member);
  }

  #entry(entry: Entry): void {
    const { element, choice, kind } = entry;
    if (kind === Kind.RECORD && entry.struct !== undefined) this.#struct(entry.struct);
    if (kind === Kind.NEST && entry.set !== undefined) this.#set(entry.set);
    if (element !== undefined) this.#entry(element);
    if (entry.format !== undefined) this.format(entry.format);
    for (const selector of choice?.selectors ?? []) {
      const format = this.#unit.kinds.includes(selector) ? choice?.format(selector) : undefined;
      if (format !== undefined) this.format(format);
    }
  }
}
