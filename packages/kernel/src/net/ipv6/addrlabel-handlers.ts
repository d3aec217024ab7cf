import { PF_INET6, RTM_DELADDRLABEL, RTM_GETADDRLABEL, RTM_NEWADDRLABEL } from '@netdevkit/bindings';
import type { Namespaces } from '../core/net-namespace.ts';
import type { MessageHandlers } from '../rtnetlink/message-handlers.ts';
import type { RtnlSockets } from '../rtnetlink/rtnl-sockets.ts';
import { AddressLabelRequests } from './addrlabel-requests.ts';
import { AddressLabelTables } from './addrlabel.ts';

/** What {@link registerAddressLabels} stands on. */
export interface AddressLabelDeps {
  readonly sockets: RtnlSockets;
  readonly namespaces: Namespaces;
}

/** Registers the labels of IPv6 addresses. From net/ipv6/addrlabel.c:ipv6_addr_label_rtnl_register. */
export function registerAddressLabels(handlers: MessageHandlers, { sockets, namespaces }: AddressLabelDeps): void {
  const tables = new AddressLabelTables();
  namespaces.register({
    init: () => 0,
    exit: (net) => {
      tables.forget(net);
    },
  });
  const requests = new AddressLabelRequests(tables, sockets);
  handlers.register(PF_INET6, RTM_NEWADDRLABEL, { doit: requests.change });
  handlers.register(PF_INET6, RTM_DELADDRLABEL, { doit: requests.change });
  handlers.register(PF_INET6, RTM_GETADDRLABEL, { doit: requests.get, dump: () => ({ dump: requests.dump }) });
}
