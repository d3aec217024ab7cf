import { NETLINK_FIB_LOOKUP, NLMSG_HDRLEN, nlmsghdr } from '@netdevkit/bindings';
import type { sk_buff } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Namespaces, Net } from '../core/net-namespace.ts';
import type { SkBuffs } from '../core/skbuff.ts';
import type { KernelSocket, KernelSocketConfig } from '../netlink/netlink-sock.ts';
import type { RequestSocket } from '../netlink/netlink-types.ts';
import type { Netlink } from '../netlink/netlink.ts';
import { PernetSockets } from '../netlink/pernet-sockets.ts';
import { flowTo, type Fib } from './fib.ts';

/** Where the members of `struct fib_result_nl` stand: include/net/ip_fib.h. */
const RESULT = { addr: 0, mark: 4, tos: 8, scopeIn: 9, tableIn: 10, table: 11, prefixLength: 12, nexthop: 13, type: 14, scope: 15, error: 16, size: 20 } as const;
/** `INET_DSCP_MASK`. */
const DSCP_MASK = 0xfc;

/** What {@link FibLookup} stands on. */
export interface FibLookupDeps {
  readonly netlink: Netlink;
  readonly namespaces: Namespaces;
  readonly skbs: SkBuffs;
  readonly fib: Fib;
}

/**
 * The NETLINK_FIB_LOOKUP family, which looks an address up in one IPv4 routing table: a datagram comes back with its blanks filled
 * in. From net/ipv4/fib_frontend.c.
 */
export class FibLookup {
  readonly #deps: FibLookupDeps;

  /** Namespaces are served that are made after this. */
  constructor(deps: FibLookupDeps) {
    this.#deps = deps;
    const config: KernelSocketConfig = {
      groups: 0,
      nonrootRecv: false,
      nonrootSend: false,
      input: (skb, sender, receiver) => {
        this.#answer(skb, sender, receiver);
      },
    };
    // From net/ipv4/fib_frontend.c:nl_fib_lookup_init, which has one errno for whatever fails.
    new PernetSockets(deps, NETLINK_FIB_LOOKUP, () => config, -errno.EAFNOSUPPORT);
  }

  // From net/ipv4/fib_frontend.c:nl_fib_input: of a datagram the first message counts, and what is too short has no answer.
  #answer(skb: sk_buff, { portid }: RequestSocket, receiver: KernelSocket): void {
    const { netlink, skbs } = this.#deps;
    const { head, len, data } = skb;
    if (head === null || len < NLMSG_HDRLEN + RESULT.size) return;
    const length = nlmsghdr.nlmsg_len(head.view, data);
    if (len < length || length < NLMSG_HDRLEN + RESULT.size) return;
    // The answer shares the request's octets, so that whoever has seen that sees this in it.
    const answer = skbs.clone(skb);
    if (answer === null) return;
    this.#lookUp(receiver.namespace, head.view, data + NLMSG_HDRLEN);
    answer.cb_portid = 0;
    answer.cb_dst_group = 0;
    netlink.unicast(receiver, answer, portid);
  }

  // From net/ipv4/fib_frontend.c:nl_fib_lookup.
  #lookUp(namespace: Net, view: DataView, at: number): void {
    const { fib } = this.#deps;
    const put = (error: number): void => {
      view.setInt32(at + RESULT.error, error, true);
    };
    const table = fib.table(namespace, view.getUint8(at + RESULT.tableIn));
    if (table === undefined) {
      put(-errno.ENOENT);
      return;
    }
    view.setUint8(at + RESULT.table, table.id);
    const flow = flowTo(view.getUint32(at + RESULT.addr), {
      mark: view.getUint32(at + RESULT.mark, true),
      tos: view.getUint8(at + RESULT.tos) & DSCP_MASK,
      scope: view.getUint8(at + RESULT.scopeIn),
    });
    const found = fib.tableLookup(namespace, table, flow, 0);
    if (typeof found === 'number') {
      put(found);
      return;
    }
    put(0);
    const { alias, info, nexthop } = found;
    view.setUint8(at + RESULT.prefixLength, alias.dstLength);
    view.setUint8(at + RESULT.nexthop, info.nexthops.indexOf(nexthop));
    view.setUint8(at + RESULT.type, alias.type);
    view.setUint8(at + RESULT.scope, info.scope);
  }
}
