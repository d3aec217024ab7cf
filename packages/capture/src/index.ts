/**
 * Writers and readers of captures: pcapng and classic pcap, compressed or not, in Node and in browsers.
 *
 * @packageDocumentation
 */

export { CaptureBatches } from './capture-batches.ts';
export type {
  CaptureBlock,
  CustomBlock,
  JournalBlock,
  NameRecord,
  NamesBlock,
  OversizedBlock,
  SecretsBlock,
  UnknownBlock,
  WritableBlock,
} from './capture-block.ts';
export { CaptureReader } from './capture-reader.ts';
export { familyMessage, primeFamilies, type GenericFamily, type GenericGroup, type PrimeOptions } from './generic-family.ts';
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
  type CaptureTime,
} from './packet-view.ts';
export { Direction, type CapturedPacket, type Packet } from './packet.ts';
export { PcapWriter, type PcapOptions } from './pcap-writer.ts';
export type { InterfaceOptions, InterfaceStatistics, PcapngOptions, SectionOptions } from './pcapng-options.ts';
export { PcapngWriter } from './pcapng-writer.ts';
export type { RawOption, TypedOctets } from './raw-option.ts';
export { MemorySink, SinkError, type Sink, type SinkErrorOptions } from './sink.ts';
export { transcode, type TranscodeResult } from './transcode.ts';
export { Transcoder, type TranscodeOptions } from './transcoder.ts';
