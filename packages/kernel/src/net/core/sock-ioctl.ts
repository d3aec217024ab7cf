import {
  AF_INET,
  AF_INET6,
  AF_PACKET,
  SIOCADDRT,
  SIOCBRADDBR,
  SIOCBRADDIF,
  SIOCBRDELBR,
  SIOCBRDELIF,
  SIOCDARP,
  SIOCDELRT,
  SIOCDEVPRIVATE,
  SIOCGARP,
  SIOCGIFADDR,
  SIOCGIFBR,
  SIOCGIFBRDADDR,
  SIOCGIFCONF,
  SIOCGIFDSTADDR,
  SIOCGIFNETMASK,
  SIOCGIFVLAN,
  SIOCSARP,
  SIOCSIFADDR,
  SIOCSIFBR,
  SIOCSIFBRDADDR,
  SIOCSIFDSTADDR,
  SIOCSIFFLAGS,
  SIOCSIFNETMASK,
  SIOCSIFVLAN,
  ifconf,
  ifreq,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import type { DeviceIoctl } from './dev-ioctl.ts';
import type { IoctlContext } from './ioctl-context.ts';
import { readIfreq } from './ifreq.ts';

/** _IOC_TYPE of socket commands. */
const SOCK_IOC_TYPE = 0x89;

/** Commands about addresses, routes and neighbours, which a family's own code takes. */
export interface FamilyIoctl {
  /**
   * Handles a command of a socket of the family.
   *
   * @param address - the argument
   * @returns 0 or a negative errno; `undefined` for a command that is not the family's
   */
  ioctl(command: number, address: bigint, context: IoctlContext): number | undefined;
}

/** IPv4's part, which also lists addresses for `SIOCGIFCONF`. */
export interface InetIoctl extends FamilyIoctl {
  /** The addresses of a namespace's devices, each a `struct ifreq`, in the order of the devices. */
  configuration(context: IoctlContext): Uint8Array[];
}

/** What {@link SocketIoctl} stands on. */
export interface SocketIoctlDeps {
  readonly devices: DeviceIoctl;
  readonly inet: InetIoctl;
  readonly inet6: FamilyIoctl;
  readonly modules: { request(alias: string): void };
}

/**
 * `ioctl` on a socket, as far as it is about interfaces: net/socket.c and the families' `ioctl` operations.
 */
export class SocketIoctl {
  readonly #deps: SocketIoctlDeps;

  constructor(deps: SocketIoctlDeps) {
    this.#deps = deps;
  }

  /**
   * `sock_ioctl`.
   *
   * @param family - of the socket: what it knows itself comes first
   * @param command - the number, of which the lower 32 bits count
   * @param address - the argument
   * @returns 0 or more, or a negative errno
   */
  run(family: number, command: number, address: bigint, context: IoctlContext): number {
    const { modules } = this.#deps;
    const number = command >>> 0;
    if (number >= SIOCDEVPRIVATE && number <= SIOCDEVPRIVATE + 15) return this.#device(number, address, context);
    switch (number) {
      case SIOCGIFBR:
      case SIOCSIFBR:
      case SIOCBRADDBR:
      case SIOCBRDELBR:
      case SIOCBRADDIF:
      case SIOCBRDELIF:
        modules.request('bridge');
        return -errno.EOPNOTSUPP;
      case SIOCGIFVLAN:
      case SIOCSIFVLAN:
        modules.request('8021q');
        return -errno.ENOPKG;
      case SIOCGIFCONF:
        return this.#configuration(address, context);
      default:
    }
    const own = this.#family(family, number, address, context);
    if (own !== undefined) return own;
    if (((number >>> 8) & 0xff) !== SOCK_IOC_TYPE) return -errno.ENOTTY;
    return this.#device(number, address, context);
  }

  #device(command: number, address: bigint, context: IoctlContext): number {
    const request = readIfreq(context.memory, address);
    if (request === undefined) return -errno.EFAULT;
    const { result, copyOut } = this.#deps.devices.run(command, request, context);
    if (result === 0 && copyOut && !context.memory.write(address, request.bytes)) return -errno.EFAULT;
    return result;
  }

  /** `dev_ifconf`: as many whole entries as fit; without a buffer, how much room all would take. */
  #configuration(address: bigint, context: IoctlContext): number {
    const { memory } = context;
    const asked = memory.read(address, ifconf.SIZE);
    if (asked === undefined) return -errno.EFAULT;
    const own = new Uint8Array(asked);
    const view = new DataView(own.buffer);
    const buffer = ifconf.ifc_buf(view, 0);
    const room = ifconf.ifc_len(view, 0);
    let total = 0;
    for (const entry of this.#deps.inet.configuration(context)) {
      if (buffer !== 0n) {
        if (room - total < ifreq.SIZE) continue;
        if (!memory.write(buffer + BigInt(total), entry)) return -errno.EFAULT;
      }
      total += ifreq.SIZE;
    }
    ifconf.set_ifc_len(view, 0, total);
    return memory.write(address, own.subarray(0, 4)) ? 0 : -errno.EFAULT;
  }

  /** What the family does with it; `undefined` for what it hands on. */
  #family(family: number, command: number, address: bigint, context: IoctlContext): number | undefined {
    if (family === AF_INET6) return this.#deps.inet6.ioctl(command, address, context);
    if (family !== AF_INET && !(family === AF_PACKET && PACKET_INET.has(command))) return undefined;
    return this.#deps.inet.ioctl(command, address, context);
  }
}

/** What packet sockets hand to IPv4. From net/packet/af_packet.c:packet_ioctl. */
const PACKET_INET: ReadonlySet<number> = new Set([
  SIOCADDRT,
  SIOCDELRT,
  SIOCDARP,
  SIOCGARP,
  SIOCSARP,
  SIOCGIFADDR,
  SIOCSIFADDR,
  SIOCGIFBRDADDR,
  SIOCSIFBRDADDR,
  SIOCGIFNETMASK,
  SIOCSIFNETMASK,
  SIOCGIFDSTADDR,
  SIOCSIFDSTADDR,
  SIOCSIFFLAGS,
]);
