import {
  BPF_ABS,
  BPF_ALU,
  BPF_AND,
  BPF_B,
  BPF_H,
  BPF_IMM,
  BPF_JA,
  BPF_JEQ,
  BPF_JGE,
  BPF_JGT,
  BPF_JMP,
  BPF_JSET,
  BPF_K,
  BPF_LD,
  BPF_LEN,
  BPF_LSH,
  BPF_MAXINSNS,
  BPF_MISC,
  BPF_OR,
  BPF_RET,
  BPF_RSH,
  BPF_SUB,
  BPF_TAX,
  BPF_TXA,
  BPF_W,
  BPF_X,
  sock_filter,
} from '@netdevkit/bindings';

/** Comparisons of the accumulator with a number: equal, greater, greater or equal, has one of the bits. */
export type BpfTest = 'eq' | 'gt' | 'ge' | 'set';

/**
 * One instruction of a classic socket filter, or a label that jumps name.
 *
 * Offsets may be negative: `SKF_AD_OFF + SKF_AD_PROTOCOL` is the packet's protocol, for example. Loads are big-endian.
 */
export type BpfInstruction =
  /** Loads 4, 2 or 1 octets of the packet; a packet that is too short is rejected. */
  | { readonly op: 'load'; readonly size: 4 | 2 | 1; readonly at: number }
  /** Loads the packet's length. */
  | { readonly op: 'length' }
  /** Loads a number. */
  | { readonly op: 'value'; readonly value: number }
  /** Computes with a number. */
  | { readonly op: 'and' | 'or' | 'left' | 'right'; readonly value: number }
  /** Computes with the index register. */
  | { readonly op: 'orIndex' | 'subtractIndex' }
  /** Copies the accumulator to the index register, or back. */
  | { readonly op: 'toIndex' | 'fromIndex' }
  /** Goes to one label or the other; a label left out is the next instruction. */
  | { readonly op: 'jump'; readonly test: BpfTest; readonly value: number; readonly then?: string; readonly otherwise?: string }
  /** Goes to a label. */
  | { readonly op: 'goto'; readonly label: string }
  /** Ends: how many octets of the packet to pass on; 0 rejects it. */
  | { readonly op: 'return'; readonly length: number }
  | { readonly op: 'label'; readonly label: string };

const TESTS: Readonly<Record<BpfTest, number>> = { eq: BPF_JEQ, gt: BPF_JGT, ge: BPF_JGE, set: BPF_JSET };
const SIZES = { 4: BPF_W, 2: BPF_H, 1: BPF_B } as const;
const ARITHMETIC = { and: BPF_AND, or: BPF_OR, left: BPF_LSH, right: BPF_RSH } as const;
/** How far a conditional jump reaches. */
const REACH = 0xff;

/**
 * Assembles a classic socket filter for `SO_ATTACH_FILTER`.
 *
 * C twin: an array of `struct sock_filter` (linux/filter.h).
 *
 * @param instructions - the program; the last is a return
 * @returns its octets
 * @throws RangeError: a jump goes backwards or too far, to a label that is not there, or the program is too long
 *
 * @example
 * ```ts
 * import { SKF_AD_OFF, SKF_AD_PROTOCOL } from '@netdevkit/bindings';
 * import { assemble } from '@netdevkit/linux';
 *
 * // Generic netlink (16) alone.
 * const program = assemble([
 *   { op: 'load', size: 2, at: SKF_AD_OFF + SKF_AD_PROTOCOL },
 *   { op: 'jump', test: 'eq', value: 16, otherwise: 'no' },
 *   { op: 'return', length: 0xffff_ffff },
 *   { op: 'label', label: 'no' },
 *   { op: 'return', length: 0 },
 * ]);
 * ```
 */
export function assemble(instructions: readonly BpfInstruction[]): Uint8Array<ArrayBuffer> {
  const places = new Map<string, number>();
  let count = 0;
  for (const instruction of instructions) {
    if (instruction.op === 'label') {
      if (places.has(instruction.label)) throw new RangeError(`bpf: expected each label once, got ${instruction.label} again`);
      places.set(instruction.label, count);
    } else count += 1;
  }
  if (count === 0 || count > BPF_MAXINSNS) throw new RangeError(`bpf: expected 1 to ${String(BPF_MAXINSNS)} instructions, got ${String(count)}`);
  const bytes = new Uint8Array(count * sock_filter.SIZE);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const instruction of instructions) {
    if (instruction.op === 'label') continue;
    const { code, jt = 0, jf = 0, k = 0 } = encode(instruction, (label, reach) => distance(places, label, at, count, reach));
    const offset = at * sock_filter.SIZE;
    sock_filter.set_code(view, offset, code);
    sock_filter.set_jt(view, offset, jt);
    sock_filter.set_jf(view, offset, jf);
    sock_filter.set_k(view, offset, k >>> 0);
    at += 1;
  }
  return bytes;
}

interface Encoded {
  readonly code: number;
  readonly jt?: number;
  readonly jf?: number;
  readonly k?: number;
}

function encode(instruction: Exclude<BpfInstruction, { readonly op: 'label' }>, to: (label: string, reach: number) => number): Encoded {
  switch (instruction.op) {
    case 'load':
      return { code: BPF_LD | SIZES[instruction.size] | BPF_ABS, k: instruction.at };
    case 'length':
      return { code: BPF_LD | BPF_W | BPF_LEN };
    case 'value':
      return { code: BPF_LD | BPF_W | BPF_IMM, k: instruction.value };
    case 'and':
    case 'or':
    case 'left':
    case 'right':
      return { code: BPF_ALU | ARITHMETIC[instruction.op] | BPF_K, k: instruction.value };
    case 'orIndex':
      return { code: BPF_ALU | BPF_OR | BPF_X };
    case 'subtractIndex':
      return { code: BPF_ALU | BPF_SUB | BPF_X };
    case 'toIndex':
      return { code: BPF_MISC | BPF_TAX };
    case 'fromIndex':
      return { code: BPF_MISC | BPF_TXA };
    case 'jump': {
      const { then, otherwise, test, value } = instruction;
      return {
        code: BPF_JMP | TESTS[test] | BPF_K,
        jt: then === undefined ? 0 : to(then, REACH),
        jf: otherwise === undefined ? 0 : to(otherwise, REACH),
        k: value,
      };
    }
    case 'goto':
      return { code: BPF_JMP | BPF_JA | BPF_K, k: to(instruction.label, BPF_MAXINSNS) };
    case 'return':
      return { code: BPF_RET | BPF_K, k: instruction.length };
  }
}

function distance(places: ReadonlyMap<string, number>, label: string, from: number, count: number, reach: number): number {
  const place = places.get(label);
  if (place === undefined || place >= count) throw new RangeError(`bpf: expected an instruction after the label ${label}`);
  const jump = place - from - 1;
  if (jump < 0 || jump > reach) throw new RangeError(`bpf: expected a jump of 0 to ${String(reach)} instructions, got ${String(jump)} to ${label}`);
  return jump;
}
