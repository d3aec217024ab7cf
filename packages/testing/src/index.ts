/**
 * A Linux networking kernel in a test: fixtures, packets, captures, faults.
 *
 * @packageDocumentation
 */

export { eachAllocation, type AllocationReport, type AllocationScenario } from './each-allocation.ts';
export { ipv4Octets, ipv4Text, ipv6Octets, ipv6Text, macOctets, macText, type Address } from './frames/addresses.ts';
export {
  arp,
  ethernet,
  icmpEcho,
  icmpv6Echo,
  ipv4,
  ipv6,
  neighbourSolicitation,
  rawNetwork,
  rawTransport,
  udp,
  type ArpOptions,
  type EchoOptions,
  type Ends,
  type Ipv4Options,
  type Ipv6Options,
  type NetworkLayer,
  type SolicitationOptions,
  type TransportLayer,
  type UdpOptions,
} from './frames/build.ts';
export { internetChecksum } from './frames/checksum.ts';
export { ETHERTYPE, IP_PROTOCOL } from './frames/numbers.ts';
export { readFrame, type Checksum, type Frame } from './frames/read.ts';
export { NetlinkRecord } from './netlink-record.ts';
export { Recording, type RecordedDatagram, type UnansweredRequest } from './recording.ts';
export { TestKernel, UnexpectedWarnings, takePackets, type TakenPacket, type TestKernelOptions } from './test-kernel.ts';
