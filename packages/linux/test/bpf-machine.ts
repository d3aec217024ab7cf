import { SKF_AD_OFF, SKF_AD_PROTOCOL, sock_filter } from '@netdevkit/bindings';

/** What a program runs on. */
export interface BpfPacket {
  readonly bytes: Uint8Array;
  readonly protocol: number;
}

/**
 * Runs a classic socket filter as the kernel does: an oracle for tests, of the instructions that `assemble` makes.
 *
 * @returns how many octets pass
 */
export function runBpf(program: Uint8Array, { bytes, protocol }: BpfPacket): number {
  const view = new DataView(program.buffer, program.byteOffset);
  const packet = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let a = 0;
  let x = 0;
  for (let at = 0; ; at += 1) {
    const offset = at * sock_filter.SIZE;
    const [code, jt, jf, k] = [sock_filter.code(view, offset), sock_filter.jt(view, offset), sock_filter.jf(view, offset), sock_filter.k(view, offset)];
    switch (code) {
      case 0x20:
      case 0x28:
      case 0x30: {
        const size = { 0x20: 4, 0x28: 2, 0x30: 1 }[code];
        if (k >>> 0 === (SKF_AD_OFF + SKF_AD_PROTOCOL) >>> 0) a = protocol;
        else if (k + size > bytes.length) return 0;
        else a = size === 4 ? packet.getUint32(k) : size === 2 ? packet.getUint16(k) : packet.getUint8(k);
        break;
      }
      case 0x80:
        a = bytes.length;
        break;
      case 0x00:
        a = k;
        break;
      case 0x54:
        a = (a & k) >>> 0;
        break;
      case 0x44:
        a = (a | k) >>> 0;
        break;
      case 0x64:
        a = (a << k) >>> 0;
        break;
      case 0x74:
        a >>>= k;
        break;
      case 0x4c:
        a = (a | x) >>> 0;
        break;
      case 0x1c:
        a = (a - x) >>> 0;
        break;
      case 0x07:
        x = a;
        break;
      case 0x87:
        a = x;
        break;
      case 0x05:
        at += k;
        break;
      case 0x15:
        at += a === k ? jt : jf;
        break;
      case 0x25:
        at += a > k ? jt : jf;
        break;
      case 0x35:
        at += a >= k ? jt : jf;
        break;
      case 0x45:
        at += (a & k) !== 0 ? jt : jf;
        break;
      case 0x06:
        return k;
      default:
        throw new Error(`no such instruction: 0x${code.toString(16)}`);
    }
  }
}
