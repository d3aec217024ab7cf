import {
  RTM_GETQDISC,
  RTM_NEWQDISC,
  TCA_DUMP_INVISIBLE,
  TCA_HW_OFFLOAD,
  TCA_INGRESS_BLOCK,
  TCA_EGRESS_BLOCK,
  TCA_KIND,
  TCA_OPTIONS,
  tcmsg,
} from '@netdevkit/bindings';
import type { Message } from '@netdevkit/netlink';
import { Attributes } from './attributes.ts';
import type { RawAttribute } from './link.ts';
import type { DumpRequest } from './request.ts';
import type { Requester } from './requester.ts';
import { integer } from './write-link.ts';

/** A queueing discipline, as `tc qdisc` shows it. C twin: `struct tcmsg` and the `TCA_*` attributes. */
export interface Qdisc {
  /** The index of its link. */
  readonly index: number;
  /** Its number: the major one in the upper 16 bits; 0: it was not given one. */
  readonly handle: number;
  /** Where it hangs: `TC_H_ROOT`, `TC_H_INGRESS`, or another's class. */
  readonly parent: number;
  /** How many use it. */
  readonly references: number;
  /** What it is: `noqueue`, `fq_codel`. */
  readonly kind: string;
  /** How it is set up, as its kind has it. */
  readonly options: Uint8Array | undefined;
  /** Whether the device does its work. */
  readonly offloaded: boolean;
  /** The number of the filters that it shares for what comes in. */
  readonly ingressBlock: number | undefined;
  /** The number of the filters that it shares for what goes out. */
  readonly egressBlock: number | undefined;
  /** What this package does not decode: statistics too. */
  readonly others: readonly RawAttribute[];
}

/** Which queueing disciplines a dump is about. */
export interface QdiscFilter {
  /** Those of this link. */
  readonly index?: number;
  /** Those of this kind. */
  readonly kind?: string;
  /** Whether those are told of that the kernel made by itself. @defaultValue false */
  readonly invisible?: boolean;
}

/**
 * The request for queueing disciplines. C twin: `RTM_GETQDISC` with `NLM_F_DUMP`; `tc qdisc show`.
 *
 * @param filter - which: the kernel tells of all links; see {@link matchesQdisc}
 */
export function dumpQdiscs(filter: QdiscFilter = {}): DumpRequest<Qdisc> {
  return {
    op: 'RTM_GETQDISC',
    type: RTM_GETQDISC,
    answerType: RTM_NEWQDISC,
    encode(writer) {
      const at = writer.reserve(tcmsg.SIZE);
      tcmsg.set_tcm_ifindex(writer.view, at, integer('index', filter.index ?? 0, 0, 0x7fff_ffff));
      if (filter.invisible === true) writer.putFlag(TCA_DUMP_INVISIBLE);
    },
    accept: parseQdisc,
  };
}

/** Whether a queueing discipline is one that a filter asks for. */
export function matchesQdisc(qdisc: Qdisc, filter: QdiscFilter): boolean {
  return (filter.index === undefined || qdisc.index === filter.index) && (filter.kind === undefined || qdisc.kind === filter.kind);
}

/**
 * Reads a queueing discipline out of an `RTM_NEWQDISC` or `RTM_DELQDISC`.
 *
 * An attribute shorter than its type counts as not sent.
 *
 * @param message - any message
 * @returns `undefined` when it is too short for a `tcmsg`
 */
export function parseQdisc(message: Message): Qdisc | undefined {
  if (message.payloadLength < tcmsg.SIZE) return undefined;
  const { view, payloadOffset: at } = message;
  const has = new Attributes(message, tcmsg.SIZE);
  return {
    index: tcmsg.tcm_ifindex(view, at),
    handle: tcmsg.tcm_handle(view, at),
    parent: tcmsg.tcm_parent(view, at),
    references: tcmsg.tcm_info(view, at),
    kind: has.text(TCA_KIND) ?? '',
    options: has.octets(TCA_OPTIONS),
    offloaded: (has.u8(TCA_HW_OFFLOAD) ?? 0) !== 0,
    ingressBlock: has.u32(TCA_INGRESS_BLOCK),
    egressBlock: has.u32(TCA_EGRESS_BLOCK),
    others: has.others(),
  };
}

/** The queueing disciplines of a network namespace: `tc qdisc show`. */
export class Qdiscs {
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /**
   * Tells of queueing disciplines. C twin: `tc qdisc show`.
   *
   * @param filter - of which
   * @returns in the kernel's order: by link
   * @throws KernelError `EINTR`: they changed each time that they were read
   */
  list(filter: QdiscFilter = {}): Qdisc[] {
    return this.#requester.dump(dumpQdiscs(filter)).filter((qdisc) => matchesQdisc(qdisc, filter));
  }
}
