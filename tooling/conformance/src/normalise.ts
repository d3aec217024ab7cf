import { GENL_ID_CTRL, NETLINK_GENERIC, NLMSG_ERROR, NLMSG_HDRLEN, nlmsgerr, nlmsghdr } from '@netdevkit/bindings';
import { spotsOf, type DecodeContext, type MessageSpan, type Spot } from '@netdevkit/netlink';

/**
 * Where messages say what differs from run to run of one kernel: `TYPE path`. Those octets count as zeros.
 *
 * Numbers that a kernel gives out in its namespaces are not among them: indexes of links and ids of namespaces are the same
 * in every run, so they are compared.
 */
const VOLATILE: readonly RegExp[] = [
  // How many packets there were: kernels send some of their own accord, as IPv6 does.
  /^RTM_\w+LINK .*\.(stats|stats64|icmp6stats)(\.|$)/u,
  /^RTM_NEWSTATS .*\.(link-64|icmp6)/u,
  /^RTM_NEWNEIGHTBL attrs\.(stats|config)\.(?!key-len|proxy-qlen)/u,
  /^RTM_NEW(QDISC|TCLASS) attrs\.(stats|stats2)/u,
  // When something happened, in hundredths of seconds since the kernel was started; and chance.
  /\.cacheinfo\.(rta-)?(cstamp|tstamp|expires|reachable-time|lastuse|confirmed|used|updated|refcnt|ts|tsage|clntref|id)$/u,
  /^RTM_NEWNEIGHTBL attrs\.parms\.(reachable-time|refcnt)$/u,
  /^RTM_\w+NEIGH .*\.probes$/u,
  // What the kernel draws by lot, or counts from its start.
  /\.(inode|ino|cookie)$/u,
  /^SOCK_DIAG_BY_FAMILY header\.(ino|cookie|ndiag-ino|ndiag-cookie|pdiag-ino|pdiag-cookie)(\.|$)/u,
  // Descriptors of namespaces, where an error repeats what was asked.
  /request\.attrs\.(fd|net-ns-fd)$/u,
  // Numbers of generic families and groups, which modules get in the order in which they are loaded.
  /^getfamily attrs\.(family-id|mcast-groups\.\d+\.id)$/u,
];

/** Routers were asked for (include/net/if_inet6.h). */
const IF_RS_SENT = 0x10;
/** Marks of what stands for a port that the kernel chose. */
const PORT_MARK = 0xf000_0000;

/** What messages of one scenario are made comparable by. */
export class Normaliser {
  readonly #context: DecodeContext;
  readonly #ports: ReadonlyMap<string, number>;

  /**
   * @param context - decodes them
   * @param ports - `protocol:port` of what the kernel chose, and whose they are
   */
  constructor(context: DecodeContext, ports: Readonly<Record<string, string>>) {
    this.#context = context;
    const labels = [...new Set(Object.values(ports))].sort();
    this.#ports = new Map(Object.entries(ports).map(([port, label]) => [port, PORT_MARK + labels.indexOf(label)]));
  }

  /** What stands for a port. */
  port(protocol: number, pid: number): number {
    return this.#ports.get(`${String(protocol)}:${String(pid)}`) ?? pid;
  }

  /**
   * Makes a message comparable, where it stands.
   *
   * @param name - the name of its type
   */
  apply(message: MessageSpan, name: string): void {
    const { view, offset, bytes } = message;
    if (message.length < NLMSG_HDRLEN) return;
    const { protocol } = this.#context;
    nlmsghdr.set_nlmsg_pid(view, offset, this.port(protocol, nlmsghdr.nlmsg_pid(view, offset)));
    for (const spot of spotsOf(message, this.#context)) {
      if (spot.at < 0 || spot.length === 0) continue;
      if (isVolatile(name, spot)) bytes.fill(0, spot.at, spot.at + spot.length);
      else if (isInet6Flags(spot)) view.setUint32(spot.at, view.getUint32(spot.at, true) & ~IF_RS_SENT, true);
      else if (isRandomAddress(spot, bytes)) bytes.fill(0, spot.at, spot.at + spot.length);
      else if (spot.name.endsWith('portid') && spot.length === 4) view.setUint32(spot.at, this.#anyPort(view.getUint32(spot.at, true)), true);
    }
  }

  /** Takes the number of a generic family out of a message: once it has been decoded. */
  hideFamily({ view, offset, length }: MessageSpan): void {
    if (this.#context.protocol !== NETLINK_GENERIC) return;
    const headers = [offset];
    if (nlmsghdr.nlmsg_type(view, offset) === NLMSG_ERROR) headers.push(offset + NLMSG_HDRLEN + nlmsgerr.FIELDS.error.size);
    for (const at of headers) {
      if (at + NLMSG_HDRLEN <= offset + length && nlmsghdr.nlmsg_type(view, at) > GENL_ID_CTRL) nlmsghdr.set_nlmsg_type(view, at, GENL_ID_CTRL + 1);
    }
  }

  #anyPort(pid: number): number {
    for (const [key, mark] of this.#ports) if (key.endsWith(`:${String(pid)}`)) return mark;
    return pid;
  }
}

function isVolatile(type: string, { path }: Spot): boolean {
  const text = `${type} ${path.join('.')}`;
  return VOLATILE.some((pattern) => pattern.test(text));
}

/** Of the flags of IPv6 one comes when the kernel gets to it: that it has asked for routers. */
function isInet6Flags({ path, length }: Spot): boolean {
  return length === 4 && path.slice(-2).join('.') === 'inet6.flags';
}

/** A hardware address that was drawn by lot: scenarios give theirs as 02:00:00:…. */
function isRandomAddress({ name, at, length }: Spot, bytes: Uint8Array): boolean {
  if (length !== 6 || !['address', 'perm-address', 'lladdr'].includes(name)) return false;
  const [first = 0, second, third] = bytes.subarray(at, at + length);
  return (first & 3) === 2 && !(second === 0 && third === 0);
}
