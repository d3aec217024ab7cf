/**
 * For the safe packages: the raw side of packets. Drivers may not import it.
 *
 * @packageDocumentation
 */

export { allocUnsafe, concludeUnsafe, fromRawOwnedUnsafe, mendUnsafe } from './skbuff.unsafe.ts';
