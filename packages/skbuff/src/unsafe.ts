/**
 * For the safe packages: the raw side of packets. Drivers may not import it.
 *
 * @packageDocumentation
 */

export {
  allocUnsafe,
  concludeUnsafe,
  fromRawKeptUnsafe,
  fromRawOwnedUnsafe,
  handOnUnsafe,
  handedOnUnsafe,
  lendUnsafe,
  mendUnsafe,
  rawSkbUnsafe,
} from './handles.unsafe.ts';
