import type { module, net_device, netlink_ext_ack, nlattr_table, nlmsg_builder, rtnl_link_ops } from '@netdevkit/bindings/raw';
import { fromResult, toResult } from '@netdevkit/errno';
import type { ThisModule } from '@netdevkit/module';
import { holdUnsafe, rawModuleUnsafe } from '@netdevkit/module/unsafe';
import { beginSetupUnsafe, bindDriverUnsafe, endSetupUnsafe, expectSettled, type DriverBinding } from '@netdevkit/netdevice/unsafe';
import type { PcpuStatKind } from '@netdevkit/stats';
import type { AttributeDefinitions, NoAttributes } from './attribute-definitions.ts';
import { compileAttributes, type KindAttributes } from './attributes.unsafe.ts';
import {
  ChangeLinkContext,
  InfoWriter,
  NewLinkContext,
  ValidateContext,
  endContextUnsafe,
  endWriterUnsafe,
} from './contexts.unsafe.ts';
import type { Driver } from './driver.ts';

/** `KIND%d` has to be a name: IFNAMSIZ less the NUL and the template. */
const MAX_KIND = 13;

/**
 * A link kind that a kernel knows. Disposing it deletes every device of the kind, in every namespace, and forgets it. One
 * that is left over when its module's init fails, or when the module goes, is disposed then.
 *
 * C twin: `rtnl_link_register` and `rtnl_link_unregister` (include/net/rtnetlink.h).
 *
 * @remarks
 * # Invariants
 *
 * While `#ops` is not `null` it is registered with the kernel of its owner.
 */
export class Registration implements Disposable {
  #ops: rtnl_link_ops | null;
  readonly #letGo: () => void;

  /** @internal */
  constructor(ops: rtnl_link_ops, module: ThisModule) {
    // INVARIANT: made by register() alone, right after the kind was registered.
    this.#ops = ops;
    // SAFETY: disposing does not throw, since the kernel does not, and lets go first.
    this.#letGo = holdUnsafe(module, this);
  }

  /** Whether the kind is registered. */
  get isRegistered(): boolean {
    return this.#ops !== null;
  }

  [Symbol.dispose](): void {
    const ops = this.#ops;
    if (ops === null) return;
    this.#ops = null;
    this.#letGo();
    // SAFETY: by this class's invariant the kind is registered; it is unregistered once.
    ops.owner.kernel.rtnl_link_unregister(ops);
  }
}

/**
 * Makes a kind of link known to the kernel that loads the module.
 *
 * C twin: `rtnl_link_register` (include/net/rtnetlink.h).
 *
 * @param module - the module that the driver is part of
 * @param driver - the kind and its operations
 * @returns the registration, for the module's init to return
 * @throws TypeError when the kind is no name, its attributes' numbers collide, or the module was unloaded
 * @throws RangeError when an attribute's limits contradict each other or its type
 * @throws KernelError `EEXIST`: the kind is known; `EINVAL`: an attribute number above 50; `ENOMEM`
 */
export function register<S extends object, K extends PcpuStatKind, A extends AttributeDefinitions = NoAttributes>(
  module: ThisModule,
  driver: Driver<S, K, A>,
): Registration {
  const { kind } = driver;
  if (!/^[!-~]+$/.test(kind) || /[/:%]/.test(kind) || kind.length > MAX_KIND) {
    throw new TypeError(`kind: expected 1 to ${String(MAX_KIND)} ASCII characters of a name, got ${JSON.stringify(kind)}`);
  }
  const ops = new LinkBinding(module, driver).ops();
  // SAFETY: the record is complete, its owner is alive in init, and Registration unregisters it by exit.
  toResult(ops.owner.kernel.rtnl_link_register(ops), 'rtnl_link_register');
  return new Registration(ops, module);
}

/**
 * A link kind's driver bound to the raw layer.
 *
 * @remarks
 * # Invariants
 *
 * Every device that the operations meet was prepared by this binding's own `setup`: the kernel calls the operations of a
 * kind for devices of that kind alone.
 */
class LinkBinding<S extends object, K extends PcpuStatKind, A extends AttributeDefinitions> {
  readonly #owner: module;
  readonly #driver: Driver<S, K, A>;
  readonly #binding: DriverBinding<S, K>;
  readonly #kind: KindAttributes<A>;

