import type { Compiler } from './compiler.ts';
import { elfSection } from './elf.ts';

const ENTRY_SIZE = 16;

/**
 * Asks the compiler for the values of integer constant expressions, by way of a table in an object file.
 *
 * @param compiler - The compiler.
 * @param prologue - Text, of any number of lines, that includes the headers.
 * @param names - Macros and enumerators; one that is no integer constant is left out of the result.
 * @returns The values by name.
 */
export function evaluate(compiler: Compiler, prologue: string, names: readonly string[]): Map<string, bigint> {
  const head = `${prologue}
static const struct { unsigned long long value, negative; } bindgen[] __attribute__((used, section(".bindgen"))) = {
`;
  const firstLine = head.split('\n').length;
  let candidates = names;
  for (;;) {
    const result = compiler.compile(head + source(candidates));
    if ('object' in result) return decode(result.object, candidates);
    const refused = new Set(result.errors.map((error) => error.line - firstLine));
    const rest = candidates.filter((_, index) => !refused.has(index));
    if (rest.length === candidates.length) throw new Error(`the headers do not compile: ${result.errors[0]?.text ?? ''}`);
    candidates = rest;
  }
}

// One line per name, so that an error's line tells the name. The bit-field refuses what is no integer constant
// expression, such as a string; the second word keeps the sign apart, so that no bit of an unsigned value is lost.
function source(names: readonly string[]): string {
  const entries = names.map(
    (name) => `{ (unsigned long long)(${name}) + 0 * sizeof(struct { int b : 1 + 0 * (${name}); }), (${name}) < 0 },`,
  );
  return `${entries.join('\n')}\n};\n`;
}

function decode(object: Uint8Array, names: readonly string[]): Map<string, bigint> {
  const table = elfSection(object, '.bindgen') ?? new Uint8Array();
  if (table.byteLength !== names.length * ENTRY_SIZE) throw new Error('the compiler made a table of another size');
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  return new Map(
    names.map((name, index) => {
      const value = view.getBigUint64(index * ENTRY_SIZE, true);
      const negative = view.getBigUint64(index * ENTRY_SIZE + 8, true) !== 0n;
      return [name, negative ? BigInt.asIntN(64, value) : value];
    }),
  );
}
