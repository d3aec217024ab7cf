import { pad, resolve, type Field } from './field.ts';

/** A structure of C: members one after another, without gaps but for those that are written as padding. */
export interface Struct {
  /** What it is called, as in the specifications. */
  readonly name: string;
  /** Its members. */
  readonly members: readonly Field[];
}

/**
 * A structure whose members follow each other without gaps.
 *
 * @param name - of the structure
 * @param members - padding among them
 * @example
 * ```ts
 * const rtgenmsg = struct('rtgenmsg', [u8('rtgen-family')]);
 * ```
 */
export function struct(name: string, members: readonly Field[]): Struct {
  return { name, members };
}

/**
 * A structure with the gaps that a C compiler leaves on a 64-bit machine: before members, and after the last.
 *
 * @param name - of the structure
 * @param members - without padding
 * @example
 * ```ts
 * const guid = cStruct('ifla_vf_guid', [u32('vf'), u64('guid')]); // four octets of padding between them
 * ```
 */
export function cStruct(name: string, members: readonly Field[]): Struct {
  const laid: Field[] = [];
  let at = 0;
  let widest = 1;
  const alignTo = (alignment: number): void => {
    const gap = (alignment - (at % alignment)) % alignment;
    if (gap > 0) laid.push(pad(gap));
    at += gap;
  };
  for (const member of members) {
    const alignment = alignmentOf(member);
    widest = Math.max(widest, alignment);
    alignTo(alignment);
    laid.push(member);
    const size = memberSize(member);
    // A last member without a length takes what is left: there is nothing after it to align.
    if (size < 0) return { name, members: laid };
    at += size;
  }
  alignTo(widest);
  return { name, members: laid };
}

const SCALARS: Readonly<Record<string, number>> = { u8: 1, s8: 1, u16: 2, s16: 2, u32: 4, s32: 4, u64: 8, s64: 8 };

/**
 * The octets that a member of a structure takes.
 *
 * @param member - the member
 * @returns -1 when it takes what is left
 */
export function memberSize(member: Field): number {
  const scalar = SCALARS[member.type];
  if (scalar !== undefined) return scalar;
  if (member.length !== undefined) return member.length;
  if (member.type === 'record' && member.struct !== undefined) return structSize(resolve(member.struct));
  return -1;
}

/**
 * The octets that a structure takes; of one whose last member takes what is left, those before it.
 *
 * @param of - the structure
 */
export function structSize(of: Struct): number {
  return of.members.reduce((size, member) => size + Math.max(0, memberSize(member)), 0);
}

function alignmentOf(member: Field): number {
  const scalar = SCALARS[member.type];
  if (scalar !== undefined) return scalar;
  if (member.type === 'record' && member.struct !== undefined) {
    return Math.max(1, ...resolve(member.struct).members.map(alignmentOf));
  }
  if (member.type === 'packed' && member.element !== undefined) return alignmentOf(member.element);
  return member.hint === 'ipv4-or-v6' && member.family !== undefined ? 4 : 1;
}
