import { ARPHRD_ETHER, ARPHRD_NONE, AF_NETLINK, AF_PACKET, NETLINK_ROUTE, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_RAW } from '@netdevkit/bindings';
import { KernelError, errno, kernelError } from '@netdevkit/errno';
import type { Descriptor, OpenDescriptor } from '@netdevkit/libc/unsafe';
import { HostPort } from './host-port.ts';
import { HostTap } from './host-tap.unsafe.ts';
import { HostNetlinkSocket } from './netlink-socket.unsafe.ts';
import { createNamespace, openNamespace, within, type HostNamespace, type NamespaceReference } from './network-namespace.unsafe.ts';
import { HostPacketSocket } from './packet-socket.unsafe.ts';
import type { DeviceSource, PlugOptions } from './plug-types.ts';
import { HostSupport, kernelVersion, type KernelVersion } from './support.ts';
import type { TapOptions, TunOptions } from './tap-types.ts';
import { System } from './system.unsafe.ts';

/** How a {@link Host} is made. */
export interface HostOptions {
  /**
   * Whether to remember where each descriptor was opened. Slow: for tests.
   *
   * @defaultValue false
   */
  readonly trackLeaks?: boolean;
}

/** Where a socket is opened. */
export interface HostSocketOptions {
  /**
   * The namespace.
   *
   * @defaultValue the one that this thread is in
   */
  readonly namespace?: HostNamespace;
}

/**
 * The kernel that this process runs on: sockets with the same interfaces as those of the embedded one.
 *
 * @remarks
 * # Invariants
 * Every descriptor that was opened through it is closed by its owner, or at the latest when it is closed itself.
 *
 * @example
 * ```ts sketch
 * using host = new Host();
 * using ip = new IpRoute(() => host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
 * console.log(ip.link.list().map(({ name }) => name));
 * ```
 */
export class Host implements Disposable {
  readonly #system: System;
  /** What this kernel and this process can do. */
  readonly supports: HostSupport<HostNamespace>;
  #closed = false;

