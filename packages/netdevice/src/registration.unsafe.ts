import { NETREG, type net_device } from '@netdevkit/bindings/raw';
import { KernelError, kernelError, toResult } from '@netdevkit/errno';
import type { ThisModule } from '@netdevkit/module';
import { holdUnsafe, rawModuleUnsafe } from '@netdevkit/module/unsafe';
import type { PcpuStatKind } from '@netdevkit/stats';
import { beginSetupUnsafe, endSetupUnsafe, type DeviceSetup } from './device-setup.unsafe.ts';
import type { Device } from './device.unsafe.ts';
import { bindDriverUnsafe, type DriverBinding } from './driver-binding.unsafe.ts';
import type { Operations } from './operations.ts';
import { expectSettled } from './settled.ts';

/** How many queues of either kind a device may have. */
const MAX_QUEUES = 4096;

/**
 * The driver of Ethernet devices that its module registers by itself.
 *
 * @typeParam S - the driver's state for one device: made before any other callback, disposed (if it is `Disposable`) when
 * the device has gone and no callback follows
 */
export interface EthernetDriver<S extends object, K extends PcpuStatKind = PcpuStatKind> extends Operations<S, K> {
  /** Makes the driver's state for a new device. */
  createState(): S;

  /** Sets a new device up, which is an Ethernet device already. Absent: it stays a plain one. */
  setup?(dev: DeviceSetup): void;
}

/** What an Ethernet device is allocated with. */
export interface EthernetOptions {
  /**
   * The name or its template: one `%d` stands for the lowest free number.
   *
   * @defaultValue `eth%d`
   */
  readonly name?: string;
  /**
   * How many transmit queues, 1 to 4096.
   *
   * @defaultValue 1
   */
  readonly txQueues?: number;
  /**
   * How many receive queues, 1 to 4096.
   *
   * @defaultValue 1
   */
  readonly rxQueues?: number;
}

/**
 * A device that a module makes by itself, in the initial namespace: allocated, then configured, then registered. Disposing
 * it takes the device away: it is closed and unregistered first, and the driver's state goes after that. One that is left
 * over when its module's init fails, or when the module goes, is disposed then.
 *
 * C twins: `alloc_etherdev_mqs`, `register_netdev`, `unregister_netdev`, `free_netdev`.
 *
 * @remarks
 * # Invariants
 *
 * While `#raw` is not `null` it is allocated, and was prepared by `#binding`.
 *
 * @example
 * ```ts sketch
 * init(module) {
 *   const registration = Registration.ether(module, new Driver(), { txQueues: 4 });
 *   registration.configure((dev) => dev.setMtu(9000));
 *   registration.register();
 *   return registration;
 * }
 * ```
 */
export class Registration<S extends object, K extends PcpuStatKind = PcpuStatKind> implements Disposable {
  #raw: net_device | null;
  readonly #binding: DriverBinding<S, K>;
  readonly #letGo: () => void;

  private constructor(raw: net_device, binding: DriverBinding<S, K>, module: ThisModule) {
    // INVARIANT: made by ether() alone, of what it has just allocated with the binding's setup.
    this.#raw = raw;
    this.#binding = binding;
    // SAFETY: disposing does not throw, since the kernel does not, and lets go first.
    this.#letGo = holdUnsafe(module, this);
  }

