import type { Field, Layout, Scalar } from './layout.ts';

/** The functions of `src/octets.ts` that generated accessors may call. */
export const HELPERS = ['octets', 'setOctets', 'element'] as const;

/** Writes the accessors of a record as one object. */
export function emitLayout(record: Layout, header: string): string {
  const fields = record.fields.map((field) => `    ${field.name}: { offset: ${field.offset}, size: ${field.size}, type: '${field.type}' },\n`).join('');
  const accessors = record.fields.map((field) => accessor(field)).join('');
  const text = `${documentation(record, header)}export const ${record.name} = {
  SIZE: ${record.size},
  FIELDS: {
${fields}  },
${accessors}} as const;
`;
  return text;
}

function documentation(record: Layout, header: string): string {
  const rows = record.fields.map(({ name, offset, size, type }) => ` * | ${offset} | ${size} | \`${name}\` | \`${type}\` |\n`).join('');
  return `/**
 * Accessors of \`${record.kind} ${record.name}\` (${header}), ${record.size} octets.
 *
 * | offset | size | member | C type |
 * |---|---|---|---|
${rows} */
`;
}

function accessor({ name, offset, size, value }: Field): string {
  switch (value.kind) {
    case 'scalar': {
      const { type, read, write } = view(value.scalar);
      return (
        `  ${name}: (view: DataView, at: number): ${type} => view.${read(plus(offset))},\n` +
        `  set_${name}: (view: DataView, at: number, value: ${type}): void => view.${write(plus(offset))},\n`
      );
    }
    case 'array': {
      const { type, read, write } = view(value.scalar);
      const at = `element(${plus(offset)}, index, ${value.length}, ${value.scalar.bits / 8})`;
      return (
        `  ${name}: (view: DataView, at: number, index: number): ${type} => view.${read(at)},\n` +
        `  set_${name}: (view: DataView, at: number, index: number, value: ${type}): void => view.${write(at)},\n`
      );
    }
    case 'bytes':
      // An array of no declared length has as many elements as its user knows: FIELDS tells where it starts.
      if (size === 0) return '';
      return (
        `  ${name}: (view: DataView, at: number): Uint8Array => octets(view, ${plus(offset)}, ${size}),\n` +
        `  set_${name}: (view: DataView, at: number, value: Uint8Array): void => setOctets(view, ${plus(offset)}, ${size}, value),\n`
      );
    case 'record':
      return `  ${name}: (at: number): number => ${plus(offset)},\n`;
  }
}

function plus(offset: number): string {
  return offset === 0 ? 'at' : `at + ${offset}`;
}

interface View {
  readonly type: 'number' | 'bigint';
  readonly read: (at: string) => string;
  readonly write: (at: string) => string;
}

function view({ bits, signed, bigEndian }: Scalar): View {
  const method = `${bits === 64 ? 'Big' : ''}${signed ? 'Int' : 'Uint'}${bits}`;
  const order = bits === 8 ? '' : `, ${bigEndian ? 'false' : 'true'}`;
  return {
    type: bits === 64 ? 'bigint' : 'number',
    read: (at) => `get${method}(${at}${order})`,
    write: (at) => `set${method}(${at}, value${order})`,
  };
}
