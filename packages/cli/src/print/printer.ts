import type { PacketCursor } from '@netdevkit/netlink';

/** Prints messages. What it has not passed on yet is its own. */
export interface Printer {
  /**
   * Prints what a cursor stands at: a message, or octets that are none.
   *
   * @param cursor - good until this returns
   * @throws SinkError: the output failed
   */
  print(cursor: PacketCursor): void;

  /**
   * Passes on what was printed.
   *
   * @throws SinkError: the output failed
   */
  flush(): void;
}
