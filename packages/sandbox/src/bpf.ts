// Opcodes of classic BPF, from include/uapi/linux/bpf_common.h: class | size or operation | mode or source.
const BPF_LD_W_ABS = 0x20;
const BPF_ALU_AND_K = 0x54;
const BPF_JMP_JA = 0x05;
const BPF_JMP_JEQ_K = 0x15;
const BPF_JMP_JGE_K = 0x35;
const BPF_RET_K = 0x06;

/** The opcodes that {@link BpfAssembler} writes. */
export const BPF: {
  readonly LD_W_ABS: number;
  readonly ALU_AND_K: number;
  readonly JMP_JA: number;
  readonly JMP_JEQ_K: number;
  readonly JMP_JGE_K: number;
  readonly RET_K: number;
} = {
  LD_W_ABS: BPF_LD_W_ABS,
  ALU_AND_K: BPF_ALU_AND_K,
  JMP_JA: BPF_JMP_JA,
  JMP_JEQ_K: BPF_JMP_JEQ_K,
  JMP_JGE_K: BPF_JMP_JGE_K,
  RET_K: BPF_RET_K,
};

/** `sizeof(struct sock_filter)`. */
export const SOCK_FILTER_SIZE = 8;
/** A conditional jump's offsets are octets. */
const FARTHEST = 255;

interface Instruction {
  readonly code: number;
  readonly k: number;
  readonly then?: string | undefined;
  readonly otherwise?: string | undefined;
}

/**
 * Writes a classic BPF program; jumps go to labels, forwards only.
 *
 * C twin: the macros `BPF_STMT` and `BPF_JUMP` (include/uapi/linux/filter.h).
 */
export class BpfAssembler {
  readonly #code: Instruction[] = [];
  readonly #labels = new Map<string, number>();

  /** Names the place of the next instruction. */
  label(name: string): this {
    this.#labels.set(name, this.#code.length);
    return this;
  }

  /** Loads the 32-bit word at an offset of the data. */
  load(offset: number): this {
    return this.#add({ code: BPF_LD_W_ABS, k: offset });
  }

  /** Keeps of the accumulator what a mask has. */
  and(mask: number): this {
    return this.#add({ code: BPF_ALU_AND_K, k: mask });
  }

  /** Jumps, as far as need be. */
  jump(to: string): this {
    return this.#add({ code: BPF_JMP_JA, k: 0, then: to });
  }

  /** Jumps if the accumulator is `k`; without a label it falls through. */
  ifEqual(k: number, then: string | undefined, otherwise?: string): this {
    return this.#add({ code: BPF_JMP_JEQ_K, k, then, otherwise });
  }

  /** Jumps if the accumulator, unsigned, is at least `k`; without a label it falls through. */
  ifAtLeast(k: number, then: string | undefined, otherwise?: string): this {
    return this.#add({ code: BPF_JMP_JGE_K, k, then, otherwise });
  }

  /** Ends with a verdict. */
  ret(verdict: number): this {
    return this.#add({ code: BPF_RET_K, k: verdict });
  }

  /**
   * The program: an array of `struct sock_filter`, little endian.
   *
   * @throws RangeError when a jump has no target ahead that it reaches
   */
  assemble(): Uint8Array {
    const bytes = new Uint8Array(this.#code.length * SOCK_FILTER_SIZE);
    const view = new DataView(bytes.buffer);
    for (const [at, { code, k, then, otherwise }] of this.#code.entries()) {
      const offset = at * SOCK_FILTER_SIZE;
      view.setUint16(offset, code, true);
      if (code === BPF_JMP_JA) {
        view.setUint32(offset + 4, this.#distance(at, then, Infinity), true);
        continue;
      }
      view.setUint8(offset + 2, this.#distance(at, then, FARTHEST));
      view.setUint8(offset + 3, this.#distance(at, otherwise, FARTHEST));
      view.setUint32(offset + 4, k >>> 0, true);
    }
    return bytes;
  }

  #distance(from: number, label: string | undefined, farthest: number): number {
    if (label === undefined) return 0;
    const target = this.#labels.get(label);
    const distance = (target ?? -1) - from - 1;
    if (distance < 0 || distance > farthest) throw new RangeError(`jump to ${label}: expected a label ahead within reach`);
    return distance;
  }

  #add(instruction: Instruction): this {
    this.#code.push(instruction);
    return this;
  }
}
