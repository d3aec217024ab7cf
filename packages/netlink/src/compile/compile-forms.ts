import { putNumber, putUnsigned64 } from '../decode/digits.ts';
import { fits } from '../decode/fits.ts';
import type { FormCompiler, ObjectMaker, TextMaker } from '../decode/form-plan.ts';
import { readLong } from '../decode/numbers.ts';
import { putIp, putJsonText, putMac, putNamed } from '../decode/put.ts';
import type { FormSource } from './form-source.ts';
import { ObjectSource } from './object-source.ts';
import { TextSource } from './text-source.ts';

/** What code calls. */
const HELPERS = { fits, readLong, putIp, putJsonText, putMac, putNamed, putNumber, putUnsigned64 };

const AFTER = 256;
const HOT_AFTER = 16_384;

/** A page is told of each attempt that its policy forbids: there is one. */
let isForbidden = false;

/**
 * Makes code at run time for payloads that differ in a few values: objects are made by literals, text is written without looking for what
 * to write.
 *
 * It needs `new Function`, which a page's Content-Security-Policy has to allow (`unsafe-eval`); where code cannot be made,
 * messages are decoded as without it. What messages hold is no part of the code but as literals of JSON.
 *
 * @example
 * ```ts
 * import { compileForms } from '@netdevkit/netlink/compile';
 *
 * const context = new DecodeContext({ families: [rtLink], compiler: compileForms });
 * ```
 */
export const compileForms: FormCompiler = {
  after: AFTER,
  hotAfter: HOT_AFTER,
  objects: (plan) => compile<ObjectMaker>('walker', () => new ObjectSource(plan)),
  text: (plan) => compile<TextMaker>('writer', () => new TextSource(plan)),
};

/** Makes a function of a source; `undefined` where that is forbidden. */
function compile<Maker>(first: string, sourceOf: () => FormSource): Maker | undefined {
  if (isForbidden) return undefined;
  const { text, constants } = sourceOf();
  const parameters = [...Object.keys(HELPERS), ...constants.map(([name]) => name)];
  const values = [...Object.values(HELPERS), ...constants.map(([, value]) => value)];
  const body = `"use strict";\nreturn (${first}, bytes, view, start) => {\n${text}\n};`;
  try {
    // CAST: the body returns what the source is of.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what this is for; FormSource says what gets into the text
    const maker = new Function(...parameters, body) as (...values: readonly unknown[]) => Maker;
    return maker(...values);
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    isForbidden = true;
    return undefined;
  }
}
