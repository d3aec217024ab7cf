/**
 * `struct net_device`: setup, operations and shared handles.
 *
 * @packageDocumentation
 */

export { DeviceType, FeatureSets, Features, Flags, PrivFlags, mtu } from './constants.unsafe.ts';
// Types alone: a driver is given its devices, it does not make any.
export type { DeviceSetup } from './device-setup.unsafe.ts';
export type { Device } from './device.unsafe.ts';
export type { DeviceRef } from './device-ref.ts';
export { ethMacAddr, ethValidateAddr, isValidEtherAddr } from './ethernet.unsafe.ts';
export { Registration, type EthernetDriver, type EthernetOptions } from './registration.unsafe.ts';
export type { EthtoolOperations, Operations } from './operations.ts';
