import type { MessageWriter } from '@netdevkit/netlink';
import type { DumpCallback, DumpControl } from '../netlink/netlink-types.ts';

/** Writes one message of a dump: 0, or a negative errno when there is no room for it. */
export type DumpItem = (chunk: MessageWriter) => number;

/** Where a dump stands: what there was when it began, as far as it is not written yet. */
class ItemDump {
  readonly items: readonly DumpItem[];
  next = 0;

  constructor(items: readonly DumpItem[]) {
    this.items = items;
  }
}

/**
 * A dump of what there was when it began.
 *
 * @param begin - lists the messages, or refuses with a negative errno
 */
export function dumpItems(begin: (callback: DumpCallback) => readonly DumpItem[] | number): DumpControl['dump'] {
  return (chunk, callback) => {
    const state = callback.state instanceof ItemDump ? callback.state : started(begin(callback));
    if (typeof state === 'number') return state;
    callback.state = state;
    for (; state.next < state.items.length; state.next++) {
      const error = state.items[state.next]?.(chunk) ?? 0;
      if (error < 0) return chunk.length > 0 ? 1 : error;
    }
    return 0;
  };
}

function started(items: readonly DumpItem[] | number): ItemDump | number {
  return typeof items === 'number' ? items : new ItemDump(items);
}
