import { BPF, SOCK_FILTER_SIZE } from '../src/bpf.ts';

/** `struct seccomp_data`, as a filter sees it. */
export interface SeccompData {
  readonly nr: number;
  readonly arch: number;
  readonly args?: readonly bigint[];
}

/** Runs a classic BPF program on a system call, and gives its verdict. */
export function evaluate(program: Uint8Array, { nr, arch, args = [] }: SeccompData): number {
  const data = new DataView(new ArrayBuffer(64));
  data.setInt32(0, nr, true);
  data.setUint32(4, arch, true);
  args.forEach((argument, i) => {
    data.setBigUint64(16 + 8 * i, BigInt.asUintN(64, argument), true);
  });
  const code = new DataView(program.buffer, program.byteOffset, program.length);
  let accumulator = 0;
  for (let at = 0; at < program.length / SOCK_FILTER_SIZE; at++) {
    const offset = at * SOCK_FILTER_SIZE;
    const k = code.getUint32(offset + 4, true);
    switch (code.getUint16(offset, true)) {
      case BPF.LD_W_ABS:
        accumulator = data.getUint32(k, true);
        break;
      case BPF.ALU_AND_K:
        accumulator = (accumulator & k) >>> 0;
        break;
      case BPF.JMP_JA:
        at += k;
        break;
      case BPF.JMP_JEQ_K:
        at += code.getUint8(offset + (accumulator === k ? 2 : 3));
        break;
      case BPF.JMP_JGE_K:
        at += code.getUint8(offset + (accumulator >= k ? 2 : 3));
        break;
      case BPF.RET_K:
        return k;
      default:
        throw new Error(`instruction ${String(at)}: no such opcode`);
    }
  }
  throw new Error('the program has no end');
}
