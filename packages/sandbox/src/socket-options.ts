import { SOL_SOCKET, SO_RCVTIMEO_NEW, SO_RCVTIMEO_OLD, SO_SNDTIMEO_NEW, SO_SNDTIMEO_OLD } from '@netdevkit/bindings';
import { KernelError } from '@netdevkit/errno';
import { word } from './message-header.ts';
import type { Call } from './personality.ts';
import type { VirtualSocket } from './virtual-socket.ts';

/** `struct timeval` of 64-bit programs, which `struct __kernel_sock_timeval` is too. */
const timeval = { SIZE: 16, seconds: 0, microseconds: 8 };
const SECOND = 1_000_000;
/** The longest option that programs set: what is longer is refused before it is read. */
const OPTION_MAX = 16_384;

/** setsockopt(2): returns its result. */
export function setSocketOption(call: Call, socket: VirtualSocket): number {
  const level = call.int(1);
  const name = call.int(2);
  const length = call.int(4);
  if (length < 0 || length > OPTION_MAX) throw new KernelError('EINVAL', undefined, { op: 'setsockopt' });
  const view = call.read(call.address(3), length);
  if (level === SOL_SOCKET && isTimeout(name)) {
    setTimeoutOption(socket, name, view);
    return 0;
  }
  socket.face.setsockopt(level, name, new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice());
  return 0;
}

/** getsockopt(2): returns its result. */
export function getSocketOption(call: Call, socket: VirtualSocket): number {
  const level = call.int(1);
  const name = call.int(2);
  const lengthAt = call.address(4);
  const room = call.read(lengthAt, 4).getInt32(0, true);
  if (room < 0) throw new KernelError('EINVAL', undefined, { op: 'getsockopt' });
  const value = level === SOL_SOCKET && isTimeout(name) ? timeoutOption(socket, name, room) : socket.face.getsockopt(level, name, room);
  if (value.bytes.length > 0) call.write(call.address(3), value.bytes);
  call.write(lengthAt, word(value.length));
  return 0;
}

/** Waiting is this side's: the embedded kernel never does. */
function isTimeout(name: number): boolean {
  return name === SO_RCVTIMEO_OLD || name === SO_RCVTIMEO_NEW || name === SO_SNDTIMEO_OLD || name === SO_SNDTIMEO_NEW;
}

function isReceive(name: number): boolean {
  return name === SO_RCVTIMEO_OLD || name === SO_RCVTIMEO_NEW;
}

// From net/core/sock.c:sock_set_timeout.
function setTimeoutOption(socket: VirtualSocket, name: number, view: DataView): void {
  if (view.byteLength < timeval.SIZE) throw new KernelError('EINVAL', undefined, { op: 'setsockopt' });
  const seconds = Number(view.getBigInt64(timeval.seconds, true));
  const microseconds = Number(view.getBigInt64(timeval.microseconds, true));
  if (microseconds < 0 || microseconds >= SECOND) throw new KernelError('EDOM', undefined, { op: 'setsockopt' });
  const value = seconds < 0 ? -1 : seconds * SECOND + microseconds;
  if (isReceive(name)) socket.receiveTimeout = value;
  else socket.sendTimeout = value;
}

function timeoutOption(socket: VirtualSocket, name: number, room: number): { readonly bytes: Uint8Array; readonly length: number } {
  const value = Math.max(isReceive(name) ? socket.receiveTimeout : socket.sendTimeout, 0);
  const view = new DataView(new ArrayBuffer(timeval.SIZE));
  view.setBigInt64(timeval.seconds, BigInt(Math.floor(value / SECOND)), true);
  view.setBigInt64(timeval.microseconds, BigInt(value % SECOND), true);
  const bytes = new Uint8Array(view.buffer, 0, Math.min(room, timeval.SIZE));
  return { bytes, length: bytes.length };
}
