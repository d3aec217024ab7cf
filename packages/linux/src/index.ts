/**
 * The host's kernel: netlink and packet sockets, network namespaces, and what of it there is.
 *
 * @packageDocumentation
 */

export { assemble, type BpfInstruction, type BpfTest } from './bpf.ts';
export { Host, type HostOptions, type HostSocketOptions } from './host.unsafe.ts';
export type { HostPort } from './host-port.ts';
export type { HostTap } from './host-tap.unsafe.ts';
export { netlinkPrefilter } from './netlink-prefilter.ts';
export type { HostNetlinkSocket } from './netlink-socket.unsafe.ts';
export type { HostNamespace, NamespaceReference } from './network-namespace.unsafe.ts';
export type { HostPacketSocket } from './packet-socket.unsafe.ts';
export type {
  PacketDestination,
  PacketHandler,
  PacketInfo,
  PacketMembership,
  PacketStatistics,
  ReceivedPacket,
  RingOptions,
  SockaddrLl,
} from './packet-types.ts';
export type { HostSocket, OptionValue } from './socket.unsafe.ts';
export type { DeviceSource, PlugHandler, PlugOptions, PluggedDevice, PortCounters, PortEnd } from './plug-types.ts';
export type { TapCounters, TapHandler, TapOptions, TapTraffic, TunOptions } from './tap-types.ts';
export { Capability, hasCapability, kernelVersion, linkKindSupport, type HostSupport, type KernelVersion, type Support } from './support.ts';
