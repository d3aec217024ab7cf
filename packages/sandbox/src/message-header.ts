import { MSG_CTRUNC } from '@netdevkit/bindings';
import { KernelError } from '@netdevkit/errno';
import type { Call } from './personality.ts';
import type { Vector } from './remote-memory.unsafe.ts';

/** `struct iovec`, 16 octets. */
const iovec = { SIZE: 16, base: 0, length: 8 };
/** `struct user_msghdr`, 56 octets. */
const msghdr = { SIZE: 56, name: 0, namelen: 8, iov: 16, iovlen: 24, control: 32, controllen: 40, flags: 48 };
/** `struct mmsghdr`, 64 octets: a msghdr and how many octets it took. */
const mmsghdr = { SIZE: 64, length: 56 };
/** `struct cmsghdr`, 16 octets, and the alignment of what follows. */
const cmsghdr = { SIZE: 16, length: 0, level: 8, type: 12, ALIGN: 8 };
/** UIO_MAXIOV: how many buffers one call may have. */
const MOST_BUFFERS = 1024;
/** `sizeof(struct sockaddr_storage)`: what is longer is cut. */
const ADDRESS_MAX = 128;
/** MAX_RW_COUNT: no call transfers more. */
const TRANSFER_MAX = 0x7fff_f000;
/** No program has memory from here on, on either architecture. */
const ADDRESSES_END = 2 ** 56;

/** Octets of `struct msghdr`. */
export const MSGHDR_SIZE: number = msghdr.SIZE;
/** Octets of `struct iovec`. */
export const IOVEC_SIZE: number = iovec.SIZE;
/** Octets of one message of an array of them (`struct mmsghdr`). */
export const MMSGHDR_SIZE: number = mmsghdr.SIZE;

/** A program's `struct msghdr`. */
export interface MessageHeader {
  /** Where it is. */
  readonly at: number;
  /** Where its address is, 0 for none, and how long. */
  readonly name: number;
  readonly nameLength: number;
  readonly vector: Vector;
  readonly control: number;
  readonly controlLength: number;
}

