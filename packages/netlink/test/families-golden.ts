import { readFileSync } from 'node:fs';
import { DecodeContext, PacketCursor, decodeStep, type DecodedMessage } from '../src/decode/index.ts';
import type { Schema } from '../src/schema/index.ts';

/** A message out of a capture of the C nlmon: in which file, and in which of its frames. */
export interface CapturedMessage {
  readonly what: string;
  readonly capture: string;
  readonly frame: number;
  readonly hex: string;
}

/** The messages of a file under `golden/`. */
export function captured(file: string): readonly CapturedMessage[] {
  // CAST: the files are part of the tests, and in this shape.
  return JSON.parse(readFileSync(new URL(`golden/${file}`, import.meta.url), 'utf8')) as CapturedMessage[];
}

/** A decoder of single messages, each in a context of its own. */
export function decoderOf(protocol: number, families: readonly Schema[]): (bytes: Uint8Array) => DecodedMessage {
  return (bytes) => {
    const cursor = new PacketCursor(new DecodeContext({ families }));
    cursor.reset({ protocol, bytes });
    if (!cursor.next()) throw new Error('nothing to decode');
    const step = decodeStep(cursor);
    if (!('typeId' in step)) throw new Error('no message');
    return step;
  };
}

/** Finds a captured message by what it is, and decodes it. */
export function goldenDecoder(file: string, decode: (bytes: Uint8Array) => DecodedMessage): (what: string) => DecodedMessage {
  const messages = captured(file);
  return (what) => {
    const found = messages.find((message) => message.what === what);
    if (found === undefined) throw new Error(`no golden: ${what}`);
    return decode(new Uint8Array(Buffer.from(found.hex, 'hex')));
  };
}

/** The keys of everything that was decoded that is not named: `#77`, `#trailing`. */
export function unnamed(value: unknown, path: string = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = path === '' ? key : `${path}.${key}`;
    return [...(key.startsWith('#') ? [here] : []), ...unnamed(inner, here)];
  });
}
