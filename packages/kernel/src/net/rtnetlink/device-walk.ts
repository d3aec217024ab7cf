import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Net } from '../core/net-namespace.ts';

/**
 * The device after another in the order of dumps, by ascending index. A device that went meanwhile is simply not there.
 *
 * @param ifindex - the index of the last one, 0 to begin
 */
export function deviceAfter(namespace: Net, ifindex: number): net_device | undefined {
  const { devices } = namespace;
  let low = 0;
  let high = devices.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((devices[middle]?.ifindex ?? 0) <= ifindex) low = middle + 1;
    else high = middle;
  }
  return devices[low];
}

/**
 * Writes devices into a chunk until it is full.
 *
 * @param state - where the dump stands; moved past each device that is done
 * @param fill - writes one; -EMSGSIZE when it does not fit. Anything but a negative result goes on to the next device
 * @returns 0 when no device is left, 1 when the chunk is full, a negative errno when a device failed or not even one fitted
 */
export function dumpDevices(
  namespace: Net,
  state: { ifindex: number },
  chunk: { readonly length: number },
  fill: (dev: net_device) => number,
): number {
  for (let dev = deviceAfter(namespace, state.ifindex); dev !== undefined; dev = deviceAfter(namespace, state.ifindex)) {
    const error = fill(dev);
    if (error < 0) return error === -errno.EMSGSIZE && chunk.length > 0 ? 1 : error;
    state.ifindex = dev.ifindex;
  }
  return 0;
}
