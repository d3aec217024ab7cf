import {
  IFLA_ADDRESS,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_GET_STRICT_CHK,
  NLMSG_DONE,
  NLMSG_ERROR,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV4_RULE,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_IPV6_RULE,
  RTNLGRP_NEIGH,
  SOL_NETLINK,
} from '@netdevkit/bindings';
import { ManualClock } from '../src/clock.ts';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import { linkUp } from './route-requests.ts';
import { text } from './route-text.ts';
import { add, drain, exchange, outcome, Rig, verdict } from './rtnetlink-rig.ts';

/** The index of the first dummy of a {@link RouteBench}. */
export const D0 = 2;
/** The index of the second one. */
export const D1 = 3;

/** A kernel with two dummies, and who listens to addresses, routes, neighbours and rules. Only `lo` is up. */
export class RouteBench {
  readonly rig: Rig;
  readonly socket: EmbeddedNetlinkSocket;
  readonly #listener: EmbeddedNetlinkSocket;

  /** @param arp - whether the dummies have ARP, and with it look for their own addresses at others */
  constructor(arp = false) {
    this.rig = new Rig();
    const ops = this.rig.dummyOps();
    const { setup } = ops;
    this.rig.rtnetlink.linkOps.register({
      ...ops,
      setup: (dev) => {
        const error = setup?.(dev) ?? 0;
        if (arp) dev.flags = 0x1002;
        return error;
      },
    });
    this.socket = this.rig.socket();
    this.socket.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    for (const [at, name] of ['d0', 'd1'].entries()) {
      add(this.socket, name, 'dummy', { attributes: (writer) => { writer.putBytes(IFLA_ADDRESS, Uint8Array.of(2, 0, 0, 0, 0, 10 + at)); } });
    }
    this.ask(linkUp(1));
    this.#listener = this.rig.socket();
    this.#listener.bind();
    for (const group of [RTNLGRP_NEIGH, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV6_RULE]) {
      this.#listener.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    }
  }

  /** Asks, and gives the outcome. */
  ask(request: Uint8Array): string {
    return outcome(verdict(exchange(this.socket, request)));
  }

  /** Asks several times, all of which must do. */
  must(...requests: readonly Uint8Array[]): void {
    for (const request of requests) {
      const result = this.ask(request);
      if (result !== 'ok') throw new Error(result);
    }
  }

  /** Asks, and gives what is answered but for the acknowledgement, in words. */
  list(request: Uint8Array): string[] {
    return exchange(this.socket, request).filter(({ type }) => type !== NLMSG_ERROR && type !== NLMSG_DONE).map(text);
  }

  /** What was told since the last time, in words. */
  told(): string[] {
    return drain(this.#listener).map(text);
  }

  /** Lets time pass. @param seconds - how much */
  wait(seconds: number): void {
    const { clock } = this.rig.core;
    if (!(clock instanceof ManualClock)) throw new Error('not a clock that can be moved');
    clock.advance(seconds * 1e9);
  }
}
