import {
  ARPHRD_ETHER,
  ARPHRD_NONE,
  IFF_MULTI_QUEUE,
  IFF_NO_PI,
  IFF_TAP,
  IFF_TUN,
  IFF_TUN_EXCL,
  NETLINK_ROUTE,
} from '@netdevkit/bindings';
import { errno, errnoName, KernelError } from '@netdevkit/errno';
import { IpRoute } from '@netdevkit/iproute';
import type { NetlinkSocket } from '@netdevkit/netlink';
import { HostNamespace, openNamespace, within } from './network-namespace.unsafe.ts';
import type { System } from './system.unsafe.ts';
import { TapPump } from './tap-pump.ts';
import { TapQueue } from './tap-queue.unsafe.ts';
import type { TapCounters, TapHandler, TapOptions } from './tap-types.ts';
import { TunCalls } from './tun-calls.unsafe.ts';

const MAX_QUEUES = 256;
const MAX_TYPE = 0xffff;

/** What a {@link HostTap} is made from. */
export interface TapParts {
  readonly system: System;
  /** Opens a rtnetlink socket in a namespace. */
  readonly openSocket: (protocol: number, namespace: HostNamespace | undefined) => NetlinkSocket;
  readonly options: TapOptions;
  /** `ARPHRD_ETHER` for TAP. */
  readonly type: number;
}

/**
 * An interface of the host whose other end is this process: what the host transmits through it is read here, and what is
 * written here comes in at the host. It knows nothing of drivers; `Host.plug` joins one to it.
 *
 * C twin: a descriptor of /dev/net/tun for each queue (linux/if_tun.h), without `IFF_PERSIST`: the interface goes when it is
 * closed, and with the process at the latest.
 *
 * Offloads are off: frames are whole, have their checksums, and are no longer than the MTU.
 *
 * @remarks
 * # Invariants
 * Each queue has a descriptor of its own, which is closed with it. While one is open the interface exists, unless somebody
 * has deleted it; all calls then throw `EBADFD`.
 *
 * @example
 * ```ts sketch
 * using host = new Host();
 * using tap = host.tap({ name: 'mine0' });
 * tap.start((_queue, bytes, offset, length) => {
 *   console.log(bytes.subarray(offset, offset + length));
 * });
 * tap.ip.link.set(tap.index, { up: true });
 * ```
 */
export class HostTap implements Disposable {
  /** `ARPHRD_*`: `ARPHRD_ETHER` for TAP. */
  readonly type: number;
  readonly #system: System;
  readonly #calls: TunCalls;
  readonly #openSocket: TapParts['openSocket'];
  readonly #queues: TapQueue[] = [];
  readonly #refused = new Map<number, number>();
  /** A descriptor of its own: the caller's may be closed meanwhile. */
  #namespace: HostNamespace | undefined;
  #ip: IpRoute;
  #index: number;
  #pump: TapPump | undefined;
  #closed = false;

