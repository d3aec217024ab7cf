import type { Spot } from '@netdevkit/netlink';

/**
 * What was decoded at a place.
 *
 * @param decoded - of the message
 * @param spot - the place
 */
export function valueAt(decoded: object, spot: Spot): unknown {
  let value: unknown = decoded;
  for (const key of spot.path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
