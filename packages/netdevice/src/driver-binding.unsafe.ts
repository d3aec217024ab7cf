import { NAPI_POLL_WEIGHT, type ethtool_ops, type napi_struct, type net_device, type net_device_ops, type sk_buff } from '@netdevkit/bindings/raw';
import { errnoOf, fromResult } from '@netdevkit/errno';
import { bindEthtoolUnsafe } from '@netdevkit/ethtool/unsafe';
import { concludeUnsafe, fromRawOwnedUnsafe, lendUnsafe, mendUnsafe } from '@netdevkit/skbuff/unsafe';
import { writeLinkStats64, type PcpuStatKind } from '@netdevkit/stats';
import { declareStatsUnsafe } from '@netdevkit/stats/unsafe';
import { beginSetupUnsafe, endSetupUnsafe, type DeviceSetup } from './device-setup.unsafe.ts';
import { Device, rawDeviceUnsafe, revokeDeviceUnsafe, setNapiUnsafe } from './device.unsafe.ts';
import { featureBits, integer } from './checked.ts';
import type { Operations } from './operations.ts';
import { expectSettled } from './settled.ts';

/**
 * What lies behind `netdev_priv` of a device of the safe layer.
 *
 * @remarks
 * # Invariants
 *
 * The receive contexts are the device's own: they go with this record, which is the device's.
 */
class DevicePrivate<S extends object, K extends PcpuStatKind> {
  readonly device: Device<K>;
  readonly state: S;
  readonly driver: Operations<S, K>;
  /** The driver's own method: looked up once, because the transmit path meets the methods of many classes. */
  readonly startXmit: Operations<S, K>['startXmit'];
  /** The receive contexts of a driver that polls, made when the device is first opened. */
  napi: readonly napi_struct[] = [];
  /** How many of the driver's callbacks run for the device, those of {@link startXmit} aside. */
  calls = 0;
  /** The device has gone; what is left ends with the last of the calls. */
  gone = false;

  constructor(device: Device<K>, state: S, driver: Operations<S, K>) {
    this.device = device;
    this.state = state;
    this.driver = driver;
    this.startXmit = methodOf(driver, 'startXmit');
  }
}

/**
 * A driver bound to the raw layer: one record of operations for all of its devices, and the making and ending of a
 * device's private part.
 *
 * @remarks
 * # Invariants
 *
 * - The records are set by {@link setup} alone, which also sets `priv`, so every operation may take `priv` for what
 *   {@link setup} made.
 * - A device's state is ended once, when the device has gone and no callback runs for it any more.
 */
export class DriverBinding<S extends object, K extends PcpuStatKind> {
  readonly #driver: Operations<S, K>;
  readonly #netdevOps: net_device_ops;
  readonly #ethtoolOps: ethtool_ops | null;

  /** @internal */
  constructor(driver: Operations<S, K>) {
    this.#driver = driver;
    this.#netdevOps = this.#bindNetdev();
    this.#ethtoolOps = this.#bindEthtool();
  }

  /** @internal */
  setup(raw: net_device, createState: () => S, configure: (setup: DeviceSetup) => unknown): number {
    const prepare = (): void => {
      // SAFETY: the device is fresh from the allocator, and this is the one place that declares its counters.
      const stats = declareStatsUnsafe(raw, this.#driver.pcpuStats);
      const own = new DevicePrivate<S, K>(new Device<K>(raw, stats), object('createState', createState()), this.#driver);
      // INVARIANT: the operations and the private part that they rely on are set together, once.
      raw.priv = own;
      raw.netdev_ops = this.#netdevOps;
      raw.ethtool_ops = this.#ethtoolOps;
      raw.needs_free_netdev = true;
      raw.priv_destructor = (dev) => {
        this.#destroy(dev);
      };
      // SAFETY: the device is fresh from the allocator, and the phase ends below.
      const handle = beginSetupUnsafe(raw);
      try {
        expectSettled('setup', configure(handle));
      } finally {
        // SAFETY: registration comes after setup.
        endSetupUnsafe(handle);
      }
    };
    return fromResult(prepare, (error) => {
      complain(raw, 'setup', error);
    });
  }

  /**
   * Runs a callback of the driver: 0, or a negative errno.
   *
   * @param accept - what follows when the driver did not refuse
   *
   * @internal
   */
  call<R>(raw: net_device, op: string, callback: (device: Device<K>, state: S) => R, accept?: (result: R, device: Device<K>) => void): number {
    const own = this.#privateOf(raw);
    own.calls++;
    const error = fromResult(
      () => {
        const result = callback(own.device, own.state);
        expectSettled(op, result);
        accept?.(result, own.device);
      },
      (defect) => {
        complain(raw, op, defect);
      },
    );
    own.calls--;
    if (own.gone && own.calls === 0) this.#end(raw, own);
    return error;
  }

  /** @internal */
  stateOf(raw: net_device): S {
    return this.#privateOf(raw).state;
  }

  /** @internal */
  deviceOf(raw: net_device): Device<K> {
    return this.#privateOf(raw).device;
  }

  #privateOf(raw: net_device): DevicePrivate<S, K> {
    // CAST: by this class's invariant `priv` is what setup() made.
    return raw.priv as DevicePrivate<S, K>;
  }

  /** The device goes. A `newLink` whose registration failed may be at work on its state still. */
  #destroy(raw: net_device): void {
    const own = this.#privateOf(raw);
    own.gone = true;
    if (own.calls === 0) this.#end(raw, own);
  }

