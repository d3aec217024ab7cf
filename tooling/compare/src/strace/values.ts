import type { Expression } from './expression.ts';
import { areSameNames, constantOf } from './names.ts';

/** Numbers of devices by name, as a capture tells them. */
export type Devices = ReadonlyMap<string, ReadonlySet<number>>;

/**
 * Whether a value of strace's is what was decoded.
 *
 * @param theirs - as it is printed
 * @param ours - as it was decoded
 * @param devices - numbers of devices by name
 */
export function isSameValue(theirs: Expression, ours: unknown, devices: Devices): boolean {
  switch (theirs.kind) {
    case 'text':
      return isSameText(theirs.octets, ours);
    case 'list':
      return isSameList(theirs.items.map(({ value }) => value), ours, devices);
    case 'struct':
      return false;
    case 'atom':
      return isSameAtom(theirs.text, ours, devices);
  }
}

function isSameText(octets: string, ours: unknown): boolean {
  if (typeof ours !== 'string') return false;
  const text = Buffer.from(octets, 'latin1');
  const isTerminated = octets.endsWith('\0');
  return text.toString('hex') === ours || text.subarray(0, isTerminated ? -1 : undefined).toString('utf8') === ours;
}

function isSameList(items: readonly Expression[], ours: unknown, devices: Devices): boolean {
  // A number of 64 bits may be two words there.
  if (typeof ours === 'number' && items.length === 2) {
    const [low = 0n, high = 0n] = items.map((item) => (item.kind === 'atom' ? BigInt(item.text) : -1n));
    // Or one of 16 bits two octets, the upper one in front.
    return BigInt(ours) === ((high << 32n) | low) || (low < 256n && high < 256n && BigInt(ours) === ((low << 8n) | high));
  }
  if (!Array.isArray(ours) || ours.length !== items.length) return false;
  return items.every((item, index) => isSameValue(item, ours[index], devices));
}

const NUMBER = /^-?(?:0x[0-9a-f]+|\d+)$/;

function isSameAtom(text: string, ours: unknown, devices: Devices): boolean {
  if (NUMBER.test(text) && (typeof ours === 'number' || isDigits(ours))) return isSameNumber(BigInt.asIntN(64, numberOf(text)), BigInt(ours));
  if (typeof ours === 'string' && text === ours) return true;
  const call = /^(\w+)\((.*)\)$/.exec(text);
  if (call !== null) return isSameCall(call[1] ?? '', call[2] ?? '', ours, devices);
  if (Array.isArray(ours)) return areSameFlags(text.split('|'), ours);
  if (typeof ours === 'number') return sumOf(text.split('|')) === BigInt(ours);
  return typeof ours === 'string' && areSameNames(text, ours);
}

function isDigits(value: unknown): value is string {
  return typeof value === 'string' && /^-?\d+$/.test(value);
}

function numberOf(text: string): bigint {
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
}

/** What has a sign there may have none here, and the other way round. */
function isSameNumber(theirs: bigint, ours: bigint): boolean {
  return theirs === ours || [8, 16, 32, 64].some((bits) => BigInt.asUintN(bits, theirs) === BigInt.asUintN(bits, ours) && (theirs < 0n || ours < 0n));
}

function isSameCall(name: string, argument: string, ours: unknown, devices: Devices): boolean {
  const text = /"([^"]*)"/.exec(argument)?.[1];
  switch (name) {
    case 'htons':
    case 'htonl':
      return isSameAtom(argument, ours, devices);
    case 'if_nametoindex':
      return typeof ours === 'number' && (devices.get(text ?? '')?.has(ours) ?? false);
    case 'inet_addr':
    case 'inet_pton':
      return ours === text;
    default:
      return false;
  }
}

/** Each flag of theirs is one of ours; bits that it has no names for are as many as names of ours are left. */
function areSameFlags(flags: readonly string[], ours: readonly unknown[]): boolean {
  const left = new Set(ours.map(String));
  let rest = 0n;
  for (const flag of flags) {
    if (constantOf(flag) === 0) continue;
    if (NUMBER.test(flag)) rest |= BigInt(flag);
    else {
      const found = [...left].find((name) => areSameNames(flag.replace('1<<', ''), name));
      if (found === undefined) return false;
      left.delete(found);
    }
  }
  const unnamed = [...left].find((name) => name.startsWith('0x'));
  if (unnamed !== undefined) {
    rest &= ~BigInt(unnamed);
    left.delete(unnamed);
  }
  return rest.toString(2).replaceAll('0', '').length === left.size;
}

/** The value of flags, by our own constants. */
function sumOf(flags: readonly string[]): bigint {
  let sum = 0n;
  for (const flag of flags) {
    const bit = flag.startsWith('1<<') ? constantOf(flag.slice(3)) : undefined;
    const number = NUMBER.test(flag) ? BigInt(flag) : bit === undefined ? constantOf(flag) : 1n << BigInt(bit);
    if (number === undefined) return -1n;
    sum |= BigInt(number);
  }
  return sum;
}
