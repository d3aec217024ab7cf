import { Kind, type Entry, type SetTable, type StructTable } from '@netdevkit/netlink/tables';
import type { Dialect } from './dialect.ts';
import { mostDigits, reading } from './numbers.ts';
import { stores } from './stores.ts';

/** A structure's function. */
export interface StructFunction {
  /** Its name. */
  readonly name: string;
  /** Whether it needs the structure's table, and may make the writer grow. */
  readonly needsTable: boolean;
  /** The most octets that it writes between two calls that make room. */
  readonly bound: number;
  /** Its lines. */
  readonly lines: readonly string[];
}

/** Attributes that are called after one another. */
interface Case {
  /** The condition under which it is left to a walker. */
  readonly odd: string | undefined;
  /** What it does, and what it adds to `at`. */
  readonly lines: readonly string[];
  /** The most octets it writes, for each four that it reads. */
  readonly bound: number;
}

/** What uses the view that is written to, and what turns to another. */
const WRITES = /\bo\.|\(o,/u;
const RELOADS = /\bo = out\.view;/u;

/** A `0`, and a comma behind it. */
const DIGIT_AND_COMMA = 0x2c30;
const ROOM = 64;
/** Counters that are looked at together. */
const RUN = 8;
const HEADER = 4;

const padded = (size: number): number => (size + 3) & ~3;

/** Writes the code of one dialect. */
export class BytesEmitter {
  readonly #dialect: Dialect;
  readonly #structs: Map<StructTable, StructFunction> = new Map();
  /** What the module has to import. */
  readonly imports: Set<string> = new Set();

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /**
   * The function of a structure; {@link set} may call it from then on.
   *
   * @param table - the structure
   * @param name - of the function
   */
  struct(table: StructTable, name: string): StructFunction {
    const { walker } = this.#dialect;
    const members = table.members.map((member, index) => this.#member(member, index));
    const needsTable = members.some((member) => member.needsTable);
    const bound = ROOM + members.reduce((sum, member) => sum + member.bound, 0);
    const all = this.#runs(table.members, members.map(({ lines }) => lines)).map((line) => `  ${line.replaceAll('ROOM', String(bound))}`);
    const writes = all.some((line) => WRITES.test(line));
    const body = writes ? all : all.filter((line) => !RELOADS.test(line));
    const uses = (name: RegExp): boolean => body.some((line) => name.test(line));
    const fromWalker = [...(writes ? ['out'] : []), ...(uses(/\bi\.|, i,/u) ? ['view: i'] : []), ...(uses(/\bbytes\b/u) ? ['bytes'] : [])];
    const head = needsTable
      ? [
          `function ${name}(w: ${walker}, ${uses(/\btable\b|\bnames\[/u) ? 'table' : '_table'}: StructTable, to: number, at: number): number {`,
          ...(fromWalker.length === 0 ? [] : [`  const { ${fromWalker.join(', ')} } = w;`]),
          ...(uses(/\bnames\[/u) ? ['  const { names } = table;'] : []),
          ...(writes ? [`  ${uses(RELOADS) ? 'let' : 'const'} o = out.view;`] : []),
        ]
      : [`function ${name}(o: DataView, to: number, i: DataView, at: number): number {`];
    if (body.some((line) => line.includes('n = '))) head.push('  let n = 0;');
    const made: StructFunction = { name, needsTable, bound, lines: [...head, ...body, '  return to;', '}'] };
    this.#structs.set(table, made);
    return made;
  }

  /** Counters are mostly zero: where many of them follow each other, a few at a time are written as the text that zeros make. */
  #runs(members: readonly Entry[], lines: readonly (readonly string[])[]): string[] {
    const all: string[] = [];
    let from = 0;
    const isCounter = (index: number): boolean => {
      const member = members[index];
      return member !== undefined && !this.#dialect.isOdd(member) && !member.isHex && (member.kind === Kind.U32 || member.kind === Kind.U64);
    };
    while (from < members.length) {
      let end = from;
      while (end < members.length && end - from < RUN && isCounter(end)) end++;
      if (end - from < RUN / 2) {
        all.push(...(lines[from] ?? []));
        from++;
        continue;
      }
      const run = members.slice(from, end);
      const zeros = run.map((member) => `${this.#dialect.memberKey(member)}0${this.#dialect.separator}`).join('');
      const words = run.flatMap(({ offset, size }) => Array.from({ length: size / 4 }, (_, word) => `i.getInt32(at + ${String(offset + word * 4)}, true)`));
      all.push(`if ((${words.join(' | ')}) === 0) {`, ...stores(zeros).map((line) => `  ${line}`), `  to += ${String(zeros.length)};`, '} else {');
      all.push(...lines.slice(from, end).flatMap((each) => each.map((line) => `  ${line}`)), '}');
      from = end;
    }
    return all;
  }

  #member(member: Entry, index: number): { readonly lines: readonly string[]; readonly bound: number; readonly needsTable: boolean } {
    const dialect = this.#dialect;
    const key = dialect.memberKey(member);
    const at = member.offset === 0 ? 'at' : `at + ${String(member.offset)}`;
    const { kind } = member;
    const generic = [`to = w.member(table, ${String(index)}, at, to, ROOM);`, 'o = out.view;'];
    if (dialect.isOdd(member)) return { lines: generic, bound: 0, needsTable: true };
    if (kind <= Kind.S64) return { lines: [...stores(key), ...this.#digits(member, at, key.length)], bound: key.length + 24, needsTable: false };
    if ((kind === Kind.ENUM || kind === Kind.FLAGS) && member.isSmall) {
      return { lines: [...stores(key), `to = ${this.#named(member, index, at, key.length)};`], bound: key.length + (member.names?.most ?? 24), needsTable: true };
    }
    if (kind === Kind.PAD) {
      this.imports.add('isZero');
      const lines = [`if (!isZero(bytes, ${at}, at + ${String(member.offset + member.size)})) {`, ...generic.map((line) => `  ${line}`), '}'];
      return { lines, bound: 0, needsTable: true };
    }
    if ((kind === Kind.MAC || kind === Kind.BINARY) && member.size > 0) return this.#octetMember(member, key, at);
    return { lines: generic, bound: 0, needsTable: true };
  }

  #octetMember(member: Entry, key: string, at: string): { readonly lines: readonly string[]; readonly bound: number; readonly needsTable: boolean } {
    const { open, close } = this.#dialect;
    const put = member.kind === Kind.MAC ? 'putMac' : 'putHex';
    this.imports.add(put);
    const end = close === '' ? [] : [...stores(close), `to += ${String(close.length)};`];
    const lines = [...stores(key + open), `to = ${put}(o, to + ${String(key.length + open.length)}, bytes, ${at}, at + ${String(member.offset + member.size)});`, ...end];
    return { lines, bound: key.length + 8 + 3 * member.size, needsTable: true };
  }

  /** An expression: where what follows a name goes. */
  #named(entry: Entry, index: number, at: string, offset: number): string {
    const put = this.#dialect.method === 'text' ? 'putLabel' : 'putNamed';
    this.imports.add(put);
    return `${put}(o, to + ${String(offset)}, names[${String(index)}], ${reading(entry, at)})`;
  }

  /** Statements that write a number. Most are below ten: those are written without a call. */
  #digits(entry: Entry, at: string, offset: number): string[] {
    const isShort = this.#dialect.method === 'json' && entry.kind <= Kind.U32;
    if (!isShort) return [`to = ${this.#number(entry, at, offset)};`];
    this.imports.add('putNumber');
    return [
      `n = ${reading(entry, at)};`,
      'if (n < 10) {',
      `  o.setUint16(to + ${String(offset)}, ${String(DIGIT_AND_COMMA)} + n, true);`,
      `  to += ${String(offset + 2)};`,
      `} else to = putNumber(o, to + ${String(offset)}, n);`,
    ];
  }

  /** An expression: where what follows a number goes. */
  #number(entry: Entry, at: string, offset: number): string {
    const to = `to + ${String(offset)}`;
    if (entry.kind < Kind.U64 && this.#dialect.method === 'text' && entry.isHex) {
      this.imports.add('putHexNumber');
      return `putHexNumber(o, ${to}, ${reading(entry, at)})`;
    }
    if (entry.kind < Kind.U64) {
      this.imports.add('putNumber');
      return this.#dialect.after(`putNumber(o, ${to}, ${reading(entry, at)})`);
    }
    return this.#wide(entry.kind === Kind.S64, entry.bigEndian, at, offset);
  }

  #wide(isSigned: boolean, bigEndian: boolean, at: string, offset: number): string {
    const to = `to + ${String(offset)}`;
    if (this.#dialect.method === 'text') {
      this.imports.add('putText64');
      return `putText64(o, ${to}, i, ${at}, ${String(!bigEndian)}, ${String(isSigned)})`;
    }
    const put = isSigned ? 'putSigned64' : 'putUnsigned64';
    this.imports.add(put);
    return `${put}(o, ${to}, i, ${at}, ${String(!bigEndian)})`;
  }

  /**
   * The method of a set.
   *
   * @param table - the set
   */
  set(table: SetTable): string[] {
    const { method, walker } = this.#dialect;
    const cases = table.entries.flatMap((entry, type) => (entry === undefined ? [] : [this.#case(entry, type)]).map((made) => ({ entry, type, ...made })));
    const words = new Set(cases.map(({ type }) => type >> 5));
    const factor = Math.ceil(Math.max(1, ...cases.map(({ bound }) => bound)));
    const lines: string[] = [];
    for (const { entry, type, odd, lines: made } of cases) {
      if (entry === undefined) continue;
      // A view that never changes is not looked at again after each call: once the writer has grown, the walker goes on.
      const body = made.filter((line) => !RELOADS.test(line));
      const next = body.length === made.length ? ['        continue;'] : ['        if (out.view !== o) break;', '        continue;'];
      const seen = `seen${String(type >> 5)}`;
      const bit = String((1 << (type & 31)) | 0);
      lines.push(`      case ${String(type)}: // ${entry.name}`);
      if (entry.many) {
        lines.push(`        if ((${seen} & ${bit}) === 0) {`, `          ${seen} |= ${bit};`, ...body.map((line) => `          ${line}`), '        }', '        at += (size + 3) & ~3;', ...next);
        continue;
      }
      const again = `(${seen} & ${bit}) !== 0`;
      lines.push(`        if (${odd === undefined ? again : `${odd} || ${again}`}) break;`, `        ${seen} |= ${bit};`, ...body.map((line) => `        ${line}`), ...next);
    }
    const all = lines.map((line) => line.replaceAll('ROOM', `(end - at) * ${String(factor)} + ${String(ROOM)}`));
    const uses = (name: RegExp): boolean => all.some((line) => name.test(line.replace(/\/\/.*/u, '')));
    const fromWalker = ['out', 'view: i', ...(uses(/\bbytes\b/u) ? ['bytes'] : []), ...(uses(/\bindent\b/u) ? ['indent'] : [])].join(', ');
    return [
      `  ${method}(w: ${walker}, ${uses(/\btable\b|\bnames\[/u) ? 'table' : '_table'}: SetTable, start: number, end: number): number {`,
      `    const { ${fromWalker} } = w;`,
      ...(uses(/\bnames\[/u) ? ['    const { names } = table;'] : []),
      `    out.reserve((end - start) * ${String(factor)} + ${String(ROOM)});`,
      ...(uses(WRITES) || uses(/!== o\)/u) ? ['    const o = out.view;'] : []),
      '    let to = out.at;',
      '    let at = start;',
      ...(uses(/\bn = /u) ? ['    let n = 0;'] : []),
      ...[...words].map((word) => `    let seen${String(word)} = 0;`),
      '    while (end - at >= 4) {',
      '      const head = i.getUint32(at, true);',
      '      const size = head & 0xffff;',
      '      if (size < 4 || size > end - at) break;',
      '      switch ((head >>> 16) & 0x3fff) {',
      ...all.map((line) => `  ${line}`),
      '      }',
      '      break;',
      '    }',
      '    out.at = to;',
      '    return at;',
      '  },',
    ];
  }

  #case(entry: Entry, type: number): Case {
    const dialect = this.#dialect;
    const any = ['to = w.any(table, ' + String(type) + ', at, size, end, to, ROOM);', 'o = out.view;'];
    const rest: Case = { odd: undefined, lines: [...any, 'at += (size + 3) & ~3;'], bound: 0 };
    if (entry.many) return { ...rest, lines: any };
    if (dialect.isOdd(entry)) return rest;
    const key = dialect.key(entry);
    const line = dialect.method === 'text' ? ['to = putLine(o, to, indent);'] : [];
    if (line.length > 0) this.imports.add('putLine');
    const most = key.length + (line.length > 0 ? 88 : 0);
    const { kind } = entry;
    const fixed = (size: number, octets: number, lines: readonly string[]): Case => ({
      odd: `size !== ${String(HEADER + size)}`,
      lines: [...line, ...lines, `at += ${String(padded(HEADER + size))};`],
      bound: (most + octets) / padded(HEADER + size),
    });
    if (kind <= Kind.S64) return fixed(entry.size, mostDigits(entry) + 4, [...stores(key), ...this.#digits(entry, 'at + 4', key.length)]);
    switch (kind) {
      case Kind.ENUM:
      case Kind.FLAGS:
        if (!entry.isSmall) return rest;
        return fixed(entry.size, entry.names?.most ?? 24, [...stores(key), `to = ${this.#named(entry, type, 'at + 4', key.length)};`]);
      case Kind.FLAG:
        return fixed(0, 8, [...stores(key + dialect.flag), `to += ${String(key.length + dialect.flag.length)};`]);
      case Kind.STRING:
      case Kind.BINARY:
      case Kind.MAC:
        return this.#octets(entry, key, most, line, any);
      case Kind.IPV4:
        return fixed(4, 20, this.#address(key, 'putIpv4'));
      case Kind.IPV6:
        return fixed(16, 50, this.#address(key, 'putIpv6'));
      case Kind.IP: {
        const both = this.#address(key, 'putIp');
        return { odd: 'size !== 8 && size !== 20', lines: [...line, ...both, 'at += size;'], bound: (most + 50) / 8 };
      }
      case Kind.RECORD:
        return this.#record(entry, type, key, most, line, any) ?? rest;
      case Kind.NEST: {
        const opened = key.trimEnd() + dialect.openNest;
        const inside = `to = w.inside(table, ${String(type)}, at + 4, at + size, to + ${String(opened.length)}, ROOM);`;
        return { odd: 'w.isDeep', lines: [...line, ...stores(opened), inside, 'o = out.view;', 'at += (size + 3) & ~3;'], bound: (most + 4) / 4 };
      }
      case Kind.UINT: {
        this.imports.add('putNumber');
        const long = this.#wide(false, entry.bigEndian, 'at + 4', key.length);
        const short = dialect.after(`putNumber(o, to + ${String(key.length)}, i.getUint32(at + 4, ${String(!entry.bigEndian)}))`);
        return { odd: 'size !== 8 && size !== 12', lines: [...line, ...stores(key), `to = size === 8 ? ${short} : ${long};`, 'at += size;'], bound: (most + 24) / 8 };
      }
      case Kind.SUB_MESSAGE: {
        const opened = key.trimEnd();
        const bare = `to = w.bareOf(table, ${String(type)}, at + 4, at + size, to + ${String(opened.length)}, ROOM);`;
        return { odd: undefined, lines: [...line, ...stores(opened), bare, 'o = out.view;', 'at += (size + 3) & ~3;'], bound: (most + 4) / 4 };
      }
      case Kind.PACKED:
        return this.#array(entry, type) ?? rest;
      default:
        return rest;
    }
  }

  /** An array of plain numbers. */
  #array(entry: Entry, type: number): Case | undefined {
    const { element } = entry;
    if (element === undefined || element.plainSize <= 0 || this.#dialect.isOdd(element)) return undefined;
    const odd = element.size === 1 ? undefined : `((size - 4) & ${String(element.size - 1)}) !== 0`;
    return { odd, lines: [`to = w.array(table, ${String(type)}, at, size, to, ROOM);`, 'o = out.view;', 'at += (size + 3) & ~3;'], bound: 0 };
  }

  #address(key: string, put: string): string[] {
    const { open, close } = this.#dialect;
    this.imports.add(put);
    const from = put === 'putIp' ? 'at + 4, size - 4' : 'at + 4';
    const lines = [...stores(key + open), `to = ${put}(o, to + ${String(key.length + open.length)}, bytes, ${from});`];
    return close === '' ? lines : [...lines, ...stores(close), `to += ${String(close.length)};`];
  }

  #octets(entry: Entry, key: string, most: number, line: readonly string[], any: readonly string[]): Case {
    const { open, close, method } = this.#dialect;
    const offset = String(key.length + open.length);
    const end = close === '' ? [] : [...stores(close), `to += ${String(close.length)};`];
    const step = 'at += (size + 3) & ~3;';
    if (entry.kind === Kind.STRING) {
      const isJson = method === 'json';
      this.imports.add(isJson ? 'putJsonText' : 'putOctets');
      if (!isJson) this.imports.add('safeEnd');
      const find = isJson
        ? [...stores(key + open), `const next = putJsonText(o, to + ${offset}, bytes, at + 4, at + size);`]
        : ['const next = safeEnd(bytes, at + 4, at + size);'];
      const write = isJson
        ? [...stores(close).map((store) => store.replace('(to,', '(next,')), `to = next + ${String(close.length)};`]
        : [...line, ...stores(key), `to = putOctets(o, to + ${offset}, bytes, at + 4, next);`];
      const lines = [...find, 'if (next < 0) {', ...any.map((each) => `  ${each}`), '} else {', ...write.map((each) => `  ${each}`), '}', step];
      return { odd: undefined, lines: ['{', ...lines.map((each) => `  ${each}`), '}'], bound: (most + 12) / 4 };
    }
    const put = entry.kind === Kind.MAC ? 'putMac' : 'putHex';
    this.imports.add(put);
    const odd = method === 'text' ? 'size === 4' : undefined;
    return { odd, lines: [...line, ...stores(key + open), `to = ${put}(o, to + ${offset}, bytes, at + 4, at + size);`, ...end, step], bound: (most + 12) / 4 + 3 };
  }

  #record(entry: Entry, type: number, key: string, most: number, line: readonly string[], any: readonly string[]): Case | undefined {
    const { openRecord, closesRecord } = this.#dialect;
    const table = entry.struct;
    const made = table === undefined ? undefined : this.#structs.get(table);
    // A record of nothing has no comma to be replaced.
    if (table === undefined || made === undefined || table.size === 0 || !table.members.some(({ kind }) => kind !== Kind.PAD)) return undefined;
    const opened = key.trimEnd() + openRecord;
    const to = `to + ${String(opened.length)}`;
    const needed = made.needsTable ? [`const struct = table.entries[${String(type)}]?.struct;`, 'if (struct === undefined) break;'] : [];
    const call = made.needsTable
      ? [`out.at = ${to};`, `out.reserve(${String(made.bound)});`, `to = ${made.name}(w, struct, ${to}, at + 4);`, 'out.at = to;', 'out.reserve(ROOM);', 'o = out.view;']
      : [`to = ${made.name}(o, ${to}, i, at + 4);`];
    const close = closesRecord ? ['o.setUint16(to - 1, 0x2c7d, true);', 'to++;'] : [];
    const lines = [
      `if (size === ${String(HEADER + table.size)}) {`,
      ...[...needed, ...line, ...stores(opened), ...call, ...close].map((each) => `  ${each}`),
      '} else {',
      ...any.map((each) => `  ${each}`),
      '}',
      'at += (size + 3) & ~3;',
    ];
    return { odd: undefined, lines, bound: Math.max((most + made.bound + 8) / padded(HEADER + table.size), most / 4) };
  }
}
