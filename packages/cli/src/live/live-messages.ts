import type { LiveOptions } from './live-output.ts';
import type { LivePacket } from './live-packet.ts';

/** What the thread that writes is made with. */
export interface LiveThreadData {
  readonly options: LiveOptions;
  /** Octets that were handed over and not written yet, at 0. */
  readonly pending: Int32Array;
}

/** What it is told. */
export type LiveRequest = { readonly type: 'packets'; readonly packets: readonly LivePacket[] } | { readonly type: 'close' };

/** What it tells. */
export type LiveReply = { readonly type: 'open' } | { readonly type: 'closed' } | { readonly type: 'failed'; readonly message: string; readonly code: string | undefined; readonly exitCode: number | undefined };
