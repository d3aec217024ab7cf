/**
 * Schemas as the decoder has compiled them: for programs that generate code from them.
 *
 * @packageDocumentation
 */

export { families, type FamilyEntry } from './catalog/index.ts';
export { setSignature, structSignature } from './decode/code.ts';
export { Entry } from './decode/entry.ts';
export { Kind } from './decode/kind.ts';
export { ChoiceTable, SetTable, StructTable, Tables, type FormatTable } from './decode/tables.ts';
export { isCode, isGenericFamily, isRawFamily, type Schema } from './schema/index.ts';
