import { Kind, type Entry, type SetTable, type StructTable } from '@netdevkit/netlink/tables';
import { reading } from './numbers.ts';

const HEADER = 4;

const padded = (size: number): number => (size + 3) & ~3;

interface ObjectFunction {
  /** Its name. */
  readonly name: string;
  /** Whether it needs the walker and the structure's table. */
  readonly needsTable: boolean;
  /** Its lines. */
  readonly lines: readonly string[];
}

/** Writes the code that makes objects. */
export class ObjectEmitter {
  readonly #structs: Map<StructTable, ObjectFunction> = new Map();
  /** What the module has to import. */
  readonly imports: Set<string> = new Set();

  /**
   * The function of a structure; {@link set} may call it from then on.
   *
   * @param table - the structure
   * @param name - of the function
   */
  struct(table: StructTable, name: string): ObjectFunction {
    const values = table.members.map((member, index) => this.#member(member, index));
    const first = values.findIndex((value) => value === undefined);
    const literal = first === -1 ? values : values.slice(0, first);
    const needsTable = first !== -1 || values.some((value) => value?.includes('table.') === true);
    const lines = [needsTable ? `function ${name}(w: ObjectWalker, table: StructTable, at: number): JsonObject {` : `function ${name}(i: DataView, at: number): JsonObject {`];
    if (needsTable && values.some((value) => value?.includes('i.') === true || value?.includes('(i, ') === true)) lines.push('  const { view: i } = w;');
    lines.push(first === -1 ? '  return {' : '  const target: MutableJsonObject = {');
    literal.forEach((value, index) => lines.push(`    ${quoted(table.members[index])}: ${value ?? ''},`));
    lines.push('  };');
    for (let index = literal.length; index < table.members.length; index++) {
      const value = values[index];
      lines.push(value === undefined ? `  w.member(table, ${String(index)}, target, at);` : `  target[${quoted(table.members[index])}] = ${value};`);
    }
    if (first !== -1) lines.push('  return target;');
    lines.push('}');
    const made: ObjectFunction = { name, needsTable, lines };
    this.#structs.set(table, made);
    return made;
  }

  /** An expression; `undefined` for what is left to the walker, which knows whether it is there at all. */
  #member(member: Entry, index: number): string | undefined {
    const at = member.offset === 0 ? 'at' : `at + ${String(member.offset)}`;
    if (member.kind <= Kind.S64) return this.#number(member, at);
    if ((member.kind === Kind.ENUM || member.kind === Kind.FLAGS) && member.isSmall) return `w.named(table.names[${String(index)}], ${reading(member, at)})`;
    return undefined;
  }

