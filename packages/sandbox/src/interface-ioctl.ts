import { AF_INET, AF_PACKET, MSG_PEEK, MSG_TRUNC } from '@netdevkit/bindings';
import type { Credentials, NetNamespace } from '@netdevkit/kernel';
import type { Call } from './personality.ts';
import { userMemory } from './user-memory.ts';
import type { VirtualSocket } from './virtual-socket.ts';

// From include/uapi/asm-generic/ioctls.h: what the host's kernel does with any descriptor.
const FIONREAD = 0x541b;
const DESCRIPTOR_COMMANDS: ReadonlySet<number> = new Set([0x5401, 0x5421, 0x5450, 0x5451, 0x5452]);
/** SIOC* that are about the socket itself and not about interfaces: owner, mark, time stamps, queue, namespace. */
const SOCKET_COMMANDS: ReadonlySet<number> = new Set([0x8901, 0x8902, 0x8903, 0x8904, 0x8905, 0x8906, 0x8907, 0x894b, 0x894c]);
/** SIOCPROTOPRIVATE: sixteen commands of the socket's protocol. */
const PROTOCOL_COMMANDS = { first: 0x89e0, last: 0x89ef };

/** Whom an interface ioctl is for. */
export interface IoctlTarget {
  readonly namespace: () => NetNamespace;
  readonly credentials: Partial<Credentials>;
}

/**
 * ioctl(2): those about interfaces are the embedded kernel's on whatever socket, the others go to the socket that has them.
 *
 * @param socket - the program's socket, if it is one of the embedded kernel's
 * @returns the result; `undefined` for what the host's kernel does
 */
export function ioctl(call: Call, socket: VirtualSocket | undefined, target: IoctlTarget): number | undefined {
  const command = call.int(1) >>> 0;
  if (socket === undefined) {
    if (SOCKET_COMMANDS.has(command) || (command >= PROTOCOL_COMMANDS.first && command <= PROTOCOL_COMMANDS.last)) return undefined;
    if (call.descriptor(call.int(0))?.startsWith('socket:') !== true) return undefined;
  } else {
    if (DESCRIPTOR_COMMANDS.has(command)) return undefined;
    if (command === FIONREAD && socket.family === AF_PACKET) return answerLength(call, socket);
  }
  call.committed();
  const family = socket?.family ?? AF_INET;
  return target.namespace().ioctl(command, BigInt(call.address(2)), { family, credentials: target.credentials, memory: userMemory(call) });
}

/** How long the next packet is. From net/packet/af_packet.c:packet_ioctl. */
function answerLength(call: Call, socket: VirtualSocket): number {
  const next = socket.take(new Uint8Array(0), MSG_PEEK | MSG_TRUNC, true);
  call.write(call.address(2), new Uint8Array(Int32Array.of(next?.length ?? 0).buffer));
  return 0;
}
