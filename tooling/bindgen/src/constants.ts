import { AREAS, type Area } from './areas.ts';
import type { Compiler } from './compiler.ts';
import { evaluate } from './evaluate.ts';
import { declarations } from './preprocessed.ts';

/** A constant of a header. */
export interface Constant {
  readonly name: string;
  readonly value: bigint | string;
  /** The header writes it in hexadecimal or as a shift. */
  readonly hex: boolean;
  /** Which enumeration it belongs to; `undefined` for a macro. */
  readonly enumeration: number | undefined;
}

/** What the installed headers say. */
export interface Headers {
  /** Version of the kernel that the headers come from, such as `6.1.187`. */
  readonly linux: string;
  /** Version of the C library whose headers were read, such as `glibc 2.36`. */
  readonly libc: string;
  /** The constants of each area, in the headers' order, by the area's file. */
  readonly areas: ReadonlyMap<string, readonly Constant[]>;
  /** What each macro expands to. */
  readonly macros: ReadonlyMap<string, string>;
}

// `asm/ioctls.h` and `linux/ioctl.h` are what the ioctl numbers of other headers are made with.
const EXTRA_HEADERS = ['linux/version.h', 'linux/ioctl.h', 'asm/ioctls.h', 'sys/socket.h'];

const STRING = /^"([^"\\]*)"$/u;

// A number in hexadecimal, a shift, or an ioctl number put together from its parts.
const HEX = /\b0x|<<|\b_IO[RW]*\(/iu;

/** C text that includes every header of every area. */
export const PROLOGUE: string = [...EXTRA_HEADERS, ...AREAS.flatMap((area) => area.headers).filter((header) => !header.startsWith('bits/'))]
  .map((header) => `#include <${header}>`)
  .join('\n');

/**
 * Reads the constants of every area from the installed headers.
 *
 * @param compiler - The compiler.
 * @returns The constants.
 * @throws {@link MissingToolError} When the headers are missing.
 */
export function readConstants(compiler: Compiler): Headers {
  const all = declarations(compiler.preprocess(PROLOGUE));
  const versions = ['LINUX_VERSION_MAJOR', 'LINUX_VERSION_PATCHLEVEL', 'LINUX_VERSION_SUBLEVEL', '__GLIBC__', '__GLIBC_MINOR__'];
  const wanted = new Map(AREAS.map((area) => [area.file, all.filter((declaration) => takes(area, declaration.name, declaration.file))]));
  const names = [...wanted.values()].flatMap((list) => list.map((declaration) => declaration.name));
  const numbers = evaluate(compiler, PROLOGUE, [...versions, ...names]);
  const areas = new Map<string, readonly Constant[]>();
  for (const [file, list] of wanted) {
    const constants: Constant[] = [];
    const hexNames = new Set<string>();
    for (const { name, text, enumeration } of list) {
      const value = numbers.get(name) ?? STRING.exec(text)?.[1];
      if (value === undefined) continue;
      const hex = HEX.test(text) || (text.includes('|') && text.split(/\W+/u).some((word) => hexNames.has(word)));
      if (hex) hexNames.add(name);
      constants.push({ name, value, hex, enumeration });
    }
    areas.set(file, constants);
  }
  const [major, patchlevel, sublevel, glibc, glibcMinor] = versions.map((name) => numbers.get(name));
  return {
    linux: [major, patchlevel, sublevel].join('.'),
    libc: glibc === undefined ? 'another C library' : `glibc ${glibc}.${glibcMinor}`,
    areas,
    macros: new Map(all.filter((declaration) => declaration.enumeration === undefined).map(({ name, text }) => [name, text])),
  };
}

function takes(area: Area, name: string, file: string): boolean {
  if (name.startsWith('_') || !area.headers.some((header) => file.endsWith(`/${header}`))) return false;
  return area.only?.test(name) ?? true;
}