  /**
   * @param options - for tests
   * @throws KernelError `ENOSYS`: there is no such kernel here, as the message says
   */
  constructor(options: HostOptions = {}) {
    this.#system = new System(options.trackLeaks ?? false);
    this.supports = new HostSupport((namespace) => this.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, namespace === undefined ? {} : { namespace }));
  }

  /** The kernel's version. */
  get version(): KernelVersion {
    return kernelVersion();
  }

  /** Opens a netlink socket. */
  socket(family: typeof AF_NETLINK, type: number, protocol: number, options?: HostSocketOptions): HostNetlinkSocket;
  /** Opens a packet socket; its protocol is an Ethertype in host order, `ETH_P_ALL` (3) for everything, 0 for none before it is bound. */
  socket(family: typeof AF_PACKET, type: number, protocol: number, options?: HostSocketOptions): HostPacketSocket;
  /**
   * Opens a socket. It does not block, and no other program inherits it.
   *
   * C twin: `socket(2)`.
   *
   * @param family - `AF_NETLINK` or `AF_PACKET`
   * @param type - `SOCK_RAW` or `SOCK_DGRAM`
   * @param protocol - the netlink protocol, or the Ethertype in host order
   * @throws KernelError `EAFNOSUPPORT`, `ESOCKTNOSUPPORT`, `EPROTONOSUPPORT`, `EPERM`, `EMFILE`
   */
  socket(family: number, type: number, protocol: number, options: HostSocketOptions = {}): HostNetlinkSocket | HostPacketSocket {
    const system = this.#open();
    if (family !== AF_NETLINK && family !== AF_PACKET) throw new KernelError('EAFNOSUPPORT', undefined, { op: 'socket' });
    const { namespace } = options;
    const wire = family === AF_PACKET ? ((protocol & 0xff) << 8) | ((protocol >> 8) & 0xff) : protocol;
    const open = (): Descriptor => {
      const result = system.socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, wire);
      if (result < 0) throw socketError(result, family);
      return system.libc.descriptor(result, family === AF_NETLINK ? 'netlink socket' : 'packet socket');
    };
    const descriptor = namespace === undefined ? open() : within(system, namespace, open);
    return family === AF_NETLINK ? new HostNetlinkSocket(system, descriptor, protocol) : new HostPacketSocket(system, descriptor);
  }

  /**
   * Makes an Ethernet interface whose other end is this process.
   *
   * C twin: `TUNSETIFF` with `IFF_TAP`.
   *
   * @param options - name, namespace, queues
   * @throws KernelError `EPERM`: it needs CAP_NET_ADMIN; `EBUSY`: the name is taken; `EINVAL`: it is no name; `ENOENT`,
   * `ENODEV`: the kernel has no TUN/TAP; RangeError
   */
  tap(options: TapOptions = {}): HostTap {
    return this.#tap(options, ARPHRD_ETHER);
  }

  /**
   * Makes an interface without a link layer whose other end is this process: of IP packets, or of another type.
   *
   * C twin: `TUNSETIFF` with `IFF_TUN`, and `TUNSETLINK`.
   *
   * @param options - name, namespace, queues, and what its packets are
   * @throws KernelError as {@link tap}; RangeError; TypeError: packets of that type are frames
   */
  tun(options: TunOptions = {}): HostTap {
    const { type = ARPHRD_NONE } = options;
    if (type === ARPHRD_ETHER) throw new TypeError('type: Ethernet frames are for tap()');
    return this.#tap(options, type);
  }

  /**
   * Lets a device of another kernel, such as the embedded one, appear as an interface of this host.
   *
   * An Ethernet device is joined to a TAP interface, one whose packets have no header to a TUN interface of its type.
   *
   * @param source - where the device is: the embedded kernel's namespaces are such
   * @param device - its name
   * @param options - the interface's name, namespace, queues; who is told of what goes wrong
   * @returns the port, which is the interface for as long as it is open
   * @throws KernelError `ENODEV`, `EBUSY`: there is no such device, or it is plugged in already; `EPFNOSUPPORT`: the host
   * cannot have such an interface; as {@link tap}
   */
  plug(source: DeviceSource, device: string, options: PlugOptions = {}): HostPort {
    return new HostPort(this, source, device, options);
  }

  /**
   * Opens a network namespace.
   *
   * @param reference - by name, process or path
   * @throws KernelError `ENOENT`: there is none; `EACCES`: it may not be seen; `EINVAL`: the path leads to something else
   */
  namespace(reference: NamespaceReference): HostNamespace {
    return openNamespace(this.#open(), reference);
  }

  /**
   * Makes a network namespace without a name: it ends with the last that has it open.
   *
   * C twin: `unshare(CLONE_NEWNET)`.
   *
   * @throws KernelError `EPERM`: it needs CAP_SYS_ADMIN
   */
  createNamespace(): HostNamespace {
    return createNamespace(this.#open());
  }

  /**
   * Runs something in a namespace, such as reading `/proc/thread-self/net/dev`, or opening what this package does not.
   *
   * @param namespace - where
   * @param callback - what to do: it is not asynchronous, and short, since no signal reaches this thread meanwhile
   * @throws KernelError `EPERM`: entering, or coming back, needs CAP_SYS_ADMIN; what the callback throws
   */
  within<T>(namespace: HostNamespace, callback: () => T): T {
    return within(this.#open(), namespace, callback);
  }

  /** The descriptors that are open: sockets, namespaces, queues of interfaces. */
  openDescriptors(): readonly OpenDescriptor[] {
    return this.#system.libc.openDescriptors();
  }

  /** Closes the sockets, namespaces and interfaces that are open. A second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#system[Symbol.dispose]();
  }

  /** Closes all that is open, as {@link close} does. */
  [Symbol.dispose](): void {
    this.close();
  }

  #tap(options: TapOptions, type: number): HostTap {
    return new HostTap({
      system: this.#open(),
      openSocket: (protocol, namespace) => this.socket(AF_NETLINK, SOCK_RAW, protocol, namespace === undefined ? {} : { namespace }),
      options,
      type,
    });
  }

  #open(): System {
    if (this.#closed) throw new KernelError('ESHUTDOWN', 'the host was closed', { op: 'host' });
    return this.#system;
  }
}

function socketError(result: number, family: number): KernelError {
  const error = kernelError(result, 'socket');
  if (result !== -errno.EPERM || family !== AF_PACKET) return error;
  return new KernelError('EPERM', 'packet sockets need CAP_NET_RAW: run it as root, or below `unshare -Urn` for a network of your own', { op: 'socket', cause: error });
}
