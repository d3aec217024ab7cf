/// <reference types="node" />
import process from 'node:process';
import { ARPHRD_ETHER } from '@netdevkit/bindings';
import { errnoName, isKernelError, KernelError } from '@netdevkit/errno';
import type { HostTap } from './host-tap.unsafe.ts';
import type { DeviceSource, PlugOptions, PlugHandler, PluggedDevice, PortCounters, PortEnd } from './plug-types.ts';
import { PortLink } from './port-link.ts';
import type { TapOptions, TunOptions } from './tap-types.ts';

/** What a {@link HostPort} makes its interface with. */
export interface TapMaker {
  tap(options: TapOptions): HostTap;
  tun(options: TunOptions): HostTap;
}

/**
 * A device of another kernel as an interface of the host. Made by `Host.plug`.
 *
 * What the host transmits takes the device's way out, what the driver receives comes in at the host, and the two are up or
 * down, and have MTU and address, together. When the port ends, the device is taken down, and the interface is removed.
 *
 * @remarks
 * # Invariants
 * The interface and the hold on the device end together, whichever is first.
 *
 * @example
 * ```ts sketch
 * using host = new Host();
 * using kernel = new Kernel({ modules: [echo] });
 * ip.link.add({ kind: 'echo', name: 'echo0' });
 * using port = host.plug(kernel.initialNamespace, 'echo0');
 * console.log(port.name); // and now: ip addr add 10.77.0.1/24 dev echo0; ip link set echo0 up; ping 10.77.0.2
 * const { reason } = await port.ended;
 * ```
 */
export class HostPort implements Disposable {
  readonly #tap: HostTap;
  readonly #device: PluggedDevice;
  /** `undefined` while the port is made. */
  #link: PortLink | undefined;
  readonly #dropped = new Map<number, number>();
  #packetsDropped = 0;
  #octetsDropped = 0;
  /** The queue whose packet is on its way: an answer takes the same, and the host then keeps to it. */
  #queue = 0;
  #isOver = false;
  #end: (end: PortEnd) => void = () => undefined;
  /** Resolves when the port has ended, with why. */
  readonly ended: Promise<PortEnd> = new Promise((resolve) => {
    this.#end = resolve;
  });

  /**
   * @param host - makes the interface
   * @param source - where the device is
   * @param name - the device
   * @throws KernelError: what `Host.plug` says
   */
  constructor(host: TapMaker, source: DeviceSource, name: string, options: PlugOptions) {
    const { onError = warn } = options;
    this.#device = source.openPort(name, this.#handler());
    try {
      this.#tap = makeTap(host, this.#device, options);
      try {
        this.#link = new PortLink({
          tap: this.#tap,
          device: this.#device,
          report: onError,
          deleted: () => { this.#finish({ reason: 'deleted' }); },
          failed: (error) => { this.#finish({ reason: 'failed', error }); },
        });
      } catch (error) {
        this.#tap.close();
        throw error;
      }
    } catch (error) {
      this.#device.close();
      throw error;
    }
    this.#tap.start(
      (queue, bytes, offset, length, protocol) => { this.#fromHost(queue, bytes, offset, length, protocol); },
      (error) => { this.#finish(isKernelError(error, 'EBADFD') ? { reason: 'deleted' } : { reason: 'failed', error }); },
    );
  }

  /**
   * The interface's name at the host, as it is now.
   *
   * @throws KernelError `EBADFD`, `EBADF`: the port has ended
   */
  get name(): string {
    return this.#tap.name;
  }

  /** The interface's index at the host. */
  get index(): number {
    return this.#tap.index;
  }

  /** Whether it has ended. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** What passed. It stays when the port has ended. */
  counters(): PortCounters {
    const { fromHost, toHost, refused } = this.#tap.counters();
    return {
      fromHost: { packets: fromHost.packets - this.#packetsDropped, octets: fromHost.octets - this.#octetsDropped },
      toHost,
      dropped: {
        fromHost: Object.fromEntries([...this.#dropped].map(([code, count]) => [errnoName(code) ?? String(code), count])),
        toHost: refused,
      },
    };
  }

  /** Removes the interface, and lets go of the device. A second call does nothing. */
  close(): void {
    this.#finish({ reason: 'closed' });
  }

  /** Removes the interface and lets go of the device, as {@link close} does. */
  [Symbol.dispose](): void {
    this.close();
  }

  #handler(): PlugHandler {
    return {
      receive: (bytes, offset, length, protocol) => {
        this.#tap.tryWrite(this.#queue, bytes, offset, length, protocol);
      },
      room: (queue) => {
        if (!this.#isOver) this.#tap.resume(queue);
      },
      changed: () => { this.#link?.changed(); },
      gone: () => { this.#finish({ reason: 'gone' }); },
    };
  }

  #fromHost(queue: number, bytes: Uint8Array, offset: number, length: number, protocol: number): void {
    this.#queue = queue;
    let result = this.#device.transmit(queue, bytes, offset, length, protocol);
    if (result < 0 && !this.#device.isUp) {
      // The host may be up, and have said so, and not have been heard yet.
      this.#link?.syncIfTold();
      if (this.#device.isUp) result = this.#device.transmit(queue, bytes, offset, length, protocol);
    }
    this.#queue = 0;
    if (result === 0) return;
    if (result > 0) {
      this.#tap.pause(queue);
      return;
    }
    this.#packetsDropped++;
    this.#octetsDropped += length;
    this.#dropped.set(-result, (this.#dropped.get(-result) ?? 0) + 1);
  }

  #finish(end: PortEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#link?.[Symbol.dispose]();
    if (end.reason !== 'gone') {
      if (this.#device.isUp) this.#device.setUp(false);
      this.#device.close();
    }
    this.#tap.close();
    this.#end(end);
  }
}

/** The interface that can carry what the device does. */
function makeTap(host: TapMaker, device: PluggedDevice, options: PlugOptions): HostTap {
  const { name = device.name, namespace, queues = device.queues } = options;
  const common = { name, queues, ...(namespace === undefined ? {} : { namespace }) };
  if (device.type === ARPHRD_ETHER) return host.tap(common);
  if (device.headerLength === 0) return host.tun({ ...common, type: device.type });
  throw new KernelError('EPFNOSUPPORT', `${device.name} has a link layer (type ${String(device.type)}) that no interface of the host can have`, { op: 'plug' });
}

function warn(error: Error): void {
  process.emitWarning(error);
}
