import { Kind, type Entry, type FormatTable, type SetTable, type StructTable } from '@netdevkit/netlink/tables';
import { AttributeView } from '@netdevkit/netlink';

/** Methods that read what a number is underneath its names. */
const READERS: Readonly<Record<number, string>> = {
  [Kind.U8]: 'u8',
  [Kind.U16]: 'u16',
  [Kind.U32]: 'u32',
  [Kind.S8]: 's8',
  [Kind.S16]: 's16',
  [Kind.S32]: 's32',
  [Kind.U64]: 'u64',
  [Kind.S64]: 's64',
};

const OTHERS: Readonly<Record<number, readonly [method: string, type: string]>> = {
  [Kind.STRING]: ['textOf', 'string'],
  [Kind.MAC]: ['macOf', 'string'],
  [Kind.IPV4]: ['ipOf', 'string'],
  [Kind.IPV6]: ['ipOf', 'string'],
  [Kind.IP]: ['ipOf', 'string'],
};

const TAKEN: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(AttributeView.prototype));

/** Writes classes with a getter for each attribute that is one value or a nest. */
export class ViewEmitter {
  readonly #names: Map<SetTable, string> = new Map();
  readonly #classes: string[][] = [];

  /**
   * The classes of a message, those of its nests first.
   *
   * @param format - what the message holds
   * @param name - of its class
   * @param what - what it is a view of
   */
  message({ header, set }: FormatTable, name: string, what: string): string {
    const { getters, fields } = this.#attributes(set);
    // An attribute says more than the member of its name, which is older.
    const named = new Set(set?.entries.map((entry) => camel(entry?.name ?? '')));
    const members = header === undefined ? [] : this.#members(header, named);
    const size = String(header?.size ?? 0);
    const taken = new Set(TAKEN);
    for (const getter of [...members, ...getters]) {
      const property = /get (\w+)/u.exec(getter.join('\n'))?.[1] ?? '';
      if (taken.has(property)) throw new RangeError(`${name}.${property}: is there already`);
      taken.add(property);
    }
    this.#classes.push([
      `/** ${what}: what its header and its attributes say, read when it is asked for. */`,
      `export class ${name} extends AttributeView {`,
      ...fields,
      ...(fields.length > 0 ? [''] : []),
      '  constructor() {',
      `    super(${size}, ${String(set?.entries.length ?? 0)});`,
      '  }',
      ...[...members, ...getters].flatMap((getter) => ['', ...getter.map((line) => `  ${line}`)]),
      '}',
    ]);
    return `import { AttributeView } from '../../view/attribute-view.ts';\n\n${this.#classes.map((lines) => lines.join('\n')).join('\n\n')}\n`;
  }

  #nest(set: SetTable): string {
    const known = this.#names.get(set);
    if (known !== undefined) return known;
    const name = `${pascal(set.name.replace(/-attrs$/u, ''))}View`;
    if ([...this.#names.values()].includes(name)) throw new RangeError(`${name}: is there already`);
    this.#names.set(set, name);
    const { getters, fields } = this.#attributes(set);
    this.#classes.push([
      `/** \`${set.name}\`: a nest's attributes, read when they are asked for. */`,
      `export class ${name} extends AttributeView {`,
      ...fields,
      ...(fields.length > 0 ? [''] : []),
      '  /**',
      '   * @param parent - the view of the level around it',
      '   */',
      '  constructor(parent: AttributeView) {',
      `    super(0, ${String(set.entries.length)}, parent);`,
      '  }',
      ...getters.flatMap((getter) => ['', ...getter.map((line) => `  ${line}`)]),
      '}',
    ]);
    return name;
  }

  #members(header: StructTable, named: ReadonlySet<string>): string[][] {
    return header.members.flatMap((member) => {
      const reader = READERS[member.base];
      if (reader === undefined || member.size > 4 || reader === 's8' || reader === 's16') return [];
      const order = member.bigEndian ? ', true' : '';
      const property = named.has(camel(member.name)) ? `header${pascal(member.name)}` : camel(member.name);
      return [[`/** Of the header: \`${member.name}\`. */`, `get ${property}(): number | undefined {`, `  return this.${reader}At(${String(member.offset)}${order});`, '}']];
    });
  }

  #attributes(set: SetTable | undefined): { readonly getters: string[][]; readonly fields: string[] } {
    const getters: string[][] = [];
    const fields: string[] = [];
    set?.entries.forEach((entry, type) => {
      const getter = entry === undefined || entry.many ? undefined : this.#getter(entry, type, fields);
      if (getter !== undefined) getters.push([`/** Attribute ${String(type)}: \`${entry?.name ?? ''}\`. */`, ...getter]);
    });
    return { getters, fields };
  }

  #getter(entry: Entry, type: number, fields: string[]): string[] | undefined {
    const property = camel(entry.name);
    const { kind } = entry;
    const returning = (returns: string, value: string): string[] => [`get ${property}(): ${returns} {`, `  return ${value};`, '}'];
    if (kind === Kind.FLAG) return returning('boolean', `this.has(${String(type)})`);
    const other = OTHERS[kind];
    if (other !== undefined) return returning(`${other[1]} | undefined`, `this.${other[0]}(${String(type)})`);
    const reader = READERS[entry.base];
    if (reader !== undefined) {
      const order = entry.bigEndian ? ', true' : '';
      return returning(`${entry.size === 8 ? 'bigint' : 'number'} | undefined`, `this.${reader}Of(${String(type)}${order})`);
    }
    if (kind !== Kind.NEST || entry.set === undefined || !hasGetters(entry.set)) return undefined;
    const name = this.#nest(entry.set);
    fields.push(`  #${property}: ${name} | undefined;`);
    return [`get ${property}(): ${name} | undefined {`, `  this.#${property} ??= new ${name}(this);`, `  return this.#${property}.enter(this, ${String(type)}) ? this.#${property} : undefined;`, '}'];
  }
}

/** Whether a set has something that is one value. */
function hasGetters(set: SetTable): boolean {
  return set.entries.some((entry) => entry !== undefined && !entry.many && (entry.kind === Kind.FLAG || OTHERS[entry.kind] !== undefined || READERS[entry.base] !== undefined));
}

function camel(name: string): string {
  return name.replace(/[^A-Za-z0-9]+(.)/gu, (_, letter: string) => letter.toUpperCase());
}

function pascal(name: string): string {
  const word = camel(name);
  return word.charAt(0).toUpperCase() + word.slice(1);
}