/** A control message to a program. */
export interface ControlMessage {
  readonly level: number;
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** The buffer of a call that has one. */
export function single(base: number, length: number): Vector {
  const total = Math.min(length, TRANSFER_MAX);
  return { bases: [base], lengths: [total], total };
}

/**
 * The buffer of read(2) and write(2), which is looked at before anything is done. C twin: `access_ok`.
 *
 * @throws KernelError `EFAULT`: no buffer can be there
 */
export function fileBuffer(call: Call): Vector {
  const [base, length] = [call.address(1), call.address(2)];
  if (base + length > ADDRESSES_END) throw new KernelError('EFAULT', undefined, { op: call.name });
  return single(base, length);
}

/**
 * Reads an array of buffers. C twin: `import_iovec`.
 *
 * @param tooMany - the error of more than UIO_MAXIOV: `EMSGSIZE` in messages, `EINVAL` in readv and writev
 * @throws KernelError `EINVAL`: a negative length; `EFAULT`; tooMany
 */
export function readVector(call: Call, at: number, count: number, tooMany: 'EMSGSIZE' | 'EINVAL'): Vector {
  if (count > MOST_BUFFERS) throw new KernelError(tooMany, undefined, { op: call.name });
  const bases = new Array<number>(count);
  const lengths = new Array<number>(count);
  let total = 0;
  if (count > 0) {
    const view = call.read(at, count * iovec.SIZE);
    for (let i = 0; i < count; i++) {
      bases[i] = pointer(view, i * iovec.SIZE + iovec.base);
      const length = view.getBigInt64(i * iovec.SIZE + iovec.length, true);
      if (length < 0n) throw new KernelError('EINVAL', undefined, { op: call.name });
      lengths[i] = Math.min(Number(length), TRANSFER_MAX - total);
      total += lengths[i] ?? 0;
    }
  }
  return { bases, lengths, total };
}

/**
 * Reads a message header and its buffers. C twin: `copy_msghdr_from_user`.
 *
 * @throws KernelError `EINVAL`, `EMSGSIZE`, `EFAULT`
 */
export function readMessageHeader(call: Call, at: number): MessageHeader {
  const view = call.read(at, msghdr.SIZE);
  const name = pointer(view, msghdr.name);
  const nameLength = view.getInt32(msghdr.namelen, true);
  if (name !== 0 && nameLength < 0) throw new KernelError('EINVAL', undefined, { op: call.name });
  const control = pointer(view, msghdr.control);
  const controlLength = pointer(view, msghdr.controllen);
  const vector = readVector(call, pointer(view, msghdr.iov), pointer(view, msghdr.iovlen), 'EMSGSIZE');
  return { at, name, nameLength: name === 0 ? 0 : Math.min(nameLength, ADDRESS_MAX), vector, control, controlLength };
}

/**
 * Reads a socket address. C twin: `move_addr_to_kernel`.
 *
 * @throws KernelError `EINVAL`: longer than any address; `EFAULT`
 */
export function readAddress(call: Call, at: number, length: number): Uint8Array {
  if (length < 0 || length > ADDRESS_MAX) throw new KernelError('EINVAL', undefined, { op: call.name });
  if (length === 0) return new Uint8Array(0);
  const view = call.read(at, length);
  return new Uint8Array(view.buffer, view.byteOffset, length).slice();
}

/**
 * Writes a socket address where a program has room for it, and its whole length. C twin: `move_addr_to_user`.
 *
 * @param at - where the address goes
 * @param lengthAt - an `int`: the room, and then the length
 * @throws KernelError `EINVAL`: negative room; `EFAULT`
 */
export function writeAddress(call: Call, at: number, lengthAt: number, address: Uint8Array): void {
  const room = call.read(lengthAt, 4).getInt32(0, true);
  if (room < 0) throw new KernelError('EINVAL', undefined, { op: call.name });
  if (room > 0 && address.length > 0) call.write(at, address.subarray(0, room));
  call.write(lengthAt, word(address.length));
}

/**
 * Writes what a receive leaves in a message header: the sender's address, control messages and flags.
 *
 * @param flags - of the message; MSG_CTRUNC is added when control messages found no room
 * @throws KernelError `EFAULT`
 */
export function writeMessageHeader(
  call: Call,
  header: MessageHeader,
  address: Uint8Array,
  control: readonly ControlMessage[],
  flags: number,
): void {
  if (header.name !== 0) {
    const room = Math.min(header.nameLength, address.length);
    if (room > 0) call.write(header.name, address.subarray(0, room));
    call.write(header.at + msghdr.namelen, word(address.length));
  }
  const laid = layOut(control, header.control === 0 ? 0 : header.controlLength);
  if (laid.bytes.length > 0) call.write(header.control, laid.bytes);
  const tail = new DataView(new ArrayBuffer(12));
  tail.setBigUint64(0, BigInt(laid.used), true);
  tail.setUint32(8, flags | (laid.cut ? MSG_CTRUNC : 0), true);
  // msg_controllen and msg_flags are neighbours.
  call.write(header.at + msghdr.controllen, new Uint8Array(tail.buffer));
}

/** Writes how many octets one message of an array of them took. */
export function writeMessageLength(call: Call, header: MessageHeader, length: number): void {
  call.write(header.at + mmsghdr.length, word(length));
}

/** What this process receives into: addresses of its own. */
export interface ReceiveHeader {
  readonly name: { readonly at: number; readonly length: number };
  /** Where its one buffer is told. */
  readonly vector: number;
  readonly control: { readonly at: number; readonly length: number };
}

/** What a receive of this process left in a message header. */
export interface ReceivedHeader {
  readonly nameLength: number;
  readonly control: readonly ControlMessage[];
  readonly flags: number;
}

/** Writes a `struct msghdr` for a receive of this process. */
export function writeReceiveHeader(view: DataView, at: number, { name, vector, control }: ReceiveHeader): void {
  view.setBigUint64(at + msghdr.name, BigInt(name.at), true);
  view.setUint32(at + msghdr.namelen, name.length, true);
  view.setBigUint64(at + msghdr.iov, BigInt(vector), true);
  view.setBigUint64(at + msghdr.iovlen, 1n, true);
  view.setBigUint64(at + msghdr.control, BigInt(control.at), true);
  view.setBigUint64(at + msghdr.controllen, BigInt(control.length), true);
  view.setUint32(at + msghdr.flags, 0, true);
}

/** Writes a `struct iovec`. */
export function writeBuffer(view: DataView, at: number, base: number, length: number): void {
  view.setBigUint64(at + iovec.base, BigInt(base), true);
  view.setBigUint64(at + iovec.length, BigInt(length), true);
}

/** Reads what a receive left in a `struct msghdr`; control messages are copied from `control`. */
export function readReceiveHeader(view: DataView, at: number, control: number): ReceivedHeader {
  const messages: ControlMessage[] = [];
  const end = control + pointer(view, at + msghdr.controllen);
  for (let from = control; from + cmsghdr.SIZE <= end; ) {
    const length = pointer(view, from + cmsghdr.length);
    if (length < cmsghdr.SIZE || from + length > end) break;
    const bytes = new Uint8Array(view.buffer, view.byteOffset + from + cmsghdr.SIZE, length - cmsghdr.SIZE).slice();
    messages.push({ level: view.getInt32(from + cmsghdr.level, true), type: view.getInt32(from + cmsghdr.type, true), bytes });
    from += spaceOf(bytes.length);
  }
  return { nameLength: view.getUint32(at + msghdr.namelen, true), control: messages, flags: view.getUint32(at + msghdr.flags, true) };
}

/** An `int` or `unsigned` as octets. */
export function word(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}

/** `put_cmsg`, message after message: what does not fit is cut, what has not even room for a header is left out. */
function layOut(control: readonly ControlMessage[], room: number): { readonly bytes: Uint8Array; readonly used: number; readonly cut: boolean } {
  if (control.length === 0) return { bytes: new Uint8Array(0), used: 0, cut: false };
  const whole = control.reduce((sum, { bytes }) => sum + spaceOf(bytes.length), 0);
  const buffer = new Uint8Array(whole);
  const view = new DataView(buffer.buffer);
  let at = 0;
  let cut = false;
  for (const { level, type, bytes } of control) {
    const left = room - at;
    if (left < cmsghdr.SIZE) {
      cut = true;
      break;
    }
    const length = Math.min(cmsghdr.SIZE + bytes.length, left);
    cut ||= length < cmsghdr.SIZE + bytes.length;
    view.setBigUint64(at + cmsghdr.length, BigInt(length), true);
    view.setInt32(at + cmsghdr.level, level, true);
    view.setInt32(at + cmsghdr.type, type, true);
    buffer.set(bytes.subarray(0, length - cmsghdr.SIZE), at + cmsghdr.SIZE);
    at += Math.min(spaceOf(bytes.length), left);
  }
  return { bytes: buffer.subarray(0, at), used: at, cut };
}

/** `CMSG_SPACE`. */
function spaceOf(length: number): number {
  return cmsghdr.SIZE + ((length + cmsghdr.ALIGN - 1) & ~(cmsghdr.ALIGN - 1));
}

function pointer(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;
}
