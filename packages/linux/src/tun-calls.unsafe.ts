import {
  IFF_ATTACH_QUEUE,
  IFF_DETACH_QUEUE,
  TUNGETDEVNETNS,
  TUNGETIFF,
  TUNGETSNDBUF,
  TUNSETCARRIER,
  TUNSETIFF,
  TUNSETLINK,
  TUNSETQUEUE,
  TUNSETSNDBUF,
  ifreq,
} from '@netdevkit/bindings';
import { errno, KernelError, kernelError } from '@netdevkit/errno';
import type { Descriptor, ErrnoFunction } from '@netdevkit/libc/unsafe';
import { intOf, octetsOfInt, viewOf } from './octets.ts';
import type { System } from './system.unsafe.ts';

const DEVICE = '/dev/net/tun';
const O_RDWR = 2;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;

/**
 * What is asked of /dev/net/tun: linux/if_tun.h. A record for each interface, since it is asked seldom but for
 * {@link read} and {@link write}.
 */
export class TunCalls {
  readonly #system: System;
  readonly #open: ErrnoFunction;
  readonly #ioctl: ErrnoFunction;
  readonly #ioctlNumber: ErrnoFunction;
  /** `read(2)`: of a descriptor, to an address, so many octets. */
  readonly read: ErrnoFunction;
  /** `write(2)`: to a descriptor, from an address, so many octets. */
  readonly write: ErrnoFunction;

  constructor(system: System) {
    this.#system = system;
    const { libc } = system;
    // open(2) and ioctl(2) are variadic in C; see Libc about such functions.
    this.#open = libc.function('int open(void *path, int flags, uint mode)');
    this.#ioctl = libc.function('int ioctl(int fd, ulong request, void *argument)');
    this.#ioctlNumber = libc.function('int ioctl(int fd, ulong request, long argument)');
    this.read = libc.function('long read(int fd, long address, size_t length)');
    this.write = libc.function('long write(int fd, long address, size_t length)');
  }

  /**
   * Opens the device, for an interface in the namespace that this thread is in.
   *
   * @throws KernelError `ENOENT`, `ENODEV`, `EACCES`, `EPERM`: there is none, or it is not for us, and what to do about that
   */
  open(): Descriptor {
    // SAFETY: the path ends with a NUL.
    const result = this.#open(new TextEncoder().encode(`${DEVICE}\0`), O_RDWR | O_NONBLOCK | O_CLOEXEC, 0);
    if (result < 0) throw openError(result);
    return this.#system.libc.descriptor(result, 'TUN queue');
  }

  /**
   * Makes an interface, or joins one with a further queue.
   *
   * C twin: `TUNSETIFF`.
   *
   * @param name - or a template
   * @param flags - `IFF_*` of linux/if_tun.h
   * @returns the interface's name
   * @throws KernelError `EPERM`, `EBUSY`, `EINVAL`, as the message says
   */
  setInterface(fd: Descriptor, name: string, flags: number): string {
    const request = requestFor(name, flags);
    // SAFETY: the request is an ifreq, and the kernel keeps no pointer to it.
    const result = this.#ioctl(fd.fd, TUNSETIFF, request);
    if (result < 0) throw interfaceError(result, name);
    return nameIn(request);
  }

  /**
   * The interface's name.
   *
   * @returns `undefined` once the interface is gone
   */
  name(fd: Descriptor): string | undefined {
    const request = new Uint8Array(ifreq.SIZE);
    // SAFETY: as above.
    const result = this.#ioctl(fd.fd, TUNGETIFF, request);
    if (result === -errno.EBADFD) return undefined;
    if (result < 0) throw kernelError(result, 'TUNGETIFF');
    return nameIn(request);
  }

  /** Says what the interface's packets are; it is down. */
  setType(fd: Descriptor, type: number): void {
    // SAFETY: a plain integer.
    this.#check(this.#ioctlNumber(fd.fd, TUNSETLINK, type), 'TUNSETLINK');
  }