  constructor(module: ThisModule, driver: Driver<S, K, A>) {
    // SAFETY: the kind is unregistered by the module's exit, so what keeps it does not outlive the module.
    this.#owner = rawModuleUnsafe(module);
    this.#driver = driver;
    // SAFETY: ops() has setup() prepare every device, and the other operations come after it, by this class's invariant.
    this.#binding = bindDriverUnsafe(driver);
    // CAST: a driver without attributes has A = NoAttributes, of which {} is the one value.
    const definitions = driver.attributes ?? ({} as A);
    this.#kind = { definitions, compiled: compileAttributes(definitions) };
  }

  ops(): rtnl_link_ops {
    const driver = this.#driver;
    const { compiled } = this.#kind;
    return {
      kind: driver.kind,
      owner: this.#owner,
      maxtype: compiled.maxtype,
      policy: compiled.maxtype === 0 ? null : compiled.policies,
      setup: (raw) =>
        this.#binding.setup(
          raw,
          () => driver.createState(),
          (setup) => driver.setup(setup),
        ),
      validate: driver.validate === undefined ? null : (tb, data, extack) => this.#validate(tb, data, extack),
      newlink: driver.newLink === undefined ? null : (_net, raw, tb, data, extack) => this.#newLink(raw, tb, data, extack),
      changelink: driver.changeLink === undefined ? null : (raw, tb, data, extack) => this.#changeLink(raw, tb, data, extack),
      dellink: (raw) => {
        if (driver.delLink !== undefined) this.#binding.call(raw, 'delLink', (dev, state) => driver.delLink?.(dev, state));
        // SAFETY: the kernel deletes a registered device under RTNL. A driver's throw does not save it.
        raw.kernel.unregister_netdevice_queue(raw);
      },
      get_size: null,
      fill_info: driver.fillInfo === undefined ? null : (msg, raw) => this.#fillInfo(msg, raw),
    };
  }

  #validate(tb: nlattr_table, data: nlattr_table | null, extack: netlink_ext_ack): number {
    const context = new ValidateContext(tb, data, extack, this.#kind);
    return fromResult(
      () => {
        try {
          expectSettled('validate', this.#driver.validate?.(context));
        } finally {
          // SAFETY: the callback has returned.
          endContextUnsafe(context);
        }
      },
      (error) => {
        this.#complain('validate', error);
      },
    );
  }

  #newLink(raw: net_device, tb: nlattr_table, data: nlattr_table | null, extack: netlink_ext_ack): number {
    // SAFETY: the kernel hands over a device that is not registered yet; the handle ends before it is.
    const setup = beginSetupUnsafe(raw);
    let result: number | undefined;
    const register = (): void => {
      // SAFETY: it comes before the registration below.
      endSetupUnsafe(setup);
      // SAFETY: the device is set up and was not registered before, and RTNL is held for newlink.
      result ??= raw.kernel.register_netdevice(raw);
      toResult(result, 'register_netdevice');
    };
    const context = new NewLinkContext<A, K>(tb, data, extack, this.#kind, () => {
      register();
      return this.#binding.deviceOf(raw);
    });
    const error = this.#binding.call(
      raw,
      'newLink',
      (_dev, state) => {
        try {
          return this.#driver.newLink?.(context, setup, state);
        } finally {
          // SAFETY: the callback has returned.
          endContextUnsafe(context);
          // SAFETY: as above; the phase is over whether or not the device was registered.
          endSetupUnsafe(setup);
        }
      },
      register,
    );
    // SAFETY: as in C, a newlink that fails after registering takes its registration back; RTNL is held.
    if (error < 0 && result === 0) raw.kernel.unregister_netdevice_queue(raw);
    return error;
  }

  #changeLink(raw: net_device, tb: nlattr_table, data: nlattr_table | null, extack: netlink_ext_ack): number {
    const context = new ChangeLinkContext(tb, data, extack, this.#kind);
    return this.#binding.call(raw, 'changeLink', (dev, state) => {
      try {
        return this.#driver.changeLink?.(context, dev, state);
      } finally {
        // SAFETY: the callback has returned.
        endContextUnsafe(context);
      }
    });
  }

  #fillInfo(msg: nlmsg_builder, raw: net_device): number {
    const writer = new InfoWriter(msg, this.#kind.definitions);
    return this.#binding.call(raw, 'fillInfo', (dev, state) => {
      try {
        return this.#driver.fillInfo?.(writer, dev, state);
      } finally {
        // SAFETY: the callback has returned.
        endWriterUnsafe(writer);
      }
    });
  }

  #complain(op: string, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    // SAFETY: the kernel called an operation of this kind, whose owner is loaded; printk has no other condition.
    this.#owner.kernel.printk(3, `${this.#owner.image.name}: ${this.#driver.kind}: ${op}: ${text}`);
  }
}
