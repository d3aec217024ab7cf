/**
 * For the safe packages: the raw side of ethtool operations. Drivers may not import it.
 *
 * @packageDocumentation
 */

export { bindEthtoolUnsafe, type EthtoolCall } from './bind.unsafe.ts';
