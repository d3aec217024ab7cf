/**
 * The Linux UAPI in C's spelling, generated from the kernel's headers: constants, tables of their names, and accessors of
 * the records.
 *
 * @packageDocumentation
 */

export * from './generated/index.ts';
export { flagNames, type NameTable } from './names.ts';
export * from './newer.ts';
