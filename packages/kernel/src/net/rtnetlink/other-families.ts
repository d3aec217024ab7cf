import { PF_BRIDGE, PF_UNSPEC, RTM_DELLINK, RTM_GETLINK, RTM_GETNETCONF, RTM_GETQDISC, RTM_SETLINK } from '@netdevkit/bindings';
import type { AfSpec } from './af-spec.ts';
import { changeBridgeLink, dumpBridgeLinks } from './bridge-links.ts';
import { registerEmptyDumps } from './empty-dumps.ts';
import type { MessageHandlers } from './message-handlers.ts';
import type { Netconf } from './netconf.ts';
import { dumpQdiscs } from './qdisc-dump.ts';

/**
 * Registers what is answered about what this system does not do, so that programs that look around find what a fresh network
 * namespace has: devices' queueing disciplines, and tables with nothing in them.
 */
export function registerOtherFamilies(handlers: MessageHandlers, af: AfSpec, netconf: Netconf): void {
  registerEmptyDumps(handlers);
  handlers.register(PF_UNSPEC, RTM_GETQDISC, { dump: () => ({ dump: dumpQdiscs, doneAlone: true }) });
  handlers.register(PF_BRIDGE, RTM_GETLINK, { dump: () => ({ dump: dumpBridgeLinks }) });
  handlers.register(PF_BRIDGE, RTM_SETLINK, { doit: changeBridgeLink });
  handlers.register(PF_BRIDGE, RTM_DELLINK, { doit: changeBridgeLink });
  for (const family of af.families) {
    handlers.register(family.family, RTM_GETNETCONF, { doit: netconf.handle(family), dump: () => ({ dump: netconf.dump(family) }) });
  }
}