  #end(raw: net_device, { device, state }: DevicePrivate<S, K>): void {
    fromResult(
      () => {
        // CAST: any object may have a dispose method; whether it does is asked here.
        expectSettled('dispose', (state as Partial<Disposable>)[Symbol.dispose]?.());
      },
      (error) => {
        complain(raw, 'dispose', error);
      },
    );
    // SAFETY: the core has run the destructor, after every other callback.
    revokeDeviceUnsafe(device);
    raw.priv = null;
  }

  /**
   * The raw device at the other end of a device, by the driver's word.
   *
   * @internal
   */
  linkOf(raw: net_device): net_device | undefined {
    return this.#answer<net_device | undefined>(raw, 'getIflink', undefined, (dev, state) => {
      const other = this.#driver.getIflink?.(dev, state)?.get();
      // SAFETY: the record is looked at and not kept; what is gone throws.
      return other === undefined ? undefined : rawDeviceUnsafe(other);
    });
  }

  /** What a callback of the driver answers; what it throws is logged, and the core goes on with `fallback`. */
  #answer<R>(raw: net_device, op: string, fallback: R, ask: (device: Device<K>, state: S) => R | undefined): R {
    let answer = fallback;
    this.call(raw, op, ask, (result) => {
      answer = result ?? fallback;
    });
    return answer;
  }

  #openDevice(raw: net_device): number {
    const own = this.#privateOf(raw);
    if (this.#driver.poll !== undefined) this.#enableNapi(raw, own);
    const error = this.call(raw, 'open', (dev, state) => this.#driver.open?.(dev, state));
    if (error < 0) this.#disableNapi(own);
    return error;
  }

  #stopDevice(raw: net_device): number {
    // Nothing is polled by the time that the driver takes its things away.
    this.#disableNapi(this.#privateOf(raw));
    return this.call(raw, 'stop', (dev, state) => this.#driver.stop?.(dev, state));
  }

  #enableNapi(raw: net_device, own: DevicePrivate<S, K>): void {
    if (own.napi.length === 0) {
      // INVARIANT: they are contexts of the device whose private part this is.
      own.napi = Array.from({ length: raw.num_rx_queues }, (_, queue) =>
        // SAFETY: the device is alive; the context does not outlive it, as it is polled between open and stop only.
        raw.kernel.netif_napi_add(raw, (_napi, budget) => this.#poll(raw, budget, queue), NAPI_POLL_WEIGHT),
      );
      // SAFETY: there is one for each receive queue of the device.
      setNapiUnsafe(own.device, own.napi);
    }
    // SAFETY: the contexts are this device's and disabled: it was closed.
    for (const napi of own.napi) raw.kernel.napi_enable(napi);
  }

  #disableNapi(own: DevicePrivate<S, K>): void {
    // SAFETY: the contexts are this device's; disabling one twice does nothing.
    for (const napi of own.napi) napi.dev.kernel.napi_disable(napi);
  }

  #poll(raw: net_device, budget: number, queue: number): number {
    return this.#answer(raw, 'poll', 0, (dev, state) => integer('poll', this.#driver.poll?.(dev, budget, queue, state) ?? 0, 0, 0x7fff_ffff));
  }

  #bindNetdev(): net_device_ops {
    const driver = this.#driver;
    const has = <M extends keyof Operations<S, K>>(method: M): boolean => driver[method] !== undefined;
    return {
      ndo_init: has('init') ? (raw) => this.call(raw, 'init', (dev, state) => driver.init?.(dev, state)) : null,
      ndo_uninit: has('uninit') ? (raw) => void this.call(raw, 'uninit', (dev, state) => driver.uninit?.(dev, state)) : null,
      ndo_open: has('open') || has('poll') ? (raw) => this.#openDevice(raw) : null,
      ndo_stop: has('stop') || has('poll') ? (raw) => this.#stopDevice(raw) : null,
      ndo_start_xmit: startXmit,
      ndo_set_rx_mode: has('setRxMode')
        ? (raw) => void this.call(raw, 'setRxMode', (dev, state) => driver.setRxMode?.(dev, state))
        : null,
      ndo_set_mac_address: has('setMacAddress')
        ? (raw, address) =>
            this.call(
              raw,
              'setMacAddress',
              (dev, state) => driver.setMacAddress?.(dev, address.slice(), state),
              () => {
                // SAFETY: the device is alive for the length of this callback; the core checked the address's length.
                raw.kernel.dev_addr_set(raw, address);
              },
            )
        : null,
      ndo_validate_addr: has('validateAddr')
        ? (raw) => this.call(raw, 'validateAddr', (dev, state) => driver.validateAddr?.(dev, state))
        : null,
      ndo_change_mtu: has('changeMtu')
        ? (raw, mtu) =>
            this.call(
              raw,
              'changeMtu',
              (dev, state) => driver.changeMtu?.(dev, mtu, state),
              () => {
                raw.mtu = mtu;
              },
            )
        : null,
      ndo_get_stats64: has('getStats64')
        ? (raw, storage) =>
            void this.call(
              raw,
              'getStats64',
              (dev, state) => driver.getStats64?.(dev, state),
              (stats) => {
                writeLinkStats64(storage, stats ?? {});
              },
            )
        : null,
      ndo_change_carrier: has('changeCarrier')
        ? (raw, carrier) =>
            this.call(
              raw,
              'changeCarrier',
              (dev, state) => driver.changeCarrier?.(dev, carrier, state),
              (_, dev) => {
                if (carrier) dev.carrierOn();
                else dev.carrierOff();
              },
            )
        : null,
      ndo_select_queue: has('selectQueue')
        ? (raw, skb) =>
            this.#answer(raw, 'selectQueue', 0, (dev, state) =>
              // SAFETY: the core holds the skb for the length of this callback.
              lendUnsafe(skb, (view) => driver.selectQueue?.(dev, view, state)),
            )
        : null,
      ndo_get_iflink: has('getIflink') ? (raw) => this.linkOf(raw)?.ifindex ?? 0 : null,
      ndo_fix_features: has('fixFeatures')
        ? (raw, features) =>
            this.#answer(raw, 'fixFeatures', features, (dev, state) => {
              const fixed = driver.fixFeatures?.(dev, features, state);
              return fixed === undefined ? fixed : featureBits('fixFeatures', fixed);
            })
        : null,
      ndo_set_features: has('setFeatures')
        ? (raw, features) => this.call(raw, 'setFeatures', (dev, state) => driver.setFeatures?.(dev, features, state))
        : null,
      ndo_tx_timeout: has('txTimeout')
        ? (raw, queue) => void this.call(raw, 'txTimeout', (dev, state) => driver.txTimeout?.(dev, queue, state))
        : null,
      ndo_change_proto_down: has('changeProtoDown')
        ? (raw, protoDown) => this.call(raw, 'changeProtoDown', (dev, state) => driver.changeProtoDown?.(dev, protoDown, state))
        : null,
    };
  }

  #bindEthtool(): ethtool_ops | null {
    const { ethtool } = this.#driver;
    if (ethtool === undefined) return null;
    // SAFETY: call() finds handle and state of the devices that setup() has prepared, which alone get these operations.
    return bindEthtoolUnsafe<Device<K>, S>(ethtool, (raw, op, callback, accept) => this.call(raw, op, callback, accept));
  }
}

