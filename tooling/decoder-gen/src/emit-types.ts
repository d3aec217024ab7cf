import { resolve, type AttributeSet, type Field, type Names, type Ref, type Struct, type SubMessage } from '@netdevkit/netlink/schema';
import type { Merged } from './merged.ts';
import { pascal } from './names.ts';

/** What nothing more is said of. */
const ANYTHING = 'AttributeObject';

const WIDE: ReadonlySet<string> = new Set(['u64', 's64', 'uint', 'sint']);

/**
 * Writes the types of what decoding gives and encoding takes: an object for each set of attributes and each structure, a
 * union for each set of names.
 */
export class TypeEmitter {
  readonly #merged: Merged;
  readonly #names: Map<object, string> = new Map();
  readonly #declarations: string[][] = [];
  /** Sub-messages whose one format is worth a type wherever they stand. */
  readonly #followed: ReadonlySet<string>;

  /**
   * @param merged - the schemas
   * @param followed - names of choices that have one format for all selectors, and are written out; others are any object
   */
  constructor(merged: Merged, followed: readonly string[]) {
    this.#merged = merged;
    this.#followed = new Set(followed);
  }

  /** What was declared, in the order in which it was met, parts before wholes. */
  get declarations(): readonly (readonly string[])[] {
    return this.#declarations;
  }

  /**
   * Declares the formats of a choice, and a table of them.
   *
   * @param choice - which
   * @param table - the name of the table
   * @param what - what it is a table of
   */
  choice(choice: SubMessage, table: string, what: string): void {
    const rows: string[] = [];
    for (const [selector, format] of Object.entries(this.#merged.formats(choice))) {
      if (selector === '*') continue;
      const type = format.attributes === undefined ? (format.header === undefined ? ANYTHING : this.#struct(format.header)) : this.#set(format.attributes);
      rows.push(`  readonly ${key(selector)}: ${type};`);
    }
    this.#declarations.push([`/** ${what} */`, `export interface ${table} {`, ...rows, '}']);
  }

  #set(ref: Ref<AttributeSet>): string {
    const set = resolve(ref);
    const known = this.#names.get(set);
    if (known !== undefined) return known;
    const name = this.#named(set, setName(set.name));
    this.#declarations.push([`/** Attributes: \`${set.name}\`. */`, `export type ${name} = {`, ...this.#members(set), '};']);
    return name;
  }

  #members(set: AttributeSet): string[] {
    const lines: string[] = [];
    for (const [type, field] of Object.entries(this.#merged.attributes(set))) {
      if (field.type === 'pad' || field.type === 'unused') continue;
      lines.push(`  /** Attribute ${type}: ${describe(field)}. */`, `  readonly ${key(field.name)}?: ${field.many === true ? list(this.#type(field)) : this.#type(field)};`);
    }
    return [...lines, '  /** What no schema has, or does not fit it: octets in hexadecimal, by the number of the attribute. */', `  readonly [raw: \`#\${string}\`]: string;`];
  }

  #struct(ref: Ref<Struct>): string {
    const struct = resolve(ref);
    const known = this.#names.get(struct);
    if (known !== undefined) return known;
    const name = this.#named(struct, pascal(struct.name));
    const lines = this.#merged
      .members(struct)
      .filter(({ type }) => type !== 'pad')
      .flatMap((member) => [`  /** ${capital(describe(member))}. */`, `  readonly ${key(member.name)}: ${this.#type(member)};`]);
    this.#declarations.push([`/** A structure: \`${struct.name}\`. */`, `export type ${name} = {`, ...lines, '};']);
    return name;
  }

  #type(field: Field): string {
    if (field.names !== undefined && field.type !== 'bitfield32') {
      const name = this.#union(field.names);
      return field.names.isFlags ? list(`${name} | Bits`) : `${name} | number`;
    }
    if (field.hint === 'ipv4') return 'string';
    switch (field.type) {
      case 'string':
      case 'binary':
        return 'string';
      case 'strings':
        return list('string');
      case 'flag':
        return 'true';
      case 'bitfield32': {
        const part = field.names === undefined ? 'number' : list(`${this.#union(field.names)} | Bits`);
        return `{ readonly value: ${part}; readonly selector: ${part} }`;
      }
      case 'record':
        return field.struct === undefined ? ANYTHING : this.#struct(field.struct);
      case 'nest':
        return field.set === undefined ? ANYTHING : this.#set(field.set);
      case 'packed':
      case 'indexed':
        return list(field.element === undefined ? ANYTHING : this.#type(field.element));
      case 'typed':
      case 'sized':
        return list(ANYTHING);
      case 'sub-message':
        return this.#subMessage(field);
      default:
        return WIDE.has(field.type) ? 'number | string' : 'number';
    }
  }

