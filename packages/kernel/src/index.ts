/**
 * A Linux networking core in this process.
 *
 * @packageDocumentation
 */

export { ManualClock, systemClock, type Clock, type Timespec } from './clock.ts';
export type { Fault } from './fault.ts';
export type { AllocationFault, AllocationSite, Faults, RefusableCallback } from './faults.ts';
export { Kernel, type KernelOptions, type ModuleCatalog, type SkbReport, type SocketOptions } from './kernel.ts';
export type { DirectoryEntry, FileStatus } from './fs/file-tree.ts';
export { isNetworkPath } from './fs/network-files.ts';
export { LeakError, type Leak } from './leaks.ts';
export type { LoadedModule, ModuleOptions, ModulePreferences } from './module.ts';
export { NetNamespace, type IoctlOptions, type NamespaceDescriptor } from './namespace.ts';
export type { DevicePort, DevicePortHandler } from './net/core/dev-port.ts';
export type { Credentials } from './net/core/sock.ts';
export type { EmbeddedNetlinkSocket } from './net/netlink/embedded-socket.ts';
export type { NetlinkFault, NetlinkFaults, NetlinkMatch, NetlinkOccurrence } from './net/netlink/netlink-faults.ts';
export type { NetlinkServer, ServerAnswer, ServerNotification, ServerRequest } from './net/netlink/netlink-servers.ts';
export type { NetlinkWatch, NetlinkWatchOptions, WatchedDatagram } from './net/netlink/netlink-watch.ts';
export type { PacketSocket } from './net/packet/packet-socket.ts';
export type * from './net/packet/packet-types.ts';
export type { LogLine } from './printk.ts';
export { seededRandom, systemRandom, type Random } from './random.ts';
export { RELEASE } from './release.ts';
export { ARGUMENT_ADDRESS, bufferMemory, type UserMemory } from './user-memory.ts';