  setCarrier(fd: Descriptor, isOn: boolean): void {
    // SAFETY: the argument is an int, and the kernel keeps no pointer to it.
    this.#check(this.#ioctl(fd.fd, TUNSETCARRIER, octetsOfInt(isOn ? 1 : 0)), 'TUNSETCARRIER');
  }

  sendBuffer(fd: Descriptor): number {
    const value = octetsOfInt(0);
    // SAFETY: as above.
    this.#check(this.#ioctl(fd.fd, TUNGETSNDBUF, value), 'TUNGETSNDBUF');
    return intOf(value);
  }

  setSendBuffer(fd: Descriptor, octets: number): void {
    // SAFETY: as above.
    this.#check(this.#ioctl(fd.fd, TUNSETSNDBUF, octetsOfInt(octets)), 'TUNSETSNDBUF');
  }

  /** Lets a queue take part, or not. */
  setQueue(fd: Descriptor, isAttached: boolean): void {
    // SAFETY: the request is an ifreq, and the kernel keeps no pointer to it.
    this.#check(this.#ioctl(fd.fd, TUNSETQUEUE, requestFor('', isAttached ? IFF_ATTACH_QUEUE : IFF_DETACH_QUEUE)), 'TUNSETQUEUE');
  }

  /** Opens the namespace that the interface is in now. */
  namespace(fd: Descriptor): Descriptor {
    // SAFETY: no argument.
    const result = this.#ioctlNumber(fd.fd, TUNGETDEVNETNS, 0);
    return this.#system.libc.descriptor(result, 'network namespace');
  }

  #check(result: number, op: string): void {
    if (result === -errno.EBADFD) throw new KernelError('EBADFD', 'the interface is gone', { op });
    if (result < 0) throw kernelError(result, op);
  }
}

function requestFor(name: string, flags: number): Uint8Array {
  const request = new Uint8Array(ifreq.SIZE);
  const view = viewOf(request);
  ifreq.set_ifr_name(view, 0, new TextEncoder().encode(name));
  ifreq.set_ifr_flags(view, 0, flags);
  return request;
}

function nameIn(request: Uint8Array): string {
  const octets = ifreq.ifr_name(viewOf(request), 0);
  const end = octets.indexOf(0);
  return new TextDecoder().decode(octets.subarray(0, end === -1 ? octets.length : end));
}

function openError(result: number): KernelError {
  const cause = kernelError(result, `open ${DEVICE}`);
  const options = { op: `open ${DEVICE}`, cause };
  switch (-result) {
    case errno.ENOENT:
    case errno.ENODEV:
    case errno.ENXIO:
      return new KernelError(cause.code, 'this kernel has no TUN/TAP, or it is not to be seen here: `modprobe tun`, or for a container `--device /dev/net/tun`', options);
    case errno.EACCES:
    case errno.EPERM:
      return new KernelError(cause.code, `${DEVICE} may not be opened for reading and writing: run it as root, or let root chmod it`, options);
    default:
      return cause;
  }
}

function interfaceError(result: number, name: string): KernelError {
  const cause = kernelError(result, 'TUNSETIFF');
  const options = { op: 'TUNSETIFF', cause };
  switch (-result) {
    case errno.EPERM:
      return new KernelError('EPERM', 'making an interface needs CAP_NET_ADMIN: run it as root, or below `unshare -Urn` for a network of your own', options);
    case errno.EBUSY:
    case errno.EEXIST:
      return new KernelError(cause.code, `there is an interface ${name} already`, options);
    case errno.EINVAL:
      return new KernelError('EINVAL', `${JSON.stringify(name)} is no name for an interface: no white space, "/" or ":", one "%d" at most`, options);
    case errno.ENFILE:
      return new KernelError('ENFILE', `no number is left for ${name}`, options);
    default:
      return cause;
  }
}
