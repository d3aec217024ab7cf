import { netlink_ext_ack } from '@netdevkit/bindings/raw';
import type { Net } from '../core/net-namespace.ts';
import type { DumpCallback, DumpControl, NetlinkRequest, RequestSocket } from './netlink-types.ts';

/** A dump under way: `struct netlink_callback` and the state that C keeps beside it in the socket. */
export class Dump implements DumpCallback {
  readonly control: DumpControl;
  readonly namespace: Net;
  readonly socket: RequestSocket;
  readonly portid: number;
  readonly seq: number;
  readonly request: Uint8Array;
  readonly extack: netlink_ext_ack = new netlink_ext_ack();
  readonly strictCheck: boolean;
  answerFlags = 0;
  generation = 0;
  state: unknown = undefined;
  /** The generation that the last chunk saw: `prev_seq`. */
  lastGeneration = 0;
  /** `dump_done_errno`: positive while there is more. */
  result = 1;

  constructor(request: NetlinkRequest, control: DumpControl) {
    this.control = control;
    this.namespace = request.namespace;
    this.socket = request.socket;
    this.portid = request.portid;
    this.seq = request.seq;
    this.request = request.bytes.slice(request.offset, request.offset + request.length);
    this.strictCheck = request.socket.strictCheck;
  }

  /** Whether what is dumped changed since the last chunk: `nl_dump_check_consistent`. */
  changed(): boolean {
    const changed = this.lastGeneration !== 0 && this.generation !== this.lastGeneration;
    this.lastGeneration = this.generation;
    return changed;
  }
}