  /**
   * Allocates an Ethernet device.
   *
   * @param module - the module that the driver is part of
   * @param driver - its operations
   * @param options - name and queues
   * @throws RangeError: a number of queues that is none
   * @throws TypeError: the module was unloaded
   * @throws KernelError `ENOMEM`; `EINVAL`: a name of more than 15 octets; what the driver's `createState` or `setup` threw
   */
  static ether<S extends object, K extends PcpuStatKind>(
    module: ThisModule,
    driver: EthernetDriver<S, K>,
    options: EthernetOptions = {},
  ): Registration<S, K> {
    const { name = 'eth%d', txQueues = 1, rxQueues = 1 } = options;
    for (const [label, count] of [['txQueues', txQueues], ['rxQueues', rxQueues]] as const) {
      if (!Number.isInteger(count) || count < 1 || count > MAX_QUEUES) {
        throw new RangeError(`${label}: expected an integer from 1 to ${String(MAX_QUEUES)}, got ${String(count)}`);
      }
    }
    // SAFETY: devices are held by the module, so they do not outlive it.
    const { kernel } = rawModuleUnsafe(module);
    // SAFETY: setup() comes first for the one device, below; the operations follow.
    const binding = bindDriverUnsafe<S, K>(driver);
    const setup = (raw: net_device): number =>
      binding.setup(
        raw,
        () => driver.createState(),
        (dev) => {
          dev.etherSetup();
          return driver.setup?.(dev);
        },
      );
    // SAFETY: no condition; the device is this registration's to free.
    const raw = kernel.alloc_netdev_mqs(kernel.init_net, name, setup, txQueues, rxQueues);
    if (typeof raw === 'number') throw kernelError(raw, 'alloc_etherdev_mqs');
    return new Registration(raw, binding, module);
  }

  /** Whether the device is registered: from {@link register} until somebody takes it away. */
  get isRegistered(): boolean {
    return this.#raw?.reg_state === NETREG.REGISTERED;
  }

  /**
   * The device.
   *
   * @throws KernelError `ENODEV`: it is not registered
   */
  get device(): Device<K> {
    if (this.#raw === null || !this.isRegistered) throw new KernelError('ENODEV', 'the device is not registered', { op: 'Registration' });
    return this.#binding.deviceOf(this.#raw);
  }

  /**
   * Configures the device further, before it is registered.
   *
   * @param configure - gets the device's setup, dead afterwards, and the driver's state for it
   * @throws KernelError `EBUSY`: it was registered before; `ENODEV`: it is gone
   */
  configure(configure: (dev: DeviceSetup, state: S) => unknown): void {
    const raw = this.#unregistered();
    // SAFETY: the device is not registered, and the phase ends below.
    const setup = beginSetupUnsafe(raw);
    try {
      expectSettled('configure', configure(setup, this.#binding.stateOf(raw)));
    } finally {
      // SAFETY: registration comes later.
      endSetupUnsafe(setup);
    }
  }

  /**
   * Registers the device: from now on users see it.
   *
   * C twin: `register_netdev`.
   *
   * @returns the device
   * @throws KernelError `EEXIST`: the name is taken; `EBUSY`: it was registered before; `ENODEV`: it is gone; `ENOMEM`; what
   * the driver's `init` threw. The device is gone then
   */
  register(): Device<K> {
    const raw = this.#unregistered();
    // SAFETY: the device is allocated, set up and not registered.
    const error = raw.kernel.register_netdev(raw);
    // The driver's state went with the attempt: there is nothing to try again with.
    if (error < 0) this[Symbol.dispose]();
    toResult(error, 'register_netdev');
    return this.#binding.deviceOf(raw);
  }

  /** Unregisters the device, or frees one that never was registered; the driver's state goes last. A second call does nothing. */
  [Symbol.dispose](): void {
    const raw = this.#raw;
    if (raw === null) return;
    this.#raw = null;
    this.#letGo();
    // SAFETY: the device is registered; the core frees it when it is through with it, the driver's state last.
    if (raw.reg_state === NETREG.REGISTERED) raw.kernel.unregister_netdev(raw);
    // SAFETY: the device never was registered, so that it is ours alone. One that somebody else has taken away is freed.
    else if (raw.reg_state === NETREG.UNINITIALIZED) raw.kernel.free_netdev(raw);
  }

  #unregistered(): net_device {
    if (this.#raw === null) throw new KernelError('ENODEV', 'the device is gone', { op: 'Registration' });
    if (this.#raw.reg_state !== NETREG.UNINITIALIZED) throw new KernelError('EBUSY', 'the device was registered before', { op: 'Registration' });
    return this.#raw;
  }
}
