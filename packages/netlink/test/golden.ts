import { readFileSync } from 'node:fs';

/** A datagram as a kernel or a program sent it. */
export interface Golden {
  readonly what: string;
  readonly hex: string;
}

/** What a kernel said of a request's attributes. */
export interface PolicyCase {
  readonly family: string;
  readonly mode: 'strict' | 'liberal';
  readonly set: number;
  readonly headerLength: number;
  readonly request: string;
  readonly errno: number;
  readonly message?: string;
  readonly offset?: number;
  readonly policy?: string;
}

/** Policy dumps by family, and what the kernel said of requests. */
export interface PolicyGolden {
  readonly families: Readonly<Record<string, readonly string[]>>;
  readonly cases: readonly PolicyCase[];
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8'));

// CAST: the files are part of the tests, and in these shapes.
export const newlinks: readonly Golden[] = read('newlink-6.12.json') as Golden[];
// CAST: as above.
export const datagrams: readonly Golden[] = read('datagrams-6.12.json') as Golden[];
// CAST: as above.
export const policies: PolicyGolden = read('policies-6.18.json') as PolicyGolden;

/** Octets from hex digits. */
export const octets = (hex: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(hex, 'hex'));

/** Hex digits of octets. */
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The octets of the datagram that is described so. */
export function datagram(what: string): Uint8Array<ArrayBuffer> {
  const found = datagrams.find((golden) => golden.what === what);
  if (found === undefined) throw new Error(`no golden: ${what}`);
  return octets(found.hex);
}
