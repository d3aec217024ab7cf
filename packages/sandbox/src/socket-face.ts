import type { NetNamespace, UserMemory } from '@netdevkit/kernel';
import type { ControlMessage } from './message-header.ts';
import type { SharedMemory } from './shared-memory.unsafe.ts';

/** A message as a socket gives it, in the form in which programs see it. */
export interface Datagram {
  /** What fitted the room. */
  readonly bytes: Uint8Array;
  /** How long it was. */
  readonly length: number;
  /** `MSG_*` flags of the message. */
  readonly flags: number;
  /** Who sent it: a `struct sockaddr_*`. */
  readonly address: Uint8Array;
  readonly control: readonly ControlMessage[];
}

/** Who uses a socket, asked when that matters. */
export interface SocketUser {
  readonly tgid: () => number;
  /** The namespace that a descriptor of the program is of. */
  readonly byDescriptor: (fd: number) => NetNamespace | undefined;
  /** The namespace that a process is in. */
  readonly byProcess: (pid: number) => NetNamespace | undefined;
}

/** A ring of packets that a program maps into its memory and reads there, instead of receiving. */
export interface Ring {
  readonly shared: SharedMemory;
  /** Whether the program has something to look at. */
  readonly readable: boolean;
  /** Whether packets wait that found no room. */
  readonly pending: boolean;
  /** Moves packets that came into it. */
  fill(): void;
}

/**
 * A socket of the embedded kernel as the system calls see it: addresses and options are octets.
 *
 * What is refused throws a KernelError.
 */
export interface SocketFace {
  /** Whether {@link receive} has something to give: a message or an error. */
  readonly readable: boolean;
  /** How long a receive may wait, in milliseconds. */
  readonly receiveTimeout: number;
  /** What the program may map, once it asked for it. */
  readonly ring: Ring | undefined;
  /** Says which process uses it from now on. */
  usedBy(user: SocketUser): void;
  bind(address: Uint8Array): void;
  connect(address: Uint8Array): void;
  getsockname(): Uint8Array;
  getpeername(): Uint8Array;
  /** Sends to an address, by default where the socket is connected; returns how many octets. */
  send(bytes: Uint8Array, address: Uint8Array | undefined): number;
  /** Takes a message into `room`, or `undefined` when there is none. */
  receive(room: Uint8Array, flags: number): Datagram | undefined;
  /** @param memory - where pointers in the value lead */
  setsockopt(level: number, name: number, value: Uint8Array, memory: UserMemory): void;
  /** @param asked - what the program has where the value goes, which some options are asked by */
  getsockopt(level: number, name: number, length: number, asked: () => number): { readonly bytes: Uint8Array; readonly length: number };
  /** Calls back, inside the kernel, when it may have become readable. */
  onWake(listener: () => void): () => void;
  close(): void;
}
