import { AF_NETLINK } from '@netdevkit/bindings';
import type { module, sk_buff } from '@netdevkit/bindings/raw';
import type { Net } from '../core/net-namespace.ts';
import { Sock, type Credentials } from '../core/sock.ts';
import type { Dump } from './dump-state.ts';
import type { RequestSocket } from './netlink-types.ts';

/** What kernel sockets may do, should anybody ask. */
const ALMIGHTY: Credentials = { uid: 0, netAdmin: true, netBroadcast: true };

/**
 * `struct netlink_sock` (net/netlink/af_netlink.h): a socket of user space or of the kernel.
 */
export class NetlinkSock extends Sock implements RequestSocket {
  /** What makes it a kernel socket; `null` for those of user space. */
  readonly config: KernelSocketConfig | null;
  /** Its own port id, unsigned; 0 for kernel sockets and before binding. */
  portid = 0;
  bound = false;
  connected = false;
  dstPortid = 0;
  dstGroup = 0;
  /** Bit `(g - 1) % 32` of word `(g - 1) / 32` is group g; `null` until the first membership. */
  groups: Uint32Array | null = null;
  /** How many groups {@link groups} has room for. */
  ngroups = 0;
  /** How many groups it is in. */
  subscriptions = 0;
  /** The process that uses it now, whose number autobinding tries first. */
  tgid: number | undefined;
  /** NETLINK_S_CONGESTED: nothing more is queued until the queue was read empty. */
  congested = false;
  pktinfo = false;
  broadcastError = false;
  noEnobufs = false;
  listenAllNsid = false;
  capAck = false;
  extAck = false;
  strictCheck = false;
  /** The largest buffer that was offered to a receive, as dumps size their chunks by it. */
  maxReceive = 0;
  /** The dump under way. */
  dump: Dump | null = null;
  /** What the family pins while the socket lives. */
  module: module | null = null;

  /**
   * @param owner - what makes it a kernel socket, or whose it is
   */
  constructor(namespace: Net, type: number, protocol: number, owner: KernelSocketConfig | Credentials) {
    const config = 'input' in owner ? owner : null;
    super(namespace, AF_NETLINK, type, protocol, 'input' in owner ? ALMIGHTY : owner);
    this.config = config;
    this.tgid = this.credentials.tgid;
  }

  /** Whether it is in a group. */
  isMember(group: number): boolean {
    const index = group - 1;
    if (index < 0 || index >= this.ngroups || this.groups === null) return false;
    return (((this.groups[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1;
  }
}

/** A socket of the kernel's own, for those who made it: a handle for `Netlink`'s methods. */
export type KernelSocket = NetlinkSock;

/** `struct netlink_kernel_cfg`: what a kernel socket does. */
export interface KernelSocketConfig {
  /** How many multicast groups there are; at least 32 are made. */
  readonly groups: number;
  /** NL_CFG_F_NONROOT_RECV: anybody may join groups. */
  readonly nonrootRecv: boolean;
  /** NL_CFG_F_NONROOT_SEND: anybody may send to others and to groups. */
  readonly nonrootSend: boolean;
  /** Takes a datagram; it is freed by the caller. */
  readonly input: (skb: sk_buff, sender: RequestSocket, receiver: KernelSocket) => void;
  /** A socket wants to join a group: 0, or a negative errno. */
  readonly bind?: (namespace: Net, group: number, socket: RequestSocket) => number;
  readonly unbind?: (namespace: Net, group: number) => void;
  /** A socket of user space closes: before it leaves its groups. */
  readonly release?: (socket: RequestSocket) => void;
  /** Pinned by every socket of the family. */
  readonly module?: module;
}
