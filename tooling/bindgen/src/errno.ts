import type { Compiler } from './compiler.ts';
import { evaluate } from './evaluate.ts';
import { literal } from './emit.ts';
import { declarations } from './preprocessed.ts';

/** Headers that define the errno values of every architecture but a few old ones. */
export const ERRNO_HEADERS: readonly string[] = ['asm-generic/errno-base.h', 'asm-generic/errno.h'];

/** The errno values and what the C library says of them. */
export interface Errnos {
  readonly values: ReadonlyMap<string, bigint>;
  readonly messages: ReadonlyMap<bigint, string>;
}

/**
 * Reads the errno values from the headers and their messages from the C library.
 *
 * The messages are no constants of a header: this runs a small program, the only one that bindgen runs.
 *
 * @param compiler - The compiler; its programs must run on this machine.
 * @returns The values in the headers' order. A second name of a value (`EWOULDBLOCK`) is left out.
 */
export function readErrnos(compiler: Compiler): Errnos {
  const include = '#include <linux/errno.h>';
  const names = declarations(compiler.preprocess(include))
    .filter(({ name, file }) => /^E[A-Z0-9]+$/u.test(name) && ERRNO_HEADERS.some((header) => file.endsWith(`/${header}`)))
    .filter(({ text }) => /^\d+$/u.test(text))
    .map(({ name }) => name);
  const values = new Map([...evaluate(compiler, include, names)].sort(([, a], [, b]) => Number(a - b)));
  const numbers = [...values.values()];
  const lines = compiler.run(program(numbers)).split('\n');
  return { values, messages: new Map(numbers.map((value, index) => [value, lines[index] ?? ''])) };
}

/** Writes the module of the errno values. */
export function emitErrnos({ values, messages }: Errnos): string {
  const entries = [...values].map(([name, value]) => `  ${name}: ${value},\n`).join('');
  const texts = [...messages].map(([value, text]) => `  ${value}: ${literal({ value: text, hex: false })},\n`).join('');
  return `/** Errno values of Linux on x86-64 and arm64 (asm-generic/errno.h), by name. */
export const errno = {
${entries}} as const;

/** What the C library says of each errno value. */
export const messages: Readonly<Record<number, string>> = {
${texts}};
`;
}

function program(values: readonly bigint[]): string {
  return `#include <stdio.h>
#include <string.h>
int main(void) {
  static const int values[] = { ${values.join(', ')} };
  for (unsigned i = 0; i < sizeof values / sizeof *values; i++) puts(strerror(values[i]));
  return 0;
}
`;
}
