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
  BPF_JSET,
  BPF_K,
  BPF_LD,
  BPF_LDX,
  BPF_LEN,
  BPF_LSH,
  BPF_MEM,
  BPF_MEMWORDS,
  BPF_MISC,
  BPF_MOD,
  BPF_MSH,
  BPF_MUL,
  BPF_NEG,
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
  SKF_AD_MAX,
  SKF_AD_OFF,
} from '@netdevkit/bindings';

/** Instructions of a filter, one array for each member. */
export interface FilterProgram {
  readonly length: number;
  readonly code: Uint16Array;
  readonly jt: Uint8Array;
  readonly jf: Uint8Array;
  readonly k: Uint32Array;
}

const ARITHMETIC = [BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_MOD, BPF_AND, BPF_OR, BPF_XOR, BPF_LSH, BPF_RSH];
const CONDITIONS = [BPF_JEQ, BPF_JGE, BPF_JGT, BPF_JSET];
/** The loads by which ancillary data is asked for. */
const ABSOLUTE: ReadonlySet<number> = new Set([BPF_LD | BPF_W | BPF_ABS, BPF_LD | BPF_H | BPF_ABS, BPF_LD | BPF_B | BPF_ABS]);
const JUMPS: ReadonlySet<number> = new Set(CONDITIONS.flatMap((condition) => [BPF_JMP | condition | BPF_K, BPF_JMP | condition | BPF_X]));

/** What an instruction may be. From net/core/filter.c:chk_code_allowed. */
const ALLOWED: ReadonlySet<number> = new Set([
  ...ARITHMETIC.flatMap((operation) => [BPF_ALU | operation | BPF_K, BPF_ALU | operation | BPF_X]),
  BPF_ALU | BPF_NEG,
  ...ABSOLUTE,
  BPF_LD | BPF_W | BPF_LEN,
  BPF_LD | BPF_W | BPF_IND,
  BPF_LD | BPF_H | BPF_IND,
  BPF_LD | BPF_B | BPF_IND,
  BPF_LD | BPF_IMM,
  BPF_LD | BPF_MEM,
  BPF_LDX | BPF_W | BPF_LEN,
  BPF_LDX | BPF_B | BPF_MSH,
  BPF_LDX | BPF_IMM,
  BPF_LDX | BPF_MEM,
  BPF_ST,
  BPF_STX,
  BPF_MISC | BPF_TAX,
  BPF_MISC | BPF_TXA,
  BPF_RET | BPF_K,
  BPF_RET | BPF_A,
  BPF_JMP | BPF_JA,
  ...JUMPS,
]);

/** Where ancillary data begins, as an unsigned number. */
const ANCILLARY = SKF_AD_OFF >>> 0;

/**
 * Whether a program may run: it has no unknown instruction, leads nowhere but forward and to its end, and reads no memory
 * that it has not written. From net/core/filter.c:bpf_check_classic.
 */
export function isValidFilter(program: FilterProgram): boolean {
  const { length, code } = program;
  for (let pc = 0; pc < length; pc++) if (!isValidInstruction(program, pc)) return false;
  const last = code[length - 1];
  return (last === (BPF_RET | BPF_K) || last === (BPF_RET | BPF_A)) && readsWhatItWrote(program);
}

/** Whether an absolute load asks for ancillary data that there is. From include/linux/filter.h:bpf_anc_helper. */
export function isAncillary(k: number): boolean {
  // The numbers are the multiples of 4 from SKF_AD_PROTOCOL to SKF_AD_VLAN_TPID.
  return k >= ANCILLARY && k < ANCILLARY + SKF_AD_MAX && (k & 3) === 0;
}

function isValidInstruction({ code, k, jt, jf, length }: FilterProgram, pc: number): boolean {
  const operation = code[pc] ?? 0;
  const operand = k[pc] ?? 0;
  if (!ALLOWED.has(operation)) return false;
  if (ABSOLUTE.has(operation)) return operand < ANCILLARY || isAncillary(operand);
  if (JUMPS.has(operation)) return pc + (jt[pc] ?? 0) + 1 < length && pc + (jf[pc] ?? 0) + 1 < length;
  switch (operation) {
    case BPF_ALU | BPF_DIV | BPF_K:
    case BPF_ALU | BPF_MOD | BPF_K:
      return operand !== 0;
    case BPF_ALU | BPF_LSH | BPF_K:
    case BPF_ALU | BPF_RSH | BPF_K:
      return operand < 32;
    case BPF_LD | BPF_MEM:
    case BPF_LDX | BPF_MEM:
    case BPF_ST:
    case BPF_STX:
      return operand < BPF_MEMWORDS;
    case BPF_JMP | BPF_JA:
      return operand < length - pc - 1;
    default:
      return true;
  }
}

/** From net/core/filter.c:check_load_and_stores: on every path, a word of memory is written before it is read. */
function readsWhatItWrote({ code, k, jt, jf, length }: FilterProgram): boolean {
  const masks = new Uint16Array(length).fill(0xffff);
  let valid = 0;
  const reach = (target: number): void => {
    masks[target] = (masks[target] ?? 0) & valid;
  };
  for (let pc = 0; pc < length; pc++) {
    valid &= masks[pc] ?? 0;
    const operation = code[pc] ?? 0;
    const operand = k[pc] ?? 0;
    if (operation === BPF_ST || operation === BPF_STX) {
      valid |= 1 << operand;
    } else if (operation === (BPF_LD | BPF_MEM) || operation === (BPF_LDX | BPF_MEM)) {
      if ((valid & (1 << operand)) === 0) return false;
    } else if (operation === (BPF_JMP | BPF_JA)) {
      reach(pc + 1 + operand);
      valid = 0xffff;
    } else if (JUMPS.has(operation)) {
      reach(pc + 1 + (jt[pc] ?? 0));
      reach(pc + 1 + (jf[pc] ?? 0));
      valid = 0xffff;
    }
  }
  return true;
}
