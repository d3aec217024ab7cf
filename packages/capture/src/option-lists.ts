import { AnyOption, InterfaceOption, PacketOption, SectionOption, StatisticsOption } from './block-types.ts';
import { OptionList } from './options.ts';
import type { CaptureTime } from './packet-view.ts';
import type { Packet } from './packet.ts';
import type { InterfaceOptions, InterfaceStatistics, SectionOptions } from './pcapng-options.ts';
import type { Timestamp } from './timestamp.ts';

/** Times count 10^-9 seconds. */
const NANOSECONDS = Uint8Array.of(9);

/** The options of a section header. */
export function sectionList(options: SectionOptions): OptionList {
  const list = new OptionList();
  list.texts(AnyOption.COMMENT, options.comments);
  list.text(SectionOption.HARDWARE, options.hardware);
  list.text(SectionOption.OS, options.os);
  list.text(SectionOption.APPLICATION, options.application);
  list.raw(options.options);
  return list;
}

/** The options of an interface description. */
export function interfaceList(options: InterfaceOptions): OptionList {
  const list = new OptionList();
  list.texts(AnyOption.COMMENT, options.comments);
  list.text(InterfaceOption.NAME, options.name);
  list.text(InterfaceOption.DESCRIPTION, options.description);
  list.u64(InterfaceOption.SPEED, options.speed);
  list.bytes(InterfaceOption.TIMESTAMP_RESOLUTION, NANOSECONDS);
  list.filter(InterfaceOption.FILTER, options.filter);
  list.text(InterfaceOption.OS, options.os);
  list.text(InterfaceOption.HARDWARE, options.hardware);
  list.u64(InterfaceOption.SEND_SPEED, options.sendSpeed);
  list.u64(InterfaceOption.RECEIVE_SPEED, options.receiveSpeed);
  list.raw(options.options);
  return list;
}

/** The options of an enhanced packet. */
export function packetList(packet: Packet): OptionList {
  const { flags = 0 } = packet;
  const list = new OptionList();
  list.texts(AnyOption.COMMENT, packet.comments);
  if (flags !== 0) list.u32(PacketOption.FLAGS, flags);
  list.typed(PacketOption.HASH, packet.hashes);
  list.u64(PacketOption.DROP_COUNT, packet.dropCount);
  list.u64(PacketOption.PACKET_ID, packet.packetId);
  list.u32(PacketOption.QUEUE, packet.queue);
  list.typed(PacketOption.VERDICT, packet.verdicts);
  list.raw(packet.options);
  return list;
}

/** The options of interface statistics. */
export function statisticsList(statistics: InterfaceStatistics, time: Timestamp): OptionList {
  const list = new OptionList();
  list.texts(AnyOption.COMMENT, statistics.comments);
  addTime(list, StatisticsOption.START_TIME, statistics.start, time);
  addTime(list, StatisticsOption.END_TIME, statistics.end, time);
  list.u64(StatisticsOption.RECEIVED, statistics.received);
  list.u64(StatisticsOption.DROPPED, statistics.dropped);
  list.u64(StatisticsOption.FILTER_ACCEPTED, statistics.filterAccepted);
  list.u64(StatisticsOption.OS_DROPPED, statistics.osDropped);
  list.u64(StatisticsOption.DELIVERED, statistics.delivered);
  return list;
}

function addTime(list: OptionList, code: number, when: CaptureTime | undefined, time: Timestamp): void {
  if (when === undefined) return;
  time.set(when.seconds, when.nanoseconds);
  list.time(code, time.high, time.low);
}
