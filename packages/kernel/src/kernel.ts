import { AF_NETLINK, AF_PACKET } from '@netdevkit/bindings';
import { SKB_DROP_REASON, type ethtool_drvinfo, type skb_drop_reason } from '@netdevkit/bindings/raw';
import { KernelError, kernelError, toResult } from '@netdevkit/errno';
import type { Module } from '@netdevkit/module';
import { imageOfUnsafe } from '@netdevkit/module/unsafe';
import { systemClock, type Clock } from './clock.ts';
import { Core } from './core.ts';
import type { Faults } from './faults.ts';
import { LeakError, type Leak } from './leaks.ts';
import { moduleSource, type LoadedModule, type ModuleOptions, type ModulePreferences, type ModuleSource } from './module.ts';
import { NetNamespace, createNamespace } from './namespace.ts';
import type { Net } from './net/core/net-namespace.ts';
import type { Credentials } from './net/core/sock.ts';
import { EthtoolNetlink } from './net/ethtool/ethnl.ts';
import { ethtoolGetDrvinfo, ethtoolGetLink } from './net/ethtool/ioctl.ts';
import type { EmbeddedNetlinkSocket } from './net/netlink/embedded-socket.ts';
import type { NetlinkServer } from './net/netlink/netlink-servers.ts';
import type { NetlinkWatch, NetlinkWatchOptions } from './net/netlink/netlink-watch.ts';
import type { PacketSocket } from './net/packet/packet-socket.ts';
import type { LogLine } from './printk.ts';
import { systemRandom, type Random } from './random.ts';
import { RELEASE } from './release.ts';
import { decodeCString } from './text.ts';

/** Where a kernel finds modules that are not loaded yet: what `/lib/modules` and its `modules.alias` are to modprobe. */
export interface ModuleCatalog {
  /**
   * The modules that claim an alias, the best first.
   *
   * @param alias - such as `rtnl-link-nlmon`
   */
  find(alias: string): readonly Module[];
}

/** What a {@link Kernel} is made from; everything has a default. */
export interface KernelOptions {
  /**
   * The modules that may be loaded when something asks for an alias of theirs, or where to look for them.
   *
   * @defaultValue none: only `insmod` loads
   */
  readonly modules?: readonly Module[] | ModuleCatalog;
  /** For aliases that several modules claim: the name of the one to load. */
  readonly prefer?: ModulePreferences;
  /**
   * The words that modules are loaded with when something asks for an alias of theirs, by module's name: what
   * `/etc/modprobe.d` is for. Such as `{ dummy: 'numdummies=0' }`.
   */
  readonly moduleOptions?: ModuleOptions;
  /**
   * Where the time comes from.
   *
   * @defaultValue the host's clock
   */
  readonly clock?: Clock;
  /**
   * Where random hardware addresses come from.
   *
   * @defaultValue the host's generator
   */
  readonly random?: Random;
  /**
   * How many CPUs have counters.
   *
   * @defaultValue 1
   */
  readonly cpus?: number;
  /**
   * The process id that sockets are given as their first port id.
   *
   * @defaultValue 1
   */
  readonly tgid?: number;
  /**
   * Whether to remember where each packet and socket was made, never to use a packet's record twice, and to throw a
   * {@link LeakError} on closing when something is left over. Slow: for tests.
   *
   * @defaultValue false
   */
  readonly trackLeaks?: boolean;
}

/** Whose a socket is, and where. */
export interface SocketOptions {
  /**
   * The namespace.
   *
   * @defaultValue the initial one
   */
  readonly namespace?: NetNamespace;
  /**
   * What its owner may do.
   *
   * @defaultValue everything: root
   */
  readonly credentials?: Partial<Credentials>;
}

/** How packets ended, and how many have not. */
export interface SkbReport {
  /** Packets that exist. */
  readonly live: number;
  /** Packets that reached their goal. */
  readonly consumed: number;
  /** Packets that were dropped, by reason. */
  readonly dropped: Partial<Readonly<Record<skb_drop_reason, number>>>;
}

/**
 * A Linux networking core in this process: netlink, devices, namespaces and drivers, without root and on any operating
 * system. Linux 6.12 is its specification.
 *
 * It is synchronous: a request is answered when `send` returns. Any number of kernels live side by side.
 *
 * @example
 * ```ts
 * using kernel = new Kernel({ modules: [nlmon] });
 * using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
 * ```
 */
export class Kernel implements Disposable {
  readonly #core: Core;
  readonly #trackLeaks: boolean;
  readonly #namespaces = new Map<Net, NetNamespace>();
  /** The namespace that is there from the start. */
  readonly initialNamespace: NetNamespace;
  #closed = false;

