/// <reference types="node" />
import { clearImmediate, setImmediate } from 'node:timers';
import { ARPHRD_ETHER, IFF_PROMISC, IFF_UP } from '@netdevkit/bindings';
import { isKernelError, KernelError } from '@netdevkit/errno';
import { formatLinkAddress, parseLinkAddress, type Link, type Monitor, type MonitorEvent } from '@netdevkit/iproute';
import type { HostTap } from './host-tap.unsafe.ts';
import type { PluggedDevice } from './plug-types.ts';

/** What a {@link PortLink} joins. */
export interface PortLinkParts {
  readonly tap: HostTap;
  readonly device: PluggedDevice;
  /** Told of what one side refuses. */
  readonly report: (error: Error) => void;
  /** Told when the host's interface is gone. */
  readonly deleted: () => void;
  /** Told when the host does not say any more how its interface is. */
  readonly failed: (error: unknown) => void;
}

/** Something that both sides have, and how each is told of it. */
interface Shared<T> {
  readonly what: string;
  readonly host: T;
  readonly device: T;
  /** What both were when they were last alike. */
  readonly agreed: T;
  readonly toHost: (value: T) => void;
  readonly toDevice: (value: T) => void;
}

/**
 * Keeps the state of the host's interface and that of the device alike: whether they are up, MTU, address; and carrier and
 * name as the device has them.
 *
 * Both sides are asked how they are now, never only told what happened: what one says may be out of date when it is heard.
 * Whichever side is not as both were when they agreed has changed, and the other follows; if it refuses, the first goes back.
 *
 * @remarks
 * # Invariants
 * Requests to either side are answered before they return, so nothing changes during a {@link sync} but what it changes.
 */
export class PortLink implements Disposable {
  readonly #parts: PortLinkParts;
  #monitor: Monitor;
  #up = false;
  #mtu: number;
  #address: string;
  #name: string;
  #hasCarrier: boolean | undefined;
  #pending: NodeJS.Immediate | undefined;
  #syncing = false;
  #closed = false;

