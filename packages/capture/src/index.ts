/**
 * Writers and readers of captures: pcapng and classic pcap, in Node and in browsers.
 *
 * @packageDocumentation
 */

export { CaptureBatches, type CapturedPacket } from './capture-batches.ts';
export { CaptureReader } from './capture-reader.ts';
export {
  LinkType,
  NETLINK_HEADER_LENGTH,
  netlinkPayload,
  writeNetlinkHeader,
  type NetlinkPayload,
} from './link-type.ts';
export {
  PacketView,
  type CaptureEnd,
  type CaptureHandler,
  type CaptureInterface,
  type CaptureSection,
  type CaptureStatistics,
} from './packet-view.ts';
export { Direction, type Packet } from './packet.ts';
export { PcapWriter, type PcapOptions } from './pcap-writer.ts';
export { type InterfaceOptions, type InterfaceStatistics, type SectionOptions } from './pcapng-options.ts';
export { PcapngWriter } from './pcapng-writer.ts';
export { MemorySink, SinkError, type Sink, type SinkErrorOptions } from './sink.ts';
