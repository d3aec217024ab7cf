/**
 * One line for each netlink message, as text or JSON. What the lines are made from stands behind {@link Formatter}, so that a
 * decoder of every family can take this folder's place.
 *
 * @packageDocumentation
 */

export { errorReport, errorText, type ErrorReport } from './error-report.ts';
export { type Formatter, type Frame } from './frame.ts';
export { GenericFamilies } from './generic-families.ts';
export { JsonFormatter } from './json-formatter.ts';
export { printable } from './printable.ts';
export { TextFormatter, type Paint, type Part } from './text-formatter.ts';
