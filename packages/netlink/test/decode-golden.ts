import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { families } from '../src/catalog/index.ts';
import { DecodeContext, PacketCursor } from '../src/decode/index.ts';
import type { Schema } from '../src/schema/index.ts';

/** The messages that were selected from one capture. */
interface CapturedMessages {
  readonly capture: string;
  readonly families: Readonly<Record<number, string>>;
  readonly messages: readonly (readonly [frame: number, protocol: number, octets: string])[];
}

/** One message, with a context that knows what its capture told. */
export interface Golden {
  readonly capture: string;
  readonly frame: number;
  readonly protocol: number;
  readonly bytes: Uint8Array;
  readonly genlFamilies: Readonly<Record<number, string>>;
}

const read = (): CapturedMessages[] => {
  const text = gunzipSync(readFileSync(new URL('golden/decode-messages.json.gz', import.meta.url))).toString();
  // CAST: the file is part of the tests, and in this shape.
  return JSON.parse(text) as CapturedMessages[];
};

/** One message of each kind that the captures hold. */
export const goldens: readonly Golden[] = read().flatMap(({ capture, families: genlFamilies, messages }) =>
  messages.map(([frame, protocol, octets]) => ({
    capture,
    frame,
    protocol,
    bytes: new Uint8Array(Buffer.from(octets, 'base64')),
    genlFamilies,
  })),
);

/** The schemas of all families, and the code that there is. */
export async function allSchemas(): Promise<readonly Schema[]> {
  const loaded = await Promise.all(families.map((family) => family.load()));
  const code = await Promise.all(families.flatMap((family) => (family.code === undefined ? [] : [family.code()])));
  return [...new Set([...loaded.flat(), ...code])];
}

/** Cursors by capture: each has a context that knows the numbers of its generic families. */
export class GoldenCursors {
  readonly #schemas: readonly Schema[];
  readonly #cursors: Map<string, PacketCursor> = new Map();

  constructor(schemas: readonly Schema[]) {
    this.#schemas = schemas;
  }

  /** A cursor that stands at a message; `undefined` if there is nothing. */
  at({ capture, genlFamilies, frame, protocol }: Golden, bytes: Uint8Array): PacketCursor | undefined {
    let cursor = this.#cursors.get(capture);
    if (cursor === undefined) {
      cursor = new PacketCursor(new DecodeContext({ families: this.#schemas, genlFamilies }));
      this.#cursors.set(capture, cursor);
    }
    cursor.reset({ protocol, bytes, frame, seconds: 1_763_745_600, nanoseconds: 5, interface: 'nlmon0' });
    return cursor.next() ? cursor : undefined;
  }
}