  #number(entry: Entry, at: string): string {
    if (entry.kind < Kind.U64) return reading(entry, at);
    const isUsual = entry.kind === Kind.U64 && !entry.bigEndian;
    this.imports.add(isUsual ? 'readLong' : 'readWide');
    return isUsual ? `readLong(i, ${at})` : `readWide(i, ${at}, ${String(entry.kind === Kind.S64)}, ${String(entry.bigEndian)})`;
  }

  /**
   * The method of a set.
   *
   * @param table - the set
   */
  set(table: SetTable): string[] {
    const types = table.entries.flatMap((entry, type) => (entry === undefined ? [] : [type]));
    const words = new Set(types.map((type) => type >> 5));
    const lines = types.flatMap((type) => {
      const entry = table.entries[type];
      return entry === undefined ? [] : this.#case(entry, type);
    });
    const uses = (name: RegExp): boolean => lines.some((line) => name.test(line.replace(/\/\/.*/u, '')));
    const fromWalker = ['view: i', ...(uses(/\(bytes,/u) ? ['bytes'] : [])].join(', ');
    return [
      `  object(w: ObjectWalker, ${uses(/\btable\b/u) ? 'table' : '_table'}: SetTable, target: MutableJsonObject, start: number, end: number): number {`,
      `    const { ${fromWalker} } = w;`,
      '    let at = start;',
      ...[...words].map((word) => `    let seen${String(word)} = 0;`),
      '    while (end - at >= 4) {',
      '      const head = i.getUint32(at, true);',
      '      const size = head & 0xffff;',
      '      if (size < 4 || size > end - at) break;',
      '      switch ((head >>> 16) & 0x3fff) {',
      ...lines.map((line) => `        ${line}`),
      '      }',
      '      break;',
      '    }',
      '    return at;',
      '  },',
    ];
  }

  #case(entry: Entry, type: number): string[] {
    const seen = `seen${String(type >> 5)}`;
    const bit = String((1 << (type & 31)) | 0);
    const any = `w.any(table, ${String(type)}, target, at, size, end);`;
    const label = `case ${String(type)}: // ${entry.name}`;
    const step = '  at += (size + 3) & ~3;';
    if (entry.many) return [label, `  if ((${seen} & ${bit}) === 0) {`, `    ${seen} |= ${bit};`, `    ${any}`, '  }', step, '  continue;'];
    const again = `(${seen} & ${bit}) !== 0`;
    const key = quoted(entry);
    const written = (odd: string | undefined, value: string, advance: string = step): string[] => [
      label,
      `  if (${odd === undefined ? again : `${odd} || ${again}`}) break;`,
      `  ${seen} |= ${bit};`,
      `  target[${key}] = ${value};`,
      advance,
      '  continue;',
    ];
    const fixed = (size: number, value: string): string[] => written(`size !== ${String(HEADER + size)}`, value, `  at += ${String(padded(HEADER + size))};`);
    const rest = [label, `  if (${again}) break;`, `  ${seen} |= ${bit};`, `  ${any}`, step, '  continue;'];
    const { kind } = entry;
    if (kind <= Kind.S64) return fixed(entry.size, this.#number(entry, 'at + 4'));
    switch (kind) {
      case Kind.ENUM:
      case Kind.FLAGS:
        return entry.isSmall ? fixed(entry.size, `w.named(table.names[${String(type)}], ${reading(entry, 'at + 4')})`) : rest;
      case Kind.FLAG:
        return fixed(0, 'true');
      case Kind.STRING:
        return [label, `  if (${again}) break;`, '  {', '    const value = w.text(at + 4, at + size);', '    if (value === undefined) break;', `    target[${key}] = value;`, '  }', `  ${seen} |= ${bit};`, step, '  continue;'];
      case Kind.BINARY:
        this.imports.add('hexText');
        return written(undefined, 'hexText(bytes, at + 4, size - 4)');
      case Kind.MAC:
        return written(undefined, 'w.mac(at + 4, size - 4)');
      case Kind.IPV4:
        return fixed(4, 'w.ipv4(at + 4)');
      case Kind.IPV6:
        return fixed(16, 'w.ipv6(at + 4)');
      case Kind.IP:
        return written('size !== 8 && size !== 20', 'size === 8 ? w.ipv4(at + 4) : w.ipv6(at + 4)', '  at += size;');
      case Kind.RECORD:
        return this.#record(entry, type, key, again, seen, bit, any) ?? rest;
      case Kind.NEST:
        return written('w.isDeep', `w.inside(table, ${String(type)}, at + 4, at + size)`);
      case Kind.UINT:
        this.imports.add('readWide');
        return written('size !== 8 && size !== 12', `size === 8 ? i.getUint32(at + 4, ${String(!entry.bigEndian)}) : readWide(i, at + 4, false, ${String(entry.bigEndian)})`, '  at += size;');
      case Kind.PACKED: {
        const { element } = entry;
        if (element === undefined || element.plainSize <= 0) return rest;
        this.imports.add('readArray');
        const odd = element.plainSize === 1 ? undefined : `((size - 4) & ${String(element.plainSize - 1)}) !== 0`;
        return written(odd, `readArray(i, at + 4, at + size, ${String(element.kind)}, ${String(element.plainSize)}, ${String(element.bigEndian)})`);
      }
      default:
        return rest;
    }
  }

  #record(entry: Entry, type: number, key: string, again: string, seen: string, bit: string, any: string): string[] | undefined {
    const { struct } = entry;
    const made = struct === undefined ? undefined : this.#structs.get(struct);
    if (struct === undefined || made === undefined) return undefined;
    const whole = `size === ${String(HEADER + struct.size)}`;
    const head = [`case ${String(type)}: // ${entry.name}`, `  if (${again}) break;`, `  ${seen} |= ${bit};`];
    const tail = ['  at += (size + 3) & ~3;', '  continue;'];
    if (!made.needsTable) return [...head, `  if (${whole}) target[${key}] = ${made.name}(i, at + 4);`, `  else ${any}`, ...tail];
    return [
      ...head,
      '  {',
      `    const struct = table.entries[${String(type)}]?.struct;`,
      `    if (struct !== undefined && ${whole}) target[${key}] = ${made.name}(w, struct, at + 4);`,
      `    else ${any}`,
      '  }',
      ...tail,
    ];
  }
}

function quoted(entry: Entry | undefined): string {
  return `'${(entry?.name ?? '').replaceAll(/['\\]/gu, (character) => `\\${character}`)}'`;
}
