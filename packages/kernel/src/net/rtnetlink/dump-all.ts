import { PF_PACKET, RTNL_FAMILY_MAX } from '@netdevkit/bindings';
import type { MessageWriter } from '@netdevkit/netlink';
import type { DumpCallback, DumpControl, NetlinkRequest } from '../netlink/netlink-types.ts';

/** Writes one chunk of a dump. */
type Dump = DumpControl['dump'];

/** Where a dump of all families stands. */
class AllFamilies {
  family = 1;
  /** What the present family keeps between chunks. */
  state: unknown = undefined;
}

/**
 * A dump of what every family has, one after the other. From net/core/rtnetlink.c:rtnl_dump_all.
 *
 * @param dumpOf - how a family's own part is made; `undefined` where it has none
 */
export function dumpAll(dumpOf: (family: number, request: NetlinkRequest) => Dump | undefined): (request: NetlinkRequest) => DumpControl {
  return (request) => {
    const dumps: (Dump | undefined)[] = [];
    for (let family = 1; family <= RTNL_FAMILY_MAX; family++) if (family !== PF_PACKET) dumps[family] = dumpOf(family, request);
    return { dump: (chunk, callback) => dumpFamilies(dumps, chunk, callback), doneAlone: true };
  };
}

function dumpFamilies(dumps: readonly (Dump | undefined)[], chunk: MessageWriter, callback: DumpCallback): number {
  const all = callback.state instanceof AllFamilies ? callback.state : new AllFamilies();
  for (; all.family < dumps.length; all.family++) {
    const dump = dumps[all.family];
    if (dump === undefined) continue;
    callback.state = all.state;
    const result = dump(chunk, callback);
    all.state = callback.state;
    callback.state = all;
    if (result < 0) return chunk.length > 0 ? 1 : result;
    if (result > 0) return result;
    all.state = undefined;
    // What changes is counted by each family for itself.
    callback.generation = callback.lastGeneration = 0;
  }
  callback.state = all;
  return 0;
}
