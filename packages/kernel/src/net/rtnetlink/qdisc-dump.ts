import {
  NLM_F_MULTI,
  NLMSG_HDRLEN,
  RTM_NEWQDISC,
  TCA_HW_OFFLOAD,
  TCA_KIND,
  TCA_STATS,
  TCA_STATS2,
  TCA_STATS_BASIC,
  TCA_STATS_QUEUE,
  tcmsg,
  TC_H_ROOT,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { MessageWriter } from '@netdevkit/netlink';
import type { DumpCallback } from '../netlink/netlink-types.ts';
import { dumpDevices } from './device-walk.ts';
import { refuse } from './link-request.ts';

/** `struct gnet_stats_basic` and `struct gnet_stats_queue` with their padding, and `struct tc_stats`. */
const BASIC_SIZE = 16;
const QUEUE_SIZE = 20;
const OLD_STATS_SIZE = 40;
/** A discipline that a device has attached is held by the device and by its queue. */
const REFERENCES = 2;

/** Where a dump stands. */
class QdiscDump {
  ifindex = 0;
}

/**
 * RTM_GETQDISC, as a dump: the noqueue disciplines of the devices that are up, or were. They count nothing.
 * net/sched/sch_api.c:tc_dump_qdisc.
 */
export function dumpQdiscs(chunk: MessageWriter, callback: DumpCallback): number {
  const { namespace, portid, seq, request, extack } = callback;
  if (request.length < NLMSG_HDRLEN + tcmsg.SIZE) return refuse(extack, 'EINVAL', 'Invalid header length');
  const state = callback.state instanceof QdiscDump ? callback.state : new QdiscDump();
  callback.state = state;
  return dumpDevices(namespace, state, chunk, (dev) =>
    // From net/sched/sch_api.c:tc_qdisc_dump_ignore: noop is built in and not shown.
    dev.qdisc === 'noop' ? 0 : fill(chunk, dev, portid, seq),
  );
}

// From net/sched/sch_api.c:tc_fill_qdisc.
function fill(writer: MessageWriter, dev: net_device, portid: number, seq: number): number {
  const mark = writer.mark();
  writer.begin(RTM_NEWQDISC, NLM_F_MULTI, seq, portid);
  const at = writer.reserve(tcmsg.SIZE);
  if (at !== -1) {
    tcmsg.set_tcm_ifindex(writer.view, at, dev.ifindex);
    tcmsg.set_tcm_parent(writer.view, at, TC_H_ROOT);
    tcmsg.set_tcm_info(writer.view, at, REFERENCES);
  }
  writer.putString(TCA_KIND, dev.qdisc);
  writer.putU8(TCA_HW_OFFLOAD, 0);
  const stats = writer.nestStart(TCA_STATS2);
  writer.reserveAttribute(TCA_STATS_BASIC, BASIC_SIZE);
  writer.reserveAttribute(TCA_STATS_QUEUE, QUEUE_SIZE);
  writer.nestEnd(stats);
  writer.reserveAttribute(TCA_STATS, OLD_STATS_SIZE);
  if (writer.overflowed) {
    writer.cancel(mark);
    return -errno.EMSGSIZE;
  }
  writer.end();
  return 0;
}
