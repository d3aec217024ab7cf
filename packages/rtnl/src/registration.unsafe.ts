import type { module, net, net_device, netlink_ext_ack, nlattr_table, nlmsg_builder, rtnl_link_ops } from '@netdevkit/bindings/raw';
import { KernelError, fromResult, kernelError, toResult } from '@netdevkit/errno';
import type { ThisModule } from '@netdevkit/module';
import { holdUnsafe, rawModuleUnsafe } from '@netdevkit/module/unsafe';
import { beginSetupUnsafe, bindDriverUnsafe, endSetupUnsafe, expectSettled, rawDeviceUnsafe, type DriverBinding } from '@netdevkit/netdevice/unsafe';
import type { PcpuStatKind } from '@netdevkit/stats';
import type { AttributeDefinitions, NoAttributes } from './attribute-definitions.ts';
import { compileAttributes, type KindAttributes } from './attributes.unsafe.ts';
import {
  ChangeLinkContext,
  DelLinkContext,
  InfoWriter,
  NewLinkContext,
  ValidateContext,
  endContextUnsafe,
  endWriterUnsafe,
  peerTableUnsafe,
  type PeerOptions,
  type PeerRequest,
} from './contexts.unsafe.ts';
import type { Driver } from './driver.ts';
import { RequestScope } from './request-scope.ts';

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

  readonly #create: (ops: rtnl_link_ops, name: string) => void;

  /** @internal */
  constructor(ops: rtnl_link_ops, module: ThisModule, create: (ops: rtnl_link_ops, name: string) => void) {
    // INVARIANT: made by register() alone, right after the kind was registered.
    this.#ops = ops;
    this.#create = create;
    // SAFETY: disposing does not throw, since the kernel does not, and lets go first.
    this.#letGo = holdUnsafe(module, this);
  }

  /** Whether the kind is registered. */
  get isRegistered(): boolean {
    return this.#ops !== null;
  }

  /**
   * Makes a device of the kind in the initial namespace, as modules do that come with some. It goes with the kind, if nobody
   * deletes it before.
   *
   * @param name - its name or template
   * @throws KernelError `EEXIST`: the name is taken; `EINVAL`: it is none; `ENODEV`: the kind is not registered any more;
   * `ENOMEM`; what the driver threw
   *
   * @defaultValue `KIND%d` for `name`
   */
  create(name?: string): void {
    const ops = this.#ops;
    if (ops === null) throw new KernelError('ENODEV', 'the kind is not registered', { op: 'create' });
    this.#create(ops, name ?? `${ops.kind}%d`);
  }

  /** Unregisters the kind, with every link of it in every namespace. A second call does nothing. */
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
  const binding = new LinkBinding(module, driver);
  const ops = binding.ops();
  // SAFETY: the record is complete, its owner is alive in init, and Registration unregisters it by exit.
  toResult(ops.owner.kernel.rtnl_link_register(ops), 'rtnl_link_register');
  return new Registration(ops, module, (own, name) => {
    binding.create(own, name);
  });
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
  #ops: rtnl_link_ops | null = null;

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

  /** The kind, for the kernel; made once. */
  ops(): rtnl_link_ops {
    // INVARIANT: the record refers to the module, which keeps this binding no longer than the kind is registered.
    return (this.#ops ??= this.#makeOps());
  }

  #makeOps(): rtnl_link_ops {
    const driver = this.#driver;
    const { compiled } = this.#kind;
    return {
      kind: driver.kind,
      owner: this.#owner,
      maxtype: compiled.maxtype,
      policy: compiled.maxtype === 0 ? null : compiled.policies,
      setup: (raw) => this.#setup(raw),
      validate: driver.validate === undefined ? null : (tb, data, extack) => this.#validate(tb, data, extack),
      newlink: driver.newLink === undefined ? null : (source, raw, tb, data, extack) => this.#newLink(source, raw, tb, data, extack),
      changelink: driver.changeLink === undefined ? null : (raw, tb, data, extack) => this.#changeLink(raw, tb, data, extack),
      dellink: (raw) => {
        this.#delLink(raw);
      },
      get_size: null,
      fill_info: driver.fillInfo === undefined ? null : (msg, raw) => this.#fillInfo(msg, raw),
      get_link_net: driver.getIflink === undefined ? null : (raw) => (this.#binding.linkOf(raw) ?? raw).nd_net,
      get_num_tx_queues: driver.numQueues === undefined ? null : () => this.#numQueues(),
      get_num_rx_queues: driver.numQueues === undefined ? null : () => this.#numQueues(),
    };
  }

  /** Makes a device of the kind in the initial namespace, as a module's init does. */
  create(ops: rtnl_link_ops, name: string): void {
    const { kernel } = this.#owner;
    // SAFETY: no condition; the device is registered below, or freed.
    const raw = kernel.alloc_netdev_mqs(kernel.init_net, name, (fresh) => ops.setup?.(fresh) ?? 0, 1, 1);
    if (typeof raw === 'number') throw kernelError(raw, 'alloc_netdev');
    // SAFETY: no condition; released below.
    kernel.rtnl_lock();
    // INVARIANT: the kind is registered, and takes its devices with it.
    raw.rtnl_link_ops = ops;
    // SAFETY: the device is set up and was not registered before, and RTNL is held.
    const error = kernel.register_netdevice(raw);
    // SAFETY: the device could not be registered, so it is ours to free.
    if (error < 0) kernel.free_netdev(raw);
    // SAFETY: it is held, by the lock above.
    kernel.rtnl_unlock();
    toResult(error, 'register_netdevice');
  }

  #setup(raw: net_device): number {
    return this.#binding.setup(
      raw,
      () => this.#driver.createState(),
      (setup) => this.#driver.setup(setup),
    );
  }

  #numQueues(): number {
    let queues = 1;
    // SAFETY: no condition.
    const cpus = this.#owner.kernel.num_possible_cpus();
    fromResult(
      () => {
        queues = this.#driver.numQueues?.(cpus) ?? 1;
      },
      (error) => {
        this.#complain('numQueues', error);
      },
    );
    return queues;
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

  #newLink(source: net, raw: net_device, tb: nlattr_table, data: nlattr_table | null, extack: netlink_ext_ack): number {
    // SAFETY: the kernel hands over a device that is not registered yet; the handle ends before it is.
    const setup = beginSetupUnsafe(raw);
    let result: number | undefined;
    const peers: net_device[] = [];
    const register = (): void => {
      // SAFETY: it comes before the registration below.
      endSetupUnsafe(setup);
      // SAFETY: the device is set up and was not registered before, and RTNL is held for newlink.
      result ??= raw.kernel.register_netdevice(raw);
      toResult(result, 'register_netdevice');
    };
    const context = new NewLinkContext<A, K, S>(tb, data, extack, this.#kind, {
      register: () => {
        register();
        return this.#binding.deviceOf(raw);
      },
      parsePeer: (at, length) => {
        // SAFETY: the octets are the attribute's, in the request at hand.
        const parsed = raw.kernel.rtnl_nla_parse_ifinfomsg(tb.bytes, at, length, extack);
        if (typeof parsed === 'number') throw kernelError(parsed, 'rtnl_nla_parse_ifinfomsg');
        return parsed;
      },
      createPeer: (request, options) => {
        // SAFETY: the table is that of the request at hand.
        const table = request === undefined ? tb : peerTableUnsafe(request);
        const peer = this.#createPeer(source, raw, request, table, options, extack);
        // INVARIANT: the list lives as long as this callback; RTNL is held, so nothing of it is freed.
        peers.push(peer);
        // SAFETY: the device was registered and RTNL is held; a failure is taken back below.
        toResult(peer.kernel.rtnl_configure_link(peer, request?.flags ?? 0, request?.change ?? 0), 'rtnl_configure_link');
        return { device: this.#binding.deviceOf(peer), state: this.#binding.stateOf(peer) };
      },
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
    if (error < 0) {
      // SAFETY: as in C, a newlink that fails after registering takes its registration back; RTNL is held.
      if (result === 0) raw.kernel.unregister_netdevice_queue(raw);
      // SAFETY: as above.
      for (const peer of peers) peer.kernel.unregister_netdevice_queue(peer);
    }
    return error;
  }

  // From drivers/net/veth.c:veth_newlink, as far as it is the same for every driver.
  #createPeer(
    source: net,
    first: net_device,
    request: PeerRequest | undefined,
    tb: nlattr_table,
    options: PeerOptions<S, K>,
    extack: netlink_ext_ack,
  ): net_device {
    const { kernel } = first;
    // SAFETY: the namespace and the table are those of the request at hand.
    const target = kernel.rtnl_link_get_net(source, tb);
    if (typeof target === 'number') throw kernelError(target, 'rtnl_link_get_net');
    const name = request?.name ?? `${this.#driver.kind}%d`;
    // SAFETY: the same, and RTNL is held; the device is registered below, or freed.
    const peer = kernel.rtnl_create_link(target, name, this.ops(), tb, extack);
    if (typeof peer === 'number') throw kernelError(peer, 'rtnl_create_link');
    if (request !== undefined && first.ifindex !== 0) peer.ifindex = request.index;
    // SAFETY: the device is not registered yet; the handle ends before it is.
    const setup = beginSetupUnsafe(peer);
    const configured = this.#binding.call(peer, 'configure', (_dev, state) => options.configure?.(setup, state));
    // SAFETY: it comes before the registration below.
    endSetupUnsafe(setup);
    // SAFETY: the device is set up and was not registered before, and RTNL is held.
    const error = configured < 0 ? configured : kernel.register_netdevice(peer);
    if (error < 0) {
      // SAFETY: the device could not be registered, so it is ours to free.
      kernel.free_netdev(peer);
      throw kernelError(error, 'register_netdevice');
    }
    const refused = this.#binding.call(peer, 'registered', (dev, state) => options.registered?.(dev, state));
    if (refused < 0) {
      // SAFETY: the device is registered, and RTNL is held.
      kernel.unregister_netdevice_queue(peer);
      throw kernelError(refused, 'registered');
    }
    return peer;
  }

  #delLink(raw: net_device): void {
    const others: net_device[] = [];
    if (this.#driver.delLink !== undefined) {
      const scope = new RequestScope();
      const context = new DelLinkContext(scope, (dev) => {
        // INVARIANT: the list lives as long as this callback; RTNL is held, so nothing of it is freed.
        // SAFETY: as above; it is unregistered below.
        others.push(rawDeviceUnsafe(dev));
      });
      this.#binding.call(raw, 'delLink', (dev, state) => this.#driver.delLink?.(dev, state, context));
      scope.end();
    }
    // SAFETY: the kernel deletes a registered device under RTNL. A driver's throw does not save it.
    raw.kernel.unregister_netdevice_queue(raw);
    // SAFETY: as above; one that is on its way already is passed over.
    for (const other of others) other.kernel.unregister_netdevice_queue(other);
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
