/**
 * Code that is made at run time, for programs that decode many messages.
 *
 * @packageDocumentation
 */

export { compileForms } from './compile-forms.ts';
