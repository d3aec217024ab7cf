/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import {
  IFLA_ADDRESS,
  IFLA_IFNAME,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REQUEST,
  RTM_NEWLINK,
  ifinfomsg,
} from '@netdevkit/bindings';
import { errno, errnoName, isKernelError, strerror } from '@netdevkit/errno';
import { MessageCursor, MessageWriter, parseError, type NetlinkSocket } from '@netdevkit/netlink';

/** Whether something can be done here, and if not, why and what to do about it. */
export type Support = { readonly supported: true } | { readonly supported: false; readonly code: 'missing' | 'denied'; readonly reason: string };

/** Capabilities that matter here, by bit. C twin: `CAP_*` (linux/capability.h). */
export const Capability = { NET_BROADCAST: 11, NET_ADMIN: 12, NET_RAW: 13, SYS_ADMIN: 21 } as const;

/** A kernel's version. */
export interface KernelVersion {
  /** The first number of the release: the 6 of `6.12.107`; 0 when it has none. */
  readonly major: number;
  /** The second: the 12 of `6.12.107`; 0 when it has none. */
  readonly minor: number;
  /** What `uname -r` says. */
  readonly release: string;
}

const YES: Support = { supported: true };

/** The version of the kernel that this process runs on. */
export function kernelVersion(text: string = release()): KernelVersion {
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/u.exec(text) ?? [];
  return { major: Number(major), minor: Number(minor), release: text };
}

/**
 * Whether this thread has a capability, over the user namespace that it is in.
 *
 * @param capability - a bit of {@link Capability}
 */
export function hasCapability(capability: number): boolean {
  const [, effective = '0'] = /^CapEff:\s*([\da-f]+)$/mu.exec(readFileSync('/proc/thread-self/status', 'latin1')) ?? [];
  return ((BigInt(`0x${effective}`) >> BigInt(capability)) & 1n) === 1n;
}

/**
 * Whether the kernel has links of a kind, or a module for them, and this process may make them.
 *
 * It asks for a link that cannot be made, for its address and its name: the kind refuses it, and a kernel without the kind
 * says that. The kernel may load the kind's module.
 *
 * @param socket - a NETLINK_ROUTE socket of the namespace in question
 * @param kind - such as `'nlmon'`
 */
export function linkKindSupport(socket: NetlinkSocket, kind: string): Support {
  const code = tryLink(socket, kind);
  if (code === errno.EINVAL || code === errno.EADDRNOTAVAIL) return YES;
  if (code === errno.EOPNOTSUPP) {
    return {
      supported: false,
      code: 'missing',
      reason: `this kernel (${release()}) has no ${kind}: it needs CONFIG_${kind.toUpperCase()}, as in Debian's and Ubuntu's stock kernels (modprobe ${kind})`,
    };
  }
  if (code === errno.EPERM) {
    return { supported: false, code: 'denied', reason: `making a link of kind ${kind} needs CAP_NET_ADMIN: run it as root, or below \`unshare -Urn\` for a network of your own` };
  }
  return { supported: false, code: 'missing', reason: `the kernel does not say whether it has ${kind}: ${strerror(code)} (${errnoName(code) ?? String(code)})` };
}

/** What a kernel and this process can do; each question is asked of the kernel when it is put. */
export class HostSupport<Namespace> {
  readonly #open: (namespace: Namespace | undefined) => NetlinkSocket;

  /** @param open - opens a NETLINK_ROUTE socket in a namespace */
  constructor(open: (namespace: Namespace | undefined) => NetlinkSocket) {
    this.#open = open;
  }

  /** Whether an nlmon link can be made. The kernel may load the module for it. */
  nlmon(namespace?: Namespace): Support {
    return this.linkKind('nlmon', namespace);
  }

  /** Whether a link of a kind can be made. The kernel may load the module for it. */
  linkKind(kind: string, namespace?: Namespace): Support {
    const socket = this.#open(namespace);
    try {
      return linkKindSupport(socket, kind);
    } finally {
      socket.close();
    }
  }

  /** Whether packet sockets can be opened: what a capture needs. */
  packetSockets(): Support {
    return needs(Capability.NET_RAW, 'CAP_NET_RAW', 'capturing packets');
  }

  /** Whether other network namespaces can be entered. */
  namespaces(): Support {
    return needs(Capability.SYS_ADMIN, 'CAP_SYS_ADMIN', 'entering another network namespace');
  }
}

function needs(capability: number, name: string, what: string): Support {
  if (hasCapability(capability)) return YES;
  return { supported: false, code: 'denied', reason: `${what} needs ${name}: run it as root, or below \`unshare -Urn\`` };
}

/** Asks for a link that cannot be made, and gives the errno of the answer. */
function tryLink(socket: NetlinkSocket, kind: string): number {
  const writer = new MessageWriter();
  writer.begin(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, 1, 0);
  writer.reserve(ifinfomsg.SIZE);
  // From drivers/net/nlmon.c:nlmon_validate: any address is refused; others refuse one of the wrong length.
  writer.putBytes(IFLA_ADDRESS, new Uint8Array(0));
  // From net/core/dev.c:dev_valid_name: no link of any kind gets such a name.
  writer.putString(IFLA_IFNAME, '/');
  writer.putNested(IFLA_LINKINFO, () => writer.putString(IFLA_INFO_KIND, kind));
  writer.end();
  try {
    socket.send(writer.bytes);
    const datagram = socket.receive();
    if (datagram === undefined) return errno.EAGAIN;
    const cursor = new MessageCursor();
    cursor.reset(datagram.bytes);
    const answer = cursor.next() ? parseError(cursor.message()) : undefined;
    return Math.abs(answer?.errno ?? errno.EBADMSG);
  } catch (error) {
    if (isKernelError(error)) return error.errno;
    throw error;
  }
}