  constructor({ system, openSocket, options, type }: TapParts) {
    const { namespace, queues = 1, name = type === ARPHRD_ETHER ? 'tap%d' : 'tun%d' } = options;
    if (!Number.isInteger(queues) || queues < 1 || queues > MAX_QUEUES) throw new RangeError(`queues: expected 1 to ${String(MAX_QUEUES)}, got ${String(queues)}`);
    if (!Number.isInteger(type) || type < 0 || type > MAX_TYPE) throw new RangeError(`type: expected 0 to ${String(MAX_TYPE)}, got ${String(type)}`);
    checkName(name);
    this.type = type;
    this.#system = system;
    this.#openSocket = openSocket;
    this.#namespace = namespace === undefined ? undefined : openNamespace(system, { path: `/proc/self/fd/${String(namespace.fd)}` });
    this.#calls = new TunCalls(system);
    this.#ip = this.#iproute();
    system.open.add(this);
    try {
      this.#make(name, queues);
      this.#index = this.#ip.link.show(this.name).index;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * The interface's name as it is now.
   *
   * @throws KernelError `EBADFD`: the interface is gone; `EBADF`: it was closed
   */
  get name(): string {
    const name = this.#calls.name(this.#first().descriptor);
    if (name === undefined) throw new KernelError('EBADFD', 'the interface is gone', { op: 'tap' });
    return name;
  }

  /** Its index, in the namespace that it was in when it was last {@link relocate}d. */
  get index(): number {
    return this.#index;
  }

  /** How many queues it has. */
  get queues(): number {
    return this.#queues.length;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether the interface exists no more: it was closed, or somebody has deleted it. */
  get isGone(): boolean {
    return this.#closed || this.#calls.name(this.#first().descriptor) === undefined;
  }

  /** What `ip` does, in the interface's namespace: its state, MTU and address are changed and asked for there. */
  get ip(): IpRoute {
    return this.#ip;
  }

  /**
   * Begins to hand over what the host transmits. It keeps the process alive.
   *
   * @param handler - takes frames, one after another; what it throws ends the reading
   * @param failed - told once, when reading has ended: of `EBADFD` when the interface is gone, or of what the handler threw.
   * Without it the error is thrown where nobody catches it
   * @throws KernelError `EALREADY`: it was started; `EBADF`
   */
  start(handler: TapHandler, failed: (error: unknown) => void = rethrow): void {
    this.#first();
    if (this.#pump !== undefined) throw new KernelError('EALREADY', 'frames are read already', { op: 'tap' });
    this.#pump = new TapPump(this.#queues, handler, failed);
  }

  /** Lets what a queue has wait: the kernel holds as many frames as `txqueuelen` says, and drops and counts the rest. */
  pause(queue: number): void {
    this.#checked(queue).paused = true;
  }

  /** Takes {@link pause} back. */
  resume(queue: number): void {
    const taken = this.#checked(queue);
    if (!taken.paused) return;
    taken.paused = false;
    this.#pump?.resumed(taken);
  }

  /**
   * Gives the host a frame, without waiting.
   *
   * @param bytes - with the frame: from the Ethernet header on, or for TUN the packet
   * @param options - where the frame is in it, by default all of it; through which queue, by default the first; for TUN its
   * Ethertype in host order
   * @throws KernelError as {@link TapCounters.refused} says, and counts; `EBADFD`: the interface is gone; `EBADF`
   */
  write(bytes: Uint8Array, options: { readonly offset?: number; readonly length?: number; readonly queue?: number; readonly protocol?: number } = {}): void {
    const { offset = 0, length = bytes.length - offset, queue = 0, protocol = 0 } = options;
    if (offset < 0 || length < 0 || offset + length > bytes.length) {
      throw new RangeError(`frame: expected at most ${String(bytes.length)} octets, got ${String(length)} at ${String(offset)}`);
    }
    this.#first();
    const result = this.tryWrite(this.#checked(queue).index, bytes, offset, length, protocol);
    if (result < 0) throw new KernelError(errnoName(-result) ?? 'EIO', undefined, { op: 'write' });
  }

  /**
   * {@link write} without checks and without throwing: for a frame of many.
   *
   * @param queue - one that there is
   * @param offset - where the frame starts in `bytes`, which has `length` octets from there
   * @returns 0, or a negative errno, which is counted
   */
  tryWrite(queue: number, bytes: Uint8Array, offset: number, length: number, protocol: number): number {
    const result = this.#queues[queue]?.write(bytes, offset, length, protocol) ?? -errno.EBADF;
    if (result < 0) this.#refused.set(-result, (this.#refused.get(-result) ?? 0) + 1);
    return result;
  }

  /** What passed. It stays when the interface has gone. */
  counters(): TapCounters {
    const sum = (of: (queue: TapQueue) => number): number => this.#queues.reduce((all, queue) => all + of(queue), 0);
    return {
      fromHost: { packets: sum((queue) => queue.packetsRead), octets: sum((queue) => queue.octetsRead) },
      toHost: { packets: sum((queue) => queue.packetsWritten), octets: sum((queue) => queue.octetsWritten) },
      refused: Object.fromEntries([...this.#refused].map(([code, count]) => [errnoName(code) ?? String(code), count])),
    };
  }

  /**
   * Whether the interface has a carrier. C twin: `TUNSETCARRIER`.
   *
   * @throws KernelError `EBADFD`, `EBADF`
   */
  setCarrier(isOn: boolean): void {
    this.#calls.setCarrier(this.#first().descriptor, isOn);
  }

  /** How many octets of what was written the host may have in hand: as good as unlimited to begin with. C twin: `TUNGETSNDBUF`. */
  get sendBuffer(): number {
    return this.#calls.sendBuffer(this.#first().descriptor);
  }

  /**
   * Changes {@link sendBuffer}: a frame that is more is refused with `EAGAIN`. C twin: `TUNSETSNDBUF`.
   *
   * @throws KernelError `EINVAL`: no positive number; `EBADFD`, `EBADF`
   */
  setSendBuffer(octets: number): void {
    this.#calls.setSendBuffer(this.#first().descriptor, octets);
  }

  /**
   * Lets a queue take part: the host chooses among those that do. C twin: `TUNSETQUEUE` with `IFF_ATTACH_QUEUE`.
   *
   * @throws KernelError `EINVAL`: it takes part, or it is the only one there can be; `EBADFD`, `EBADF`
   */
  attachQueue(queue: number): void {
    this.#calls.setQueue(this.#checked(queue).descriptor, true);
  }

  /** Takes {@link attachQueue} back; what waits in it is dropped. */
  detachQueue(queue: number): void {
    this.#calls.setQueue(this.#checked(queue).descriptor, false);
  }

  /**
   * Finds the interface where somebody has moved it, to another namespace or name: {@link index} and {@link ip} are those
   * there from now on.
   *
   * C twin: `TUNGETDEVNETNS`.
   *
   * @throws KernelError `EBADFD`: the interface is gone; `EPERM`: the namespace is not ours
   */
  relocate(): void {
    const { name } = this;
    const namespace = new HostNamespace(this.#system, this.#calls.namespace(this.#first().descriptor), `of ${name}`);
    this.#leaveNamespace();
    this.#namespace = namespace;
    this.#ip = this.#iproute();
    this.#index = this.#ip.link.show(name).index;
  }

  /** Closes its queues, and so removes the interface. A second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pump?.[Symbol.dispose]();
    for (const queue of this.#queues) queue.close();
    this.#leaveNamespace();
    this.#system.open.delete(this);
  }

  /** Removes the interface, as {@link close} does. */
  [Symbol.dispose](): void {
    this.close();
  }

  #make(pattern: string, count: number): void {
    const kind = this.type === ARPHRD_ETHER ? IFF_TAP | IFF_NO_PI : IFF_TUN;
    const flags = kind | (count > 1 ? IFF_MULTI_QUEUE : 0);
    let name = pattern;
    // The namespace of the descriptor is that in which it was opened.
    const open = (): void => {
      for (let index = 0; index < count; index++) {
        const queue = new TapQueue(this.#system, this.#calls, this.#calls.open(), index, this.type !== ARPHRD_ETHER);
        this.#queues.push(queue);
        name = this.#calls.setInterface(queue.descriptor, name, index === 0 ? flags | IFF_TUN_EXCL : flags);
      }
    };
    if (this.#namespace === undefined) open();
    else within(this.#system, this.#namespace, open);
    if (this.type !== ARPHRD_ETHER && this.type !== ARPHRD_NONE) this.#calls.setType(this.#first().descriptor, this.type);
  }

  #iproute(): IpRoute {
    const namespace = this.#namespace;
    return new IpRoute(() => this.#openSocket(NETLINK_ROUTE, namespace));
  }

  #leaveNamespace(): void {
    this.#ip[Symbol.dispose]();
    this.#namespace?.close();
    this.#namespace = undefined;
  }

  /** The queue by which the interface is asked. */
  #first(): TapQueue {
    return this.#checked(0);
  }

  #checked(index: number): TapQueue {
    if (this.#closed) throw new KernelError('EBADF', 'the interface was closed', { op: 'tap' });
    const queue = this.#queues[index];
    if (queue === undefined) throw new RangeError(`queue: expected less than ${String(this.#queues.length)}, got ${String(index)}`);
    return queue;
  }
}

/** The kernel would cut what is too long. */
function checkName(name: string): void {
  const { length } = new TextEncoder().encode(name);
  if (length > 15 || name.includes('\0')) throw new RangeError(`name: expected up to 15 octets, got ${JSON.stringify(name)}`);
}

function rethrow(error: unknown): void {
  throw error;
}
