import {
  BPF_A,
  BPF_ABS,
  BPF_ADD,
  BPF_ALU,
  BPF_AND,
  BPF_B,
  BPF_DIV,
  BPF_H,
  BPF_IMM,
  BPF_IND,
  BPF_JA,
  BPF_JEQ,
  BPF_JGE,
  BPF_JGT,
  BPF_JMP,
  BPF_LD,
  BPF_LDX,
  BPF_LEN,
  BPF_LSH,
  BPF_MAXINSNS,
  BPF_MEM,
  BPF_MEMWORDS,
  BPF_MISC,
  BPF_MOD,
  BPF_MSH,
  BPF_MUL,
  BPF_OR,
  BPF_RET,
  BPF_RSH,
  BPF_ST,
  BPF_STX,
  BPF_SUB,
  BPF_TAX,
  BPF_TXA,
  BPF_W,
  BPF_X,
  BPF_XOR,
  sock_filter,
} from '@netdevkit/bindings';
import type { sk_buff } from '@netdevkit/bindings/raw';
import { isAncillary, isValidFilter, type FilterProgram } from './filter-check.ts';
import { loadAncillary, loadPacket, type FilterContext } from './filter-load.ts';

/** BPF_CLASS, BPF_OP, BPF_MODE and BPF_SIZE of a code. */
const CLASS = 0x07;
const OPERATION = 0xf0;
const MODE = 0xe0;
const SIZE = 0x18;
const SOURCE = 0x08;

/**
 * A program of the classic packet filter, checked: what SO_ATTACH_FILTER attaches. net/core/filter.c.
 */
export class SocketFilter {
  /** The instructions as they were given: what SO_GET_FILTER gives back. */
  readonly octets: Uint8Array;
  readonly #program: FilterProgram;
  readonly #memory = new Uint32Array(BPF_MEMWORDS);

  private constructor(octets: Uint8Array, program: FilterProgram) {
    this.octets = octets;
    this.#program = program;
  }

  /** How many instructions it has. */
  get length(): number {
    return this.#program.length;
  }

  /**
   * A filter out of an array of `struct sock_filter`.
   *
   * @returns `undefined` for a program that may not run
   */
  static parse(octets: Uint8Array): SocketFilter | undefined {
    const length = Math.floor(octets.length / sock_filter.SIZE);
    if (length === 0 || length > BPF_MAXINSNS) return undefined;
    const own = new Uint8Array(octets.subarray(0, length * sock_filter.SIZE));
    const view = new DataView(own.buffer);
    const at = (_: unknown, i: number): number => i * sock_filter.SIZE;
    const offsets = Array.from({ length }, at);
    const program: FilterProgram = {
      length,
      code: Uint16Array.from(offsets, (offset) => sock_filter.code(view, offset)),
      jt: Uint8Array.from(offsets, (offset) => sock_filter.jt(view, offset)),
      jf: Uint8Array.from(offsets, (offset) => sock_filter.jf(view, offset)),
      k: Uint32Array.from(offsets, (offset) => sock_filter.k(view, offset)),
    };
    return isValidFilter(program) ? new SocketFilter(own, program) : undefined;
  }

  /**
   * Runs the filter on a packet.
   *
   * @returns how many octets of it to keep; 0 for none of it
   */
  run(skb: sk_buff, context: FilterContext): number {
    const { code, jt, jf, k } = this.#program;
    const memory = this.#memory;
    let a = 0;
    let x = 0;
    // INVARIANT: the program was checked: every jump leads forward and stays inside, and the last instruction returns.
    for (let pc = 0; ; pc++) {
      const operation = code[pc] ?? 0;
      const operand = k[pc] ?? 0;
      switch (operation & CLASS) {
        case BPF_LD: {
          const value = this.#load(skb, operation, operand, a, x, context);
          // From net/core/filter.c:convert_bpf_extensions: without a device the filter ends, and what it had is the answer.
          if (value === undefined) return isAncillary(operand) && (operation & MODE) === BPF_ABS ? a : 0;
          a = value;
          break;
        }
        case BPF_LDX:
          if (operation === (BPF_LDX | BPF_B | BPF_MSH)) {
            const value = loadPacket(skb, operand | 0, 1);
            if (value === undefined) return 0;
            x = (value & 0xf) << 2;
          } else {
            x = plainLoad(operation, operand, skb, memory);
          }
          break;
        case BPF_ST:
          memory[operand] = a;
          break;
        case BPF_STX:
          memory[operand] = x;
          break;
        case BPF_ALU: {
          const right = (operation & SOURCE) === BPF_X ? x : operand;
          const divides = (operation & OPERATION) === BPF_DIV || (operation & OPERATION) === BPF_MOD;
          if (divides && right === 0) return 0;
          a = calculate(operation & OPERATION, a, right);
          break;
        }
        case BPF_JMP:
          if ((operation & OPERATION) === BPF_JA) pc += operand;
          else pc += (holds(operation & OPERATION, a, (operation & SOURCE) === BPF_X ? x : operand) ? jt[pc] : jf[pc]) ?? 0;
          break;
        case BPF_RET:
          return operation === (BPF_RET | BPF_A) ? a : operand;
        default:
          if (operation === (BPF_MISC | BPF_TAX)) x = a;
          else if (operation === (BPF_MISC | BPF_TXA)) a = x;
      }
    }
  }

  #load(skb: sk_buff, operation: number, operand: number, a: number, x: number, context: FilterContext): number | undefined {
    const mode = operation & MODE;
    if (mode !== BPF_ABS && mode !== BPF_IND) return plainLoad(operation, operand, skb, this.#memory);
    if (mode === BPF_ABS && isAncillary(operand)) return loadAncillary(skb, operand, a, x, context);
    const offset = mode === BPF_ABS ? operand | 0 : (x + operand) | 0;
    const size = operation & SIZE;
    return loadPacket(skb, offset, size === BPF_W ? 4 : size === BPF_H ? 2 : 1);
  }
}

/** Loads that cannot fail: a constant, a word of memory, the packet's length. */
function plainLoad(operation: number, operand: number, skb: sk_buff, memory: Uint32Array): number {
  const mode = operation & MODE;
  if (mode === BPF_IMM) return operand;
  return mode === BPF_LEN ? skb.len : mode === BPF_MEM ? (memory[operand] ?? 0) : 0;
}

function calculate(operation: number, a: number, right: number): number {
  switch (operation) {
    case BPF_ADD:
      return (a + right) >>> 0;
    case BPF_SUB:
      return (a - right) >>> 0;
    case BPF_MUL:
      return Math.imul(a, right) >>> 0;
    case BPF_DIV:
      return Math.floor(a / right);
    case BPF_MOD:
      return a % right;
    case BPF_AND:
      return (a & right) >>> 0;
    case BPF_OR:
      return (a | right) >>> 0;
    case BPF_XOR:
      return (a ^ right) >>> 0;
    case BPF_LSH:
      // As in JavaScript, only five bits of the distance count.
      return (a << right) >>> 0;
    case BPF_RSH:
      return a >>> right;
    default:
      return -a >>> 0;
  }
}

function holds(operation: number, a: number, right: number): boolean {
  switch (operation) {
    case BPF_JEQ:
      return a === right;
    case BPF_JGT:
      return a > right;
    case BPF_JGE:
      return a >= right;
    default:
      return (a & right) !== 0;
  }
}
