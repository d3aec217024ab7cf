import { NLM_F_DUMP, NLM_F_REQUEST, NLMSG_DONE, RTM_GETQDISC, RTM_NEWQDISC, tcmsg, TCA_KIND, TCA_OPTIONS, TCA_STATS2, TCA_STATS_QUEUE, TC_H_ROOT, AF_NETLINK, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { AttributeCursor, attributesOf, messages, MessageWriter } from '@netdevkit/netlink';
import { describe, expect, it } from 'vitest';
import type { EthernetDriver } from '../src/index.ts';
import { EthernetRig, frame } from './ethernet-rig.ts';

interface Seen {
  readonly kind: string;
  readonly parent: number;
  readonly references: number;
  readonly options: string | undefined;
  /** qlen, backlog, drops, requeues. */
  readonly queue: number[];
}

const driver: EthernetDriver<object, 'tstats'> = {
  pcpuStats: 'tstats',
  createState: () => ({}),
  startXmit(skb, dev) {
    dev.stopQueue(skb.queueMapping);
    return skb.busy();
  },
  selectQueue: (_dev, skb) => skb.data()[14] ?? 0,
};

/** `tc -s qdisc show dev eth0`. */
function show(rig: EthernetRig<object, 'tstats'>): Seen[] {
  using socket = rig.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  const writer = new MessageWriter();
  writer.begin(RTM_GETQDISC, NLM_F_REQUEST | NLM_F_DUMP, 1, 0);
  writer.reserve(tcmsg.SIZE);
  writer.end();
  socket.send(writer.bytes);
  const { index } = rig.ip.link.show('eth0');
  const seen: Seen[] = [];
  for (let datagram = socket.receive(); datagram !== undefined; datagram = socket.receive()) {
    for (const message of messages(datagram.bytes)) {
      if (message.type === NLMSG_DONE) continue;
      expect(message.type).toBe(RTM_NEWQDISC);
      const view = new DataView(message.payload.buffer, message.payload.byteOffset, message.payload.byteLength);
      if (tcmsg.tcm_ifindex(view, 0) !== index) continue;
      let [kind, options, queue]: [string, string | undefined, number[]] = ['', undefined, []];
      const cursor = attributesOf(message, tcmsg.SIZE);
      while (cursor.next()) {
        if (cursor.type === TCA_KIND) kind = cursor.string();
        if (cursor.type === TCA_OPTIONS) options = Buffer.from(cursor.octets()).toString('hex');
        if (cursor.type !== TCA_STATS2) continue;
        const inside = new AttributeCursor();
        cursor.enter(inside);
        while (inside.next()) if (inside.type === TCA_STATS_QUEUE) queue = [...new Uint32Array(inside.octets().slice().buffer)].slice(0, 4);
      }
      seen.push({ kind, parent: tcmsg.tcm_parent(view, 0), references: tcmsg.tcm_info(view, 0), options, queue });
    }
  }
  return seen;
}

/** Three bands, and the band of each priority. */
const OPTIONS = '03000000' + '01020202010200000101010101010101';

describe('RTM_GETQDISC', () => {
  it('tells of nothing before the device was up, then of pfifo_fast with what waits', () => {
    using rig = new EthernetRig(driver);
    expect(show(rig)).toEqual([]);
    rig.up();
    using socket = rig.packets(0);
    for (let i = 0; i < 3; i++) socket.send(frame(0));
    expect(show(rig)).toEqual([{ kind: 'pfifo_fast', parent: TC_H_ROOT, references: 2, options: OPTIONS, queue: [3, 180, 0, 1] }]);
  });

  it('tells of mq and of each queue below it, the last first', () => {
    using rig = new EthernetRig(driver, { txQueues: 3 });
    rig.up();
    using socket = rig.packets(0);
    for (const queue of [0, 1, 1]) socket.send(frame(queue));
    expect(show(rig)).toEqual([
      { kind: 'mq', parent: TC_H_ROOT, references: 1, options: undefined, queue: [3, 180, 0, 2] },
      { kind: 'pfifo_fast', parent: 3, references: 1, options: OPTIONS, queue: [0, 0, 0, 0] },
      { kind: 'pfifo_fast', parent: 2, references: 1, options: OPTIONS, queue: [2, 120, 0, 1] },
      { kind: 'pfifo_fast', parent: 1, references: 1, options: OPTIONS, queue: [1, 60, 0, 1] },
    ]);
  });

  it('goes on in the next chunk with as many queues as there may be', () => {
    using rig = new EthernetRig(driver, { txQueues: 4096 });
    rig.up();
    const seen = show(rig);
    expect(seen).toHaveLength(4097);
    expect(new Set(seen.map(({ parent }) => parent)).size).toBe(4097);
  });
});
