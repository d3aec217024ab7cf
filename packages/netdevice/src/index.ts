/**
 * `struct net_device`: setup, operations and shared handles.
 *
 * @packageDocumentation
 */

export { DeviceType, Features, Flags, PrivFlags, mtu } from './constants.unsafe.ts';
export { DeviceSetup } from './device-setup.unsafe.ts';
export { Device } from './device.unsafe.ts';
export type { DriverInfo, EthtoolOperations, Operations } from './operations.ts';
