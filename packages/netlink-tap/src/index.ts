/**
 * `struct netlink_tap`: a device that sees netlink traffic.
 *
 * @packageDocumentation
 */

export { Tap } from './tap.unsafe.ts';