/**
 * Binds a driver's operations to the raw layer.
 *
 * # Safety
 *
 * - `setup` of the result is called for fresh devices alone, once each, before anything else of it.
 * - `call` and `deviceOf` are called for devices that its `setup` prepared, while they live.
 */
export function bindDriverUnsafe<S extends object, K extends PcpuStatKind>(driver: Operations<S, K>): DriverBinding<S, K> {
  return new DriverBinding(driver);
}

/**
 * `ndo_start_xmit` of every device of the safe layer: the way of every packet. It is one function for all drivers, so that
 * the core's call has one target, and it makes no closure unless something is wrong.
 */
function startXmit(skb: sk_buff, raw: net_device): number {
  // CAST: this operation is set together with the private part that it takes `priv` for: see DriverBinding.
  const own = raw.priv as DevicePrivate<object, PcpuStatKind>;
  // SAFETY: the core gives its reference up with this call.
  const handle = fromRawOwnedUnsafe(skb);
  let outcome: unknown;
  let thrown = 0;
  try {
    outcome = own.startXmit.call(own.driver, handle, own.device, own.state);
  } catch (error) {
    thrown = thrownErrno(raw, error);
  }
  // SAFETY: the handle is this transmission's; the skb is touched again only by the core, on BUSY.
  const result = concludeUnsafe(handle, outcome);
  if (result >= 0) return result;
  // SAFETY: as above; what the driver owed is made good here.
  const complaint = mendUnsafe(handle, outcome);
  if (thrown === 0) complain(raw, 'startXmit', complaint);
  return thrown;
}

/** The errno of what `startXmit` threw. Apart from it, because a closure there would cost each packet a context. */
function thrownErrno(raw: net_device, error: unknown): number {
  return errnoOf(error, (defect) => {
    complain(raw, 'startXmit', defect);
  });
}

/** What a driver made, which must be an object. */
function object<S extends object>(op: string, made: S): S {
  expectSettled(op, made);
  if ((typeof made === 'object' || typeof made === 'function') && made !== null) return made;
  throw new TypeError(`${op}: expected an object, got ${String(made)}`);
}

/** A method to be called with its object given. */
function methodOf<T, M extends keyof T>(object: T, name: M): T[M] {
  return object[name];
}

function complain(raw: net_device, op: string, what: unknown): void {
  const text = what instanceof Error ? (what.stack ?? what.message) : String(what);
  // SAFETY: the core called an operation of this device, so it is alive; printk has no other condition.
  raw.kernel.printk(3, `${raw.name}: ${op}: ${text}`);
}
