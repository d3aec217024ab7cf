import {
  PF_UNSPEC,
  RTM_DELNEIGH,
  RTM_GETNEIGH,
  RTM_GETNEIGHTBL,
  RTM_NEWNEIGH,
  RTM_SETNEIGHTBL,
  RTNLGRP_NEIGH,
} from '@netdevkit/bindings';
import type { Faults } from '../../faults.ts';
import type { Timers } from '../../timers.ts';
import type { MessageHandlers } from '../rtnetlink/message-handlers.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import { tell } from '../rtnetlink/tell.ts';
import { dumpNeighbours } from './neighbour-dump.ts';
import { fillNeighbour, NEIGHBOUR_SIZE } from './neighbour-fill.ts';
import { NeighbourRequests } from './neighbour-requests.ts';
import { dumpNeighbourTables, setNeighbourTable } from './neighbour-table-messages.ts';
import type { NeighbourListener, NeighbourTable } from './neighbour.ts';
import type { Namespaces, Net } from './net-namespace.ts';

/** What {@link registerNeighbours} stands on. */
export interface NeighbourHandlersDeps {
  /** In the order of dumps. */
  readonly tables: readonly NeighbourTable[];
  readonly sockets: RtnlSockets;
  readonly namespaces: Namespaces;
  readonly timers: Timers;
  readonly faults: Faults;
}

/** How listeners hear of neighbours. From net/core/neighbour.c:__neigh_notify. */
export function neighbourTeller(sockets: RtnlSockets, timers: Timers): NeighbourListener {
  return (neighbour, gone, portid) => {
    const message = { type: gone ? RTM_DELNEIGH : RTM_NEWNEIGH, flags: 0, portid, seq: 0 };
    // CAST: every device of this kernel was made with a Net of this kernel.
    tell(sockets, neighbour.dev.nd_net as Net, RTNLGRP_NEIGH, null, NEIGHBOUR_SIZE, (writer) => fillNeighbour(writer, neighbour, message, timers.now(), gone ? 0 : 1));
  };
}

/** Registers what answers requests about neighbours, and their tables. */
export function registerNeighbours(handlers: MessageHandlers, deps: NeighbourHandlersDeps): void {
  const { tables, namespaces, timers } = deps;
  const requests = new NeighbourRequests(deps);
  handlers.register(PF_UNSPEC, RTM_NEWNEIGH, { doit: requests.add });
  handlers.register(PF_UNSPEC, RTM_DELNEIGH, { doit: requests.delete });
  const dump = dumpNeighbours(tables, timers);
  handlers.register(PF_UNSPEC, RTM_GETNEIGH, { doit: requests.get, dump: () => ({ dump }) });
  const dumpTables = dumpNeighbourTables(tables, timers);
  handlers.register(PF_UNSPEC, RTM_GETNEIGHTBL, { dump: () => ({ dump: dumpTables, doneAlone: true }) });
  const isInitial = (namespace: Net): boolean => namespaces.all[0] === namespace;
  handlers.register(PF_UNSPEC, RTM_SETNEIGHTBL, { doit: setNeighbourTable(tables, isInitial) });
}
