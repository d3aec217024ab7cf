import { KernelError } from '@netdevkit/errno';
import { word } from './message-header.ts';
import type { Call } from './personality.ts';
import { userMemory } from './user-memory.ts';
import type { VirtualSocket } from './virtual-socket.ts';

/** The longest option that programs set: what is longer is refused before it is read. */
const OPTION_MAX = 16_384;

/** setsockopt(2): returns its result. */
export function setSocketOption(call: Call, socket: VirtualSocket): number {
  const length = call.int(4);
  if (length < 0 || length > OPTION_MAX) throw new KernelError('EINVAL', undefined, { op: 'setsockopt' });
  const view = call.read(call.address(3), length);
  const value = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
  socket.face.setsockopt(call.int(1), call.int(2), value, userMemory(call));
  return 0;
}

/** getsockopt(2): returns its result. */
export function getSocketOption(call: Call, socket: VirtualSocket): number {
  const lengthAt = call.address(4);
  const room = call.read(lengthAt, 4).getInt32(0, true);
  if (room < 0) throw new KernelError('EINVAL', undefined, { op: 'getsockopt' });
  const at = call.address(3);
  const value = socket.face.getsockopt(call.int(1), call.int(2), room, () => call.read(at, 4).getInt32(0, true));
  if (value.bytes.length > 0) call.write(at, value.bytes);
  call.write(lengthAt, word(value.length));
  return 0;
}