  /** A structure and the attributes behind it are one object. */
  #subMessage({ message }: Field): string {
    const choice = message === undefined ? undefined : resolve(message);
    const format = choice !== undefined && this.#followed.has(choice.name) ? this.#merged.formats(choice)['*'] : undefined;
    if (choice === undefined || format === undefined) return ANYTHING;
    const known = this.#names.get(choice);
    if (known !== undefined) return known;
    const parts: string[] = [];
    if (format.header !== undefined) parts.push(`Partial<${this.#struct(format.header)}>`);
    if (format.attributes !== undefined) parts.push(this.#set(format.attributes));
    const name = this.#named(choice, pascal(choice.name));
    this.#declarations.push([`/** \`${choice.name}\`. */`, `export type ${name} = ${parts.join(' & ')};`]);
    return name;
  }

  #union(names: Names): string {
    const known = this.#names.get(names);
    if (known !== undefined) return known;
    const values = [...new Set(Object.values(names.values))].map((value) => `'${value}'`);
    const name = this.#named(names, pascal(names.name), values.join());
    const what = names.isFlags ? 'Names of bits' : 'Names of values';
    if (!this.#declarations.some(([, line]) => line?.startsWith(`export type ${name} = `) === true)) {
      this.#declarations.push([`/** ${what}: \`${names.name}\`. */`, `export type ${name} = ${values.join(' | ')};`]);
    }
    return name;
  }

  /** A name that nothing else has: a second thing of one name gets a number, unless it says the same. */
  #named(thing: object, wanted: string, same?: string): string {
    for (let nth = 1; ; nth++) {
      const name = nth === 1 ? wanted : `${wanted}${String(nth)}`;
      const other = [...this.#names].find(([, taken]) => taken === name)?.[0];
      if (other !== undefined && (same === undefined || !isNames(other) || [...new Set(Object.values(other.values))].map((value) => `'${value}'`).join() !== same)) continue;
      this.#names.set(thing, name);
      return name;
    }
  }
}

function isNames(thing: object): thing is Names {
  return 'isFlags' in thing;
}

function setName(name: string): string {
  const [, kind] = /^linkinfo-(.*)-attrs$/u.exec(name) ?? [];
  return kind === undefined ? pascal(name.replace(/-attrs$/u, '')) : `${pascal(kind)}Data`;
}

function key(name: string): string {
  return /^[a-z_][a-z0-9_]*$/u.test(name) ? name : `'${name}'`;
}

function list(element: string): string {
  return element.includes(' ') || element.includes('{') ? `ReadonlyArray<${element}>` : `readonly ${element}[]`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const HINTS: Readonly<Record<string, string>> = {
  mac: 'a hardware address',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  'ipv4-or-v6': 'an IPv4 or IPv6 address',
  uuid: 'a UUID',
};

const TYPES: Readonly<Record<string, string>> = {
  uint: 'of 32 or 64 bits',
  sint: 'of 32 or 64 bits, signed',
  string: 'text',
  strings: 'texts',
  binary: 'octets in hexadecimal',
  flag: 'there or not',
  bitfield32: 'bits, and which of them count',
  record: 'a structure',
  packed: 'an array',
  nest: 'attributes',
  indexed: 'a list',
  typed: 'a list',
  sized: 'a list',
  'sub-message': 'what depends on another',
};

/** What a value is on the wire, in words. */
function describe(field: Field): string {
  const hinted = field.hint === undefined ? undefined : HINTS[field.hint];
  if (hinted !== undefined) return hinted;
  const [, sign, bits] = /^([us])(\d+)$/u.exec(field.type) ?? [];
  if (bits === undefined) return TYPES[field.type] ?? field.type;
  return `${bits} bits${sign === 's' ? ', signed' : ''}${field.bigEndian === true && bits !== '8' ? ', in network order' : ''}`;
}
