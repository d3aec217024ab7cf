/**
 * For the safe packages: the raw side of devices. Drivers may not import it.
 *
 * @packageDocumentation
 */

export { bindDriverUnsafe, type DriverBinding } from './driver-binding.unsafe.ts';
export { beginSetupUnsafe, endSetupUnsafe } from './device-setup.unsafe.ts';
export { rawDeviceUnsafe } from './device.unsafe.ts';
export { expectSettled } from './settled.ts';
