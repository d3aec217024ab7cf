import { AF_INET } from '@netdevkit/bindings';
import { errno, KernelError, kernelError, toResult } from '@netdevkit/errno';
import type { Core } from './core.ts';
import type { DirectoryEntry, FileStatus } from './fs/file-tree.ts';
import { NetworkFiles } from './fs/network-files.ts';
import { DevicePort, type DevicePortHandler } from './net/core/dev-port.ts';
import type { Net } from './net/core/net-namespace.ts';
import { ROOT, type Credentials } from './net/core/sock.ts';
import { ARGUMENT_ADDRESS, bufferMemory, type UserMemory } from './user-memory.ts';

/** A descriptor of a namespace, for `IFLA_NET_NS_FD`; disposing it closes it. */
export interface NamespaceDescriptor extends Disposable {
  /** The number to send. */
  readonly fd: number;
}

/** Whose call {@link NetNamespace.ioctl} is, and where its pointers lead. */
export interface IoctlOptions {
  /**
   * The family of the socket on which it is made: what the family knows itself comes first.
   *
   * @defaultValue AF_INET
   */
  readonly family?: number;
  /**
   * What the caller may do.
   *
   * @defaultValue everything: root
   */
  readonly credentials?: Partial<Credentials>;
  /**
   * The caller's memory, for pointers in the argument such as `ifc_buf` and `ifr_data`, and for the argument itself when it
   * is an address.
   *
   * @defaultValue none: every pointer is `EFAULT`
   */
  readonly memory?: UserMemory;
}

/**
 * A network namespace: devices, names and sockets of its own.
 *
 * C twin: what `ip netns add` makes. Disposing it ends it: its devices are deleted and its sockets closed.
 */
export class NetNamespace implements Disposable {
  readonly #core: Core;
  readonly #net: Net;
  #files: NetworkFiles | null = null;

  /** @internal */
  constructor(core: Core, net: Net) {
    this.#core = core;
    this.#net = net;
  }

  /** What it was called; empty for the initial one. */
  get name(): string {
    return this.#net.name;
  }

  /** The number that names it: what `readlink /proc/self/ns/net` shows. */
  get inum(): number {
    return this.#net.inum;
  }

  /** Whether it still stands. */
  get isAlive(): boolean {
    return this.#net.alive;
  }

  /** Opens a descriptor, for requests that name a namespace by one. */
  open(): NamespaceDescriptor {
    const fd = this.#core.namespaces.open(this.net());
    return {
      fd,
      [Symbol.dispose]: () => {
        this.#core.namespaces.close(fd);
      },
    };
  }

  /**
   * Says that a process is in this namespace, for requests that name one by a process (`IFLA_NET_NS_PID`).
   *
   * @param pid - the process's number
   */
  attach(pid: number): void {
    this.#core.namespaces.attach(pid, this.net());
  }

  /**
   * Does what a program asks of interfaces by `ioctl` on a socket of this namespace.
   *
   * C twin: `ioctl(2)` with the commands of linux/sockios.h; layouts are those of 64-bit machines.
   *
   * @param command - such as `SIOCGIFFLAGS`
   * @param argument - the octets of the argument, such as a `struct ifreq` (40); what the kernel answers is written into
   * them. Or the address of the argument in `options.memory`
   * @returns 0, or what the command gives
   * @throws KernelError `ENODEV`: no such interface; `EPERM`; `EFAULT`: octets are missing, or a pointer leads nowhere;
   * `EADDRNOTAVAIL`: the interface has no such address; `EOPNOTSUPP`: the interface cannot do it; `ENOTTY`: no such
   * command; `EINVAL`, `ERANGE`, `EBUSY`, `EEXIST`: as the command says
   * @example
   * ```ts
   * const request = new Uint8Array(ifreq.SIZE);
   * ifreq.set_ifr_name(new DataView(request.buffer), 0, new TextEncoder().encode('lo'));
   * namespace.ioctl(SIOCGIFMTU, request);
   * ```
   */
  ioctl(command: number, argument: Uint8Array | bigint, options: IoctlOptions = {}): number {
    const { family = AF_INET, credentials = {}, memory = null } = options;
    const inline = typeof argument !== 'bigint';
    const context = {
      namespace: this.net(),
      credentials: { ...ROOT, ...credentials },
      memory: bufferMemory(inline ? argument : new Uint8Array(0), ARGUMENT_ADDRESS, memory),
    };
    const result = this.#core.ioctls.run(family, command, inline ? ARGUMENT_ADDRESS : argument, context);
    this.#core.rtnl.runWork();
    return toResult(result, 'ioctl');
  }

