import type { LiveOptions } from './live-output.ts';
import type { LivePacket } from './live-packet.ts';

/** What the thread that writes is made with. */
export interface LiveThreadData {
  readonly options: LiveOptions;
}

/** What it is told; `hurry`: not to wait for readers that do not read. */
export type LiveRequest =
  | { readonly type: 'packets'; readonly packets: readonly LivePacket[]; readonly octets: number }
  | { readonly type: 'remark'; readonly text: string }
  | { readonly type: 'hurry' }
  | { readonly type: 'close' };

/** What it tells; `taken`: packets were passed on, or are lost with what failed. */
export type LiveReply =
  | { readonly type: 'open' }
  | { readonly type: 'taken'; readonly octets: number }
  | { readonly type: 'closed' }
  | { readonly type: 'failed'; readonly message: string; readonly code: string | undefined; readonly exitCode: number | undefined };