  /**
   * Makes the host's interface like the device.
   *
   * @throws KernelError: the host's interface cannot be so
   */
  constructor(parts: PortLinkParts) {
    this.#parts = parts;
    const { tap, device } = parts;
    this.#mtu = device.mtu;
    this.#name = device.name;
    const { index, ip } = tap;
    this.#address = tap.type === ARPHRD_ETHER ? formatLinkAddress(device.address) : '';
    this.#monitor = ip.monitor();
    try {
      ip.link.set(index, { mtu: device.mtu, ...(this.#address === '' ? {} : { address: this.#address }) });
    } catch (error) {
      this.#monitor.close();
      throw refused(error, `the host's interface cannot have the MTU ${String(device.mtu)}${this.#address === '' ? '' : ` and the address ${this.#address}`} of ${device.name}`);
    }
    this.sync();
    void this.#listen(this.#monitor);
  }

  /** Does {@link sync} soon: for the device to call from inside its kernel. */
  changed(): void {
    if (this.#closed || this.#syncing) return;
    this.#pending ??= setImmediate(() => {
      this.#pending = undefined;
      this.sync();
    });
  }

  /** {@link sync} if the host has said something. */
  syncIfTold(): void {
    const told = this.#hear();
    if (told.isTold) this.#sync(told.wasDown);
  }

  /** Makes both sides alike. */
  sync(): void {
    this.#sync(this.#hear().wasDown);
  }

  /** Follows no more. */
  [Symbol.dispose](): void {
    this.#closed = true;
    if (this.#pending !== undefined) clearImmediate(this.#pending);
    this.#monitor.close();
  }

  async #listen(monitor: Monitor): Promise<void> {
    try {
      for await (const event of monitor) {
        const told = this.#told(event);
        const more = this.#hear();
        if (told.isTold || more.isTold) this.#sync(told.wasDown || more.wasDown);
      }
    } catch (error) {
      if (!this.#closed && monitor === this.#monitor) this.#parts.failed(error);
    }
  }

  /** What the host has said that was not heard yet. */
  #hear(): { isTold: boolean; wasDown: boolean } {
    const all = { isTold: false, wasDown: false };
    for (let event; (event = this.#monitor.poll()) !== undefined; ) {
      const one = this.#told(event);
      all.isTold ||= one.isTold;
      all.wasDown ||= one.wasDown;
    }
    return all;
  }

  #told(event: MonitorEvent): { isTold: boolean; wasDown: boolean } {
    if (event.type === 'overrun') return { isTold: true, wasDown: false };
    if ((event.type !== 'new' && event.type !== 'del') || event.link.index !== this.#parts.tap.index) return { isTold: false, wasDown: false };
    return { isTold: true, wasDown: (event.link.flags & IFF_UP) === 0 };
  }

  #sync(wasDown: boolean): void {
    if (this.#closed || this.#syncing) return;
    this.#syncing = true;
    try {
      // What was down for a moment was down: the driver stops, even if it is to open again.
      if (wasDown && this.#up && this.#parts.device.isUp) {
        this.#parts.device.setUp(false);
        this.#up = false;
      }
      const link = this.#show();
      if (link !== undefined) this.#reconcile(link);
    } catch (error) {
      // Gone between one request and the next.
      if (this.#parts.tap.isGone) this.#parts.deleted();
      else this.#parts.failed(error);
    } finally {
      this.#syncing = false;
    }
  }

  #show(): Link | undefined {
    const { tap } = this.#parts;
    try {
      return tap.ip.link.show(tap.index);
    } catch (error) {
      if (!isKernelError(error, 'ENODEV')) throw error;
    }
    if (tap.isGone) {
      this.#parts.deleted();
      return undefined;
    }
    this.#monitor.close();
    tap.relocate();
    this.#monitor = tap.ip.monitor();
    void this.#listen(this.#monitor);
    return tap.ip.link.show(tap.index);
  }

  #reconcile(link: Link): void {
    const { tap, device } = this.#parts;
    this.#follow(device);
    this.#mtu = this.#agree({
      what: 'MTU',
      host: link.mtu ?? device.mtu,
      device: device.mtu,
      agreed: this.#mtu,
      toHost: (mtu) => { tap.ip.link.set(tap.index, { mtu }); },
      toDevice: (mtu) => { device.setMtu(mtu); },
    });
    if (tap.type === ARPHRD_ETHER) {
      this.#address = this.#agree({
        what: 'address',
        host: link.address ?? '',
        device: formatLinkAddress(device.address),
        agreed: this.#address,
        toHost: (address) => { tap.ip.link.set(tap.index, { address }); },
        toDevice: (address) => { device.setAddress(parseLinkAddress(address)); },
      });
    }
    device.setPromiscuous((link.promiscuity ?? link.flags & IFF_PROMISC) !== 0);
    this.#up = this.#agree({
      what: 'state',
      host: (link.flags & IFF_UP) !== 0,
      device: device.isUp,
      agreed: this.#up,
      toHost: (up) => { tap.ip.link.set(tap.index, { up }); },
      toDevice: (isUp) => { device.setUp(isUp); },
    });
    // Opening may have found or lost it.
    this.#follow(device);
  }

  /** What the device alone decides. */
  #follow(device: PluggedDevice): void {
    const { tap, report } = this.#parts;
    if (device.hasCarrier !== this.#hasCarrier) {
      tap.setCarrier(device.hasCarrier);
      this.#hasCarrier = device.hasCarrier;
    }
    if (device.name === this.#name) return;
    this.#name = device.name;
    try {
      tap.ip.link.set(tap.index, { name: device.name });
    } catch (error) {
      if (tap.isGone) throw error;
      report(refused(error, `the host's interface does not get the name ${device.name}`));
    }
  }

  /** Gives what both are now. */
  #agree<T>({ what, host, device, agreed, toHost, toDevice }: Shared<T>): T {
    if (host === device) return host;
    const { report } = this.#parts;
    const isHosts = host !== agreed;
    const [side, value, before] = isHosts ? [toDevice, host, device] : [toHost, device, host];
    try {
      side(value);
      return value;
    } catch (error) {
      if (this.#parts.tap.isGone) throw error;
      report(refused(error, `the ${isHosts ? 'device' : "host's interface"} refuses the ${what} ${wordOf(value)}`));
    }
    try {
      (isHosts ? toHost : toDevice)(before);
    } catch (error) {
      if (this.#parts.tap.isGone) throw error;
      report(refused(error, `the ${isHosts ? "host's interface" : 'device'} does not get the ${what} ${wordOf(before)} back`));
      return agreed;
    }
    return before;
  }
}

function wordOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'up' : 'down';
  return String(value);
}

/** The error of whoever refused, with what that means. */
function refused(error: unknown, what: string): Error {
  if (!isKernelError(error)) return new Error(what, { cause: error });
  // It ends with its code, which the new one does too.
  const said = error.message.replace(` (${error.code})`, '');
  return new KernelError(error.code, `${what}: ${said}`, { cause: error });
}
