import {
  NETLINK_ROUTE,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLM_F_MULTI,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSGERR_ATTR_MISS_NEST,
  NLMSGERR_ATTR_MISS_TYPE,
  NLMSGERR_ATTR_MSG,
  NLMSGERR_ATTR_OFFS,
  RTM_NEWLINK,
  IFLA_IFNAME,
  ifinfomsg,
} from '@netdevkit/bindings';
import type { ExtendedAck, KernelError } from '@netdevkit/errno';
import { MessageWriter, messages, type Message, type NetlinkSocket, type ReceivedMessage, type SockaddrNl } from '@netdevkit/netlink';

/** The port id of every fake socket. */
export const PID = 4711;

/** What a fake kernel puts into the receive queue: a datagram of the kernel, a whole record, or a pending error. */
export type Answer = Uint8Array | ReceivedMessage | KernelError;

/** Answers a datagram; `requests` are its messages. */
export type Script = (requests: Message[], socket: FakeSocket) => Iterable<Answer>;

/** A netlink socket on a kernel that is a script. */
export class FakeSocket implements NetlinkSocket {
  readonly protocol: number = NETLINK_ROUTE;
  readonly #script: Script;
  #queue: Iterator<Answer> | undefined;
  #pushed: Answer[] = [];
  #wake: (() => void) | undefined;
  readonly options: Array<readonly [level: number, name: number, value: number]> = [];
  readonly sent: Uint8Array[] = [];
  closed = false;
  bound = false;
  refuseOptions: KernelError | undefined;

  constructor(script: Script = () => []) {
    this.#script = script;
  }

  bind(): void {
    this.bound = true;
  }

  connect(): void {
    throw new Error('not used');
  }

  getsockname(): SockaddrNl {
    return { pid: this.bound ? PID : 0, groups: 0 };
  }

  send(bytes: Uint8Array): number {
    const copy = bytes.slice();
    this.sent.push(copy);
    this.#queue = this.#script([...messages(copy)], this)[Symbol.iterator]();
    return copy.length;
  }

  /** Queues what nobody asked for. */
  push(...answers: Answer[]): void {
    this.#pushed.push(...answers);
    this.#wake?.();
  }

  receive(): ReceivedMessage | undefined {
    if (this.closed) throw new Error('receive from a closed socket');
    const answer = this.#pushed.shift() ?? this.#take();
    if (answer === undefined) return undefined;
    if (answer instanceof Error) throw answer;
    return answer instanceof Uint8Array ? fromKernel(answer) : answer;
  }

  #take(): Answer | undefined {
    const step = this.#queue?.next();
    return step === undefined || step.done === true ? undefined : step.value;
  }

  setOption(level: number, name: number, value: number): void {
    if (this.refuseOptions !== undefined) throw this.refuseOptions;
    this.options.push([level, name, value]);
  }

  getOption(): number {
    throw new Error('not used');
  }

  getMemberships(): Uint32Array {
    throw new Error('not used');
  }

  get readable(): boolean {
    return this.#pushed.length > 0;
  }

  async waitReadable(): Promise<void> {
    while (!this.closed && !this.readable) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.closed) throw new Error('EBADF');
  }

  close(): void {
    this.closed = true;
    this.#wake?.();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** A datagram of the kernel. */
export function fromKernel(bytes: Uint8Array): ReceivedMessage {
  return { bytes, length: bytes.length, flags: 0, from: { pid: 0, groups: 0 } };
}

/** Header members that an answer may get wrong. */
export interface Wrong {
  readonly seq?: number;
  readonly pid?: number;
  readonly flags?: number;
}

/** One message. */
export function answer(request: Message, type: number, flags: number, fill: (writer: MessageWriter) => void, wrong: Wrong = {}): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, wrong.flags ?? flags, wrong.seq ?? request.seq, wrong.pid ?? PID);
  fill(writer);
  writer.end();
  return writer.toBytes();
}

/** An acknowledgement, with the request's payload when it is of an error. */
export function ack(request: Message, error = 0, extack: ExtendedAck = {}, wrong: Wrong = {}): Uint8Array {
  const tlvs = Object.keys(extack).length > 0 ? NLM_F_ACK_TLVS : 0;
  return answer(
    request,
    NLMSG_ERROR,
    tlvs | (error === 0 ? NLM_F_CAPPED : 0),
    (writer) => {
      writer.view.setInt32(writer.reserve(4), -error, true);
      writer.append(request.bytes.subarray(request.offset, request.offset + (error === 0 ? 16 : request.length)));
      if (extack.message !== undefined) writer.putString(NLMSGERR_ATTR_MSG, extack.message);
      if (extack.offset !== undefined) writer.putU32(NLMSGERR_ATTR_OFFS, extack.offset);
      if (extack.missingType !== undefined) writer.putU32(NLMSGERR_ATTR_MISS_TYPE, extack.missingType);
      if (extack.missingNest !== undefined) writer.putU32(NLMSGERR_ATTR_MISS_NEST, extack.missingNest);
    },
    wrong,
  );
}

/** The end of a dump. */
export function done(request: Message, error = 0, wrong: Wrong = {}): Uint8Array {
  return answer(request, NLMSG_DONE, NLM_F_MULTI, (writer) => writer.view.setInt32(writer.reserve(4), -error, true), wrong);
}

/** A link with an index and a name. */
export function linkMessage(request: Message, index: number, wrong: Wrong = {}): Uint8Array {
  return answer(
    request,
    RTM_NEWLINK,
    NLM_F_MULTI,
    (writer) => {
      ifinfomsg.set_ifi_index(writer.view, writer.reserve(ifinfomsg.SIZE), index);
      writer.putString(IFLA_IFNAME, `eth${String(index)}`);
    },
    wrong,
  );
}

/** Messages one after another in one datagram. */
export function joined(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts.map((part) => Buffer.concat([part, Buffer.alloc(-part.length & 3)]))));
}
