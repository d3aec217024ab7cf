import type { ErrnoCode, ExtendedAck } from '@netdevkit/errno';

/** A message that listeners were told, which answers nobody. */
export interface RecordedNotification {
  readonly protocol: number;
  readonly groups: readonly number[];
  /** The datagram. */
  readonly bytes: Uint8Array;
  /** For each of its messages, whose doing it was, as far as the numbers in it say so. */
  readonly causes: readonly (Exchange | undefined)[];
  /** How many sockets got it, one after the other. */
  copies: number;
}

/** A request of a recording, and what came of it. */
export interface Exchange {
  readonly protocol: number;
  /** Its place among all requests of the recording. */
  readonly position: number;
  readonly seq: number;
  /** Whether it asks for a dump, as far as its flags say so. */
  readonly isDump: boolean;
  /** What messages that answer it there are; none if it is not one that is answered by messages. */
  messages?: Uint8Array[];
  /** Whether an acknowledgement ended it, of success or of failure. */
  isAcknowledged?: boolean;
  error?: ErrnoCode | number;
  extack?: ExtendedAck;
  /** Flags of the end of a dump. */
  dumpFlags?: number;
  /** What listeners were told before it was answered. */
  readonly before: RecordedNotification[];
  /** What they were told after that, up to the next request. */
  readonly after: RecordedNotification[];
}
