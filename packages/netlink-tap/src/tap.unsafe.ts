import { NETREG, type netlink_tap } from '@netdevkit/bindings/raw';
import { KernelError, toResult } from '@netdevkit/errno';
import type { Device } from '@netdevkit/netdevice';
import { rawDeviceUnsafe } from '@netdevkit/netdevice/unsafe';

/**
 * A tap on netlink traffic: while it is added, its device gets a copy of every message of its namespace.
 *
 * C twin: `struct netlink_tap` (include/linux/netlink.h).
 *
 * The core removes a tap when its device goes, whatever the driver forgot; disposing one removes it, too. While it is
 * added it pins the driver's module.
 *
 * @remarks
 * # Invariants
 *
 * The raw record's `dev` is set exactly while the tap is added, by this class or by a kernel that ends what its device left.
 *
 * @example
 * ```ts
 * open(dev: Device<'lstats'>, state: State): void { state.tap.add(dev); }
 * stop(_dev: Device<'lstats'>, state: State): void { state.tap.remove(); }
 * ```
 */
export class Tap implements Disposable {
  readonly #raw: netlink_tap = { dev: null, module: null };

  /** Whether the tap is added. */
  get isRegistered(): boolean {
    return this.#raw.dev !== null;
  }

  /**
   * Adds the tap: from now on the device transmits a copy of each netlink message.
   *
   * C twin: `netlink_add_tap`. Unlike Linux, which does not look, a second add is refused, and so is a device that the
   * kernel would not end the tap of: one that is not registered yet, or is on its way out.
   *
   * @param dev - a device of type `DeviceType.NETLINK`, registered
   * @throws KernelError `EBUSY`: the tap is added; `EINVAL`: the device is of another type; `ENODEV`: it is gone or not
   * registered; `ENOMEM`
   */
  add(dev: Device): void {
    if (this.isRegistered) throw new KernelError('EBUSY', undefined, { op: 'netlink_add_tap' });
    // SAFETY: the raw device is kept in the tap, which the kernel ends when the device goes.
    const device = rawDeviceUnsafe(dev);
    if (device.reg_state !== NETREG.REGISTERED) throw new KernelError('ENODEV', 'the device is not registered', { op: 'netlink_add_tap' });
    // INVARIANT: the device is registered, so the kernel ends the tap, and clears the field, when the device goes.
    this.#raw.dev = device;
    // INVARIANT: the module is that of the device's link kind, which cannot go before its devices.
    this.#raw.module = device.rtnl_link_ops?.owner ?? null;
    // SAFETY: the device is alive, and the record is not added.
    const error = device.kernel.netlink_add_tap(this.#raw);
    // INVARIANT: a tap that was not added has no device.
    if (error < 0) this.#clear();
    toResult(error, 'netlink_add_tap');
  }

  /**
   * Removes the tap; one that is not added stays so.
   *
   * C twin: `netlink_remove_tap`.
   */
  remove(): void {
    const { dev } = this.#raw;
    if (dev === null) return;
    // SAFETY: the tap is added, by this class's invariant, so its device is alive.
    dev.kernel.netlink_remove_tap(this.#raw);
    // INVARIANT: whatever the kernel said, the tap is not added any more.
    this.#clear();
  }

  /** Removes the tap, as {@link remove} does. */
  [Symbol.dispose](): void {
    this.remove();
  }

  #clear(): void {
    this.#raw.dev = null;
    this.#raw.module = null;
  }
}