  /**
   * Takes the stack's place above a device: what its driver receives goes to a handler, and what is given to the port goes
   * through the device's own way out. A packet socket still sees both.
   *
   * C twin: `netdev_rx_handler_register`, as for a device that becomes a port of a bridge.
   *
   * @param device - its name
   * @param handler - told of packets and changes
   * @returns the port; disposing it gives the device back to the stack
   * @throws KernelError `ENODEV`: there is none; `EBUSY`: it has a port already; `EINVAL`: it is a loopback device
   * @example
   * ```ts
   * using port = kernel.initialNamespace.openPort('echo0', {
   *   receive: (bytes, offset, length) => console.log(bytes.subarray(offset, offset + length)),
   *   room: () => undefined,
   *   changed: () => undefined,
   *   gone: () => undefined,
   * });
   * port.setUp(true);
   * ```
   */
  openPort(device: string, handler: DevicePortHandler): DevicePort {
    const dev = this.net().byName(device);
    if (dev === undefined) throw new KernelError('ENODEV', `there is no device ${device}`, { op: 'port' });
    return new DevicePort(dev, handler, this.#core);
  }

  /**
   * Reads a file about this namespace's network: one below `/proc/net`, `/proc/sys/net` or `/sys/class/net`.
   *
   * C twin: `open`, `read`, `close`. docs/files-and-ioctls.md lists the files.
   *
   * @param path - absolute, such as `/proc/net/dev`; links are followed
   * @returns the octets, made now
   * @throws KernelError `ENOENT`, `ENOTDIR`, `EISDIR`; `EINVAL`, `EOPNOTSUPP`, `EIO`: the file has nothing to say, such as the
   * carrier of a device that is down
   * @example
   * ```ts
   * namespace.readFile('/sys/class/net/lo/mtu');
   * ```
   */
  readFile(path: string): Uint8Array {
    return this.#fromFiles(this.#tree().read(path), 'read', path);
  }

  /**
   * Writes to a file, all in one call: a setting below `/proc/sys/net`, or of a device in `/sys/class/net`.
   *
   * C twin: `open` with O_WRONLY, `write`, `close`.
   *
   * @param bytes - text, such as `1500\n`
   * @param credentials - what the caller may do; by default everything
   * @throws KernelError `ENOENT`, `EISDIR`; `EACCES`, `EPERM`: the file or the caller may not; what the change says
   */
  writeFile(path: string, bytes: Uint8Array, credentials: Partial<Credentials> = {}): void {
    toResult(this.#tree().write(path, bytes, { ...ROOT, ...credentials }), `write ${path}`);
  }

  /**
   * What is in a directory, without `.` and `..`.
   *
   * @throws KernelError `ENOENT`, `ENOTDIR`
   */
  readdir(path: string): readonly DirectoryEntry[] {
    return this.#fromFiles(this.#tree().list(path), 'readdir', path);
  }

  /**
   * Where a link leads.
   *
   * @throws KernelError `ENOENT`; `EINVAL`: it is no link
   */
  readlink(path: string): string {
    return this.#fromFiles(this.#tree().readlink(path), 'readlink', path);
  }

  /**
   * What a path leads to.
   *
   * @param options - `follow: false` for the last link itself, as `lstat` does
   * @throws KernelError `ENOENT`, `ENOTDIR`, `ELOOP`
   */
  stat(path: string, options: { readonly follow?: boolean } = {}): FileStatus {
    return this.#fromFiles(this.#tree().stat(path, options.follow ?? true), 'stat', path);
  }

  #tree(): NetworkFiles {
    // A namespace that is gone has no files.
    this.net();
    return (this.#files ??= new NetworkFiles(this.#core, this.net()));
  }

  #fromFiles<T extends object | string>(result: T | number, op: string, path: string): T {
    if (typeof result === 'number') throw kernelError(result, `${op} ${path}`);
    return result;
  }

  /**
   * Ends it: its devices are deleted and its sockets closed. A second call does nothing.
   *
   * @throws KernelError `EBUSY`: the initial namespace, which goes with its kernel
   */
  [Symbol.dispose](): void {
    if (!this.#net.alive) return;
    if (this.#net.name === '') throw new KernelError('EBUSY', 'the initial namespace goes with its kernel', { op: 'netns' });
    this.#core.destroyNamespace(this.#net);
  }

  /** @internal */
  net(): Net {
    if (!this.#net.alive) throw new KernelError('ENOENT', `the namespace "${this.#net.name}" is gone`, { op: 'netns' });
    return this.#net;
  }
}

/**
 * Makes a namespace.
 *
 * @throws KernelError `EEXIST`: the name is taken; `ENOMEM`
 */
export function createNamespace(core: Core, name: string): Net {
  const net = core.namespaces.create(name);
  if (typeof net !== 'number') return net;
  throw new KernelError(net === -errno.EEXIST ? 'EEXIST' : 'ENOMEM', undefined, { op: 'netns add' });
}
