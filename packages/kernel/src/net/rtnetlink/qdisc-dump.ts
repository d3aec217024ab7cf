import {
  gnet_stats_queue,
  NLM_F_MULTI,
  RTM_NEWQDISC,
  TCA_CHAIN,
  TCA_DUMP_INVISIBLE,
  TCA_EGRESS_BLOCK,
  TCA_HW_OFFLOAD,
  TCA_INGRESS_BLOCK,
  TCA_KIND,
  TCA_MAX,
  TCA_OPTIONS,
  TCA_RATE,
  TCA_STAB,
  TCA_STATS,
  TCA_STATS2,
  TCA_STATS_BASIC,
  TCA_STATS_QUEUE,
  tcmsg,
  TC_H_ROOT,
} from '@netdevkit/bindings';
import type { net_device, nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { parseMessageAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import type { DumpCallback } from '../netlink/netlink-types.ts';
import { BANDS, PfifoFast, PRIORITY_BANDS } from '../sched/pfifo-fast.ts';
import { dumpDevices } from './device-walk.ts';
import { policies } from './link-policy.ts';

/** `struct tc_estimator`. */
const ESTIMATOR_SIZE = 2;

// From net/sched/sch_api.c:rtm_tca_policy.
const POLICY: nla_policies = policies(TCA_MAX, {
  [TCA_KIND]: { type: 'NLA_STRING' },
  [TCA_RATE]: { type: 'NLA_BINARY', len: ESTIMATOR_SIZE },
  [TCA_STAB]: { type: 'NLA_NESTED' },
  [TCA_DUMP_INVISIBLE]: { type: 'NLA_FLAG' },
  [TCA_CHAIN]: { type: 'NLA_U32' },
  [TCA_INGRESS_BLOCK]: { type: 'NLA_U32' },
  [TCA_EGRESS_BLOCK]: { type: 'NLA_U32' },
});

/** `struct gnet_stats_basic` with its padding, `struct tc_stats`, and `struct tc_prio_qopt` with a priority for each of 16. */
const BASIC_SIZE = 16;
const OLD_STATS_SIZE = 40;
const PRIO_QOPT_SIZE = 20;

/** A discipline of a device, as a message tells of it. */
interface Entry {
  readonly kind: string;
  readonly parent: number;
  /** How many hold it. */
  readonly references: number;
  /** Those whose counters it shows. */
  readonly queues: readonly PfifoFast[];
  readonly hasOptions: boolean;
}

/** Where a dump stands. */
class QdiscDump {
  ifindex = 0;
  /** How many disciplines of the next device are done. */
  done = 0;
}

/**
 * RTM_GETQDISC, as a dump: the disciplines of the devices that are up, or were. net/sched/sch_api.c:tc_dump_qdisc.
 */
export function dumpQdiscs(chunk: MessageWriter, callback: DumpCallback): number {
  const { namespace, portid, seq, request, extack } = callback;
  const error = parseMessageAttributes(null, request, 0, tcmsg.SIZE, POLICY, Validation.LIBERAL, extack);
  if (error < 0) return error;
  const state = callback.state instanceof QdiscDump ? callback.state : new QdiscDump();
  callback.state = state;
  return dumpDevices(namespace, state, chunk, (dev) => {
    const entries = entriesOf(dev);
    for (; state.done < entries.length; state.done++) {
      const entry = entries[state.done];
      const error = entry === undefined ? 0 : fill(chunk, dev, entry, portid, seq);
      if (error < 0) return error;
    }
    state.done = 0;
    return 0;
  });
}

/** The root first, then what is below it, the last queue's first: a hash of the kernel's turns them round. */
function entriesOf(dev: net_device): Entry[] {
  // From net/sched/sch_api.c:tc_qdisc_dump_ignore: noop is built in and not shown.
  if (dev.qdisc === 'noop') return [];
  const queues = dev._tx.map(({ qdisc }) => qdisc).filter((qdisc) => qdisc instanceof PfifoFast);
  const [first] = queues;
  if (first === undefined) return [{ kind: dev.qdisc, parent: TC_H_ROOT, references: 2, queues: [], hasOptions: false }];
  if (queues.length === 1) return [{ kind: first.id, parent: TC_H_ROOT, references: 2, queues, hasOptions: true }];
  const children = queues.slice(0, dev.real_num_tx_queues).map(
    (queue, i): Entry => ({ kind: queue.id, parent: i + 1, references: 1, queues: [queue], hasOptions: true }),
  );
  return [{ kind: dev.qdisc, parent: TC_H_ROOT, references: 1, queues, hasOptions: false }, ...children.reverse()];
}

// From net/sched/sch_api.c:tc_fill_qdisc.
function fill(writer: MessageWriter, dev: net_device, entry: Entry, portid: number, seq: number): number {
  const mark = writer.mark();
  writer.begin(RTM_NEWQDISC, NLM_F_MULTI, seq, portid);
  const at = writer.reserve(tcmsg.SIZE);
  if (at !== -1) {
    tcmsg.set_tcm_ifindex(writer.view, at, dev.ifindex);
    tcmsg.set_tcm_parent(writer.view, at, entry.parent);
    tcmsg.set_tcm_info(writer.view, at, entry.references);
  }
  writer.putString(TCA_KIND, entry.kind);
  if (entry.hasOptions) putOptions(writer);
  writer.putU8(TCA_HW_OFFLOAD, 0);
  putStats(writer, entry.queues);
  if (writer.overflowed) {
    writer.cancel(mark);
    return -errno.EMSGSIZE;
  }
  writer.end();
  return 0;
}

/** `struct tc_prio_qopt`: how many bands, and the band of each priority. */
function putOptions(writer: MessageWriter): void {
  const at = writer.reserveAttribute(TCA_OPTIONS, PRIO_QOPT_SIZE);
  if (at === -1) return;
  writer.view.setInt32(at, BANDS, true);
  writer.buffer.set(PRIORITY_BANDS, at + 4);
}

function putStats(writer: MessageWriter, queues: readonly PfifoFast[]): void {
  const sum = (of: (queue: PfifoFast) => number): number => queues.reduce((all, queue) => all + of(queue), 0) >>> 0;
  const bytes = queues.reduce((all, queue) => all + queue.bytes, 0n);
  const packets = Number(BigInt.asUintN(32, queues.reduce((all, queue) => all + queue.packets, 0n)));
  const [qlen, backlog, drops, requeues] = [sum((queue) => queue.qlen), sum((queue) => queue.backlog), sum((queue) => queue.drops), sum((queue) => queue.requeues)];
  const stats = writer.nestStart(TCA_STATS2);
  const basic = writer.reserveAttribute(TCA_STATS_BASIC, BASIC_SIZE);
  if (basic !== -1) {
    writer.view.setBigUint64(basic, BigInt.asUintN(64, bytes), true);
    writer.view.setUint32(basic + 8, packets, true);
  }
  const queue = writer.reserveAttribute(TCA_STATS_QUEUE, gnet_stats_queue.SIZE);
  if (queue !== -1) {
    gnet_stats_queue.set_qlen(writer.view, queue, qlen);
    gnet_stats_queue.set_backlog(writer.view, queue, backlog);
    gnet_stats_queue.set_drops(writer.view, queue, drops);
    gnet_stats_queue.set_requeues(writer.view, queue, requeues);
  }
  writer.nestEnd(stats);
  const old = writer.reserveAttribute(TCA_STATS, OLD_STATS_SIZE);
  if (old === -1) return;
  // `struct tc_stats`: bytes, packets, drops, overlimits, bps, pps, qlen, backlog.
  writer.view.setBigUint64(old, BigInt.asUintN(64, bytes), true);
  for (const [i, value] of [packets, drops, 0, 0, 0, qlen, backlog].entries()) writer.view.setUint32(old + 8 + 4 * i, value, true);
}
