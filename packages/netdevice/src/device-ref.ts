import type { PcpuStatKind } from '@netdevkit/stats';
import type { Device } from './device.unsafe.ts';

/**
 * A way back to a device, for a driver to keep: the other end of a pair, the device below. It keeps nothing alive.
 *
 * C twin: a pointer under RCU that is cleared when the device goes.
 *
 * @example
 * ```ts sketch
 * state.peer?.get()?.carrierOff();
 * ```
 */
export class DeviceRef<K extends PcpuStatKind = PcpuStatKind> {
  readonly #find: () => Device<K> | undefined;

  /** @internal */
  constructor(find: () => Device<K> | undefined) {
    this.#find = find;
  }

  /** The device; `undefined` before it is registered, and once it is being unregistered. */
  get(): Device<K> | undefined {
    return this.#find();
  }
}