  constructor(options: KernelOptions = {}) {
    const { modules = [], prefer = {}, moduleOptions = {}, clock = systemClock(), random = systemRandom(), cpus = 1, tgid = 1, trackLeaks = false } = options;
    if (!Number.isInteger(cpus) || cpus < 1) throw new RangeError(`cpus: expected a positive integer, got ${String(cpus)}`);
    // SAFETY: in both branches what Core does with an image is what the image asks for: init once, exit once after it.
    const source: ModuleSource = isList(modules)
      ? moduleSource(modules.map((module) => imageOfUnsafe(module)), prefer)
      : { find: (alias) => modules.find(alias).map((module) => imageOfUnsafe(module)) };
    this.#trackLeaks = trackLeaks;
    this.#core = new Core({ clock, random, modules: source, moduleOptions, cpus, tgid, trackLeaks });
    // The families that are built in, before the first namespace.
    new EthtoolNetlink(this.#core);
    this.initialNamespace = this.#face(createNamespace(this.#core, ''));
  }

  /** Faults on demand. */
  get faults(): Faults {
    return this.#core.faults;
  }

  /** Every namespace, the initial one first. */
  get namespaces(): readonly NetNamespace[] {
    return this.#core.namespaces.all.map((net) => this.#face(net));
  }

  /**
   * Makes a namespace.
   *
   * @param name - what to call it
   * @throws KernelError `EEXIST`, `ENOMEM`
   */
  createNamespace(name: string): NetNamespace {
    if (name === '') throw new TypeError('name: expected a name, got an empty string');
    return this.#face(createNamespace(this.#core, name));
  }

  /** Makes a netlink socket. */
  socket(family: typeof AF_NETLINK, type: number, protocol: number, options?: SocketOptions): EmbeddedNetlinkSocket;
  /** Makes a packet socket; its protocol is an Ethertype in host order, `ETH_P_ALL` (3) for everything. */
  socket(family: typeof AF_PACKET, type: number, protocol: number, options?: SocketOptions): PacketSocket;
  /**
   * Makes a socket.
   *
   * C twin: `socket(2)`.
   *
   * @param family - `AF_NETLINK` or `AF_PACKET`
   * @param type - `SOCK_RAW` or `SOCK_DGRAM`
   * @param protocol - the netlink protocol, or the Ethertype in host order
   * @throws KernelError `EAFNOSUPPORT`, `ESOCKTNOSUPPORT`, `EPROTONOSUPPORT`, `EPERM`, `ENOMEM`
   */
  socket(family: number, type: number, protocol: number, options: SocketOptions = {}): EmbeddedNetlinkSocket | PacketSocket {
    const { namespace = this.initialNamespace, credentials = {} } = options;
    const owner: Credentials = { uid: 0, netAdmin: true, netBroadcast: true, ...credentials };
    const core = this.#open();
    let socket: EmbeddedNetlinkSocket | PacketSocket | number;
    if (family === AF_NETLINK) socket = core.netlink.socket(namespace.net(), type, protocol, owner);
    else if (family === AF_PACKET) socket = core.packets.socket(namespace.net(), type, protocol, owner);
    else throw new KernelError('EAFNOSUPPORT', undefined, { op: 'socket' });
    if (typeof socket === 'number') throw kernelError(socket, 'socket');
    return socket;
  }

  /**
   * Loads a module.
   *
   * @param args - what it is to know, such as `numdummies=2`; by default what `moduleOptions` say
   * @throws KernelError `EEXIST`: one of that name is loaded; what its init threw
   */
  insmod(module: Module, args?: string): void {
    const core = this.#open();
    // SAFETY: as in the constructor.
    toResult(core.modules.insert(imageOfUnsafe(module), args), 'insmod');
    core.rtnl.runWork();
  }

  /**
   * Unloads a module.
   *
   * @throws KernelError `ENOENT`: it is not loaded; `EAGAIN`: it is in use
   */
  rmmod(name: string): void {
    const core = this.#open();
    toResult(core.modules.remove(name), 'rmmod');
    core.rtnl.runWork();
  }

  /** The modules that are loaded, the newest first. */
  lsmod(): readonly LoadedModule[] {
    return this.#core.modules.list();
  }

  /** The kernel's log, the oldest line first. */
  dmesg(): readonly LogLine[] {
    return this.#core.log.lines();
  }

  /** How packets ended, and how many have not. */
  skbs(): SkbReport {
    const { skbs } = this.#core;
    const dropped: Partial<Record<skb_drop_reason, number>> = {};
    for (const [reason, at] of Object.entries(SKB_DROP_REASON)) {
      const count = skbs.ends[at] ?? 0;
      // CAST: the entries of SKB_DROP_REASON have its keys.
      if (count > 0 && at !== SKB_DROP_REASON.CONSUMED) dropped[reason as skb_drop_reason] = count;
    }
    return { live: skbs.live, consumed: skbs.ends[SKB_DROP_REASON.CONSUMED] ?? 0, dropped };
  }

  /**
   * Runs something on a CPU: what is counted meanwhile goes to that CPU's counters.
   *
   * @throws RangeError when there is no such CPU
   */
  runOn<T>(cpu: number, callback: () => T): T {
    const core = this.#open();
    if (!Number.isInteger(cpu) || cpu < 0 || cpu >= core.cpus) throw new RangeError(`cpu: expected 0 to ${String(core.cpus - 1)}, got ${String(cpu)}`);
    const before = core.cpu;
    core.cpu = cpu;
    try {
      return callback();
    } finally {
      core.cpu = before;
    }
  }

  /**
   * Whether a device's link is detected: `ethtool DEV`.
   *
   * @throws KernelError `ENODEV`, `EOPNOTSUPP`
   */
  linkDetected(device: string, namespace: NetNamespace = this.initialNamespace): boolean {
    return toResult(ethtoolGetLink(namespace.net(), device), 'ETHTOOL_GLINK') === 1;
  }

  /**
   * Which driver a device has: `ethtool -i DEV`.
   *
   * @throws KernelError `ENODEV`, `EOPNOTSUPP`
   */
  driverInfo(device: string, namespace: NetNamespace = this.initialNamespace): Readonly<ethtool_drvinfo> {
    const info = ethtoolGetDrvinfo(namespace.net(), device, RELEASE);
    if (typeof info === 'number') throw kernelError(info, 'ETHTOOL_GDRVINFO');
    return info;
  }

  /**
   * Answers requests of a netlink protocol in place of the kernel: what a recording has, or what a test wants to be answered.
   * Of several servers of a protocol the newest is asked first. A protocol that the kernel does not know exists from now on.
   * NETLINK_FIB_LOOKUP, whose datagrams are no requests, stays the kernel's.
   *
   * @returns ends it
   * @throws KernelError `EPROTONOSUPPORT`: there is no such protocol; `ENOMEM`
   */
  serveNetlink(server: NetlinkServer): Disposable {
    const { netlink } = this.#open();
    toResult(netlink.serve(server), 'serve');
    return {
      [Symbol.dispose]: () => {
        netlink.unserve(server);
      },
    };
  }

  /**
   * Watches what netlink sockets receive, without a device for it.
   *
   * @param options - of which namespace, by default of all; how much is kept until it is taken
   */
  watchNetlink(options: NetlinkWatchOptions & { readonly namespace?: NetNamespace } = {}): NetlinkWatch {
    const core = this.#open();
    return core.netlink.watch(core.clock, options.namespace?.net(), options);
  }

  /**
   * Shows the taps of a namespace a datagram as if a socket of it had received it: how a capture is played again.
   *
   * @param protocol - the netlink protocol
   * @param bytes - the datagram
   * @throws KernelError `ENOMEM`
   */
  replayNetlink(protocol: number, bytes: Uint8Array, namespace: NetNamespace = this.initialNamespace): void {
    const core = this.#open();
    toResult(core.netlink.replay(namespace.net(), protocol, bytes), 'replay');
    core.rtnl.runWork();
  }

  /**
   * The text of a file below `/proc`, such as `net/dev` or `modules`: {@link NetNamespace.readFile} as a string.
   *
   * @throws KernelError `ENOENT`: no such file
   */
  proc(file: string, namespace: NetNamespace = this.initialNamespace): string {
    this.#open();
    return decodeCString(namespace.readFile(`/proc/${file}`)) ?? '';
  }

  /**
   * What exists although nobody uses it: packets, sockets, devices without a namespace. While sockets are in use, theirs
   * are among them.
   */
  leaks(): readonly Leak[] {
    return this.#core.leaks();
  }

  /**
   * Ends the kernel: its sockets, namespaces and modules, in that order. Closing it again does nothing.
   *
   * @throws LeakError when leaks are tracked and something was left over
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const leaks = this.#core.shutdown();
    if (this.#trackLeaks && leaks.length > 0) throw new LeakError(leaks);
  }

  /** Ends the kernel, as {@link close} does, and throws what that throws. */
  [Symbol.dispose](): void {
    this.close();
  }

  #open(): Core {
    if (this.#closed) throw new KernelError('ESHUTDOWN', 'the kernel is closed', { op: 'kernel' });
    return this.#core;
  }

  #face(net: Net): NetNamespace {
    let face = this.#namespaces.get(net);
    if (face === undefined) this.#namespaces.set(net, (face = new NetNamespace(this.#core, net)));
    return face;
  }
}

function isList(modules: readonly Module[] | ModuleCatalog): modules is readonly Module[] {
  return Array.isArray(modules);
}
