import type { ethtool_channels, ethtool_ringparam } from '@netdevkit/bindings/raw';
import type { Channels, Rings } from './operations.ts';

const U32_MAX = 0xffff_ffff;

/**
 * Writes what a driver says of its rings.
 *
 * @throws RangeError: a size is no unsigned integer of 32 bits
 */
export function writeRings(ring: ethtool_ringparam, own: Rings): void {
  ring.rx_max_pending = count('rxMax', own.rxMax);
  ring.rx_mini_max_pending = count('rxMiniMax', own.rxMiniMax);
  ring.rx_jumbo_max_pending = count('rxJumboMax', own.rxJumboMax);
  ring.tx_max_pending = count('txMax', own.txMax);
  ring.rx_pending = count('rx', own.rx);
  ring.rx_mini_pending = count('rxMini', own.rxMini);
  ring.rx_jumbo_pending = count('rxJumbo', own.rxJumbo);
  ring.tx_pending = count('tx', own.tx);
}

/** Reads what the core wants of a driver's rings. */
export function ringsOf(ring: ethtool_ringparam): Required<Rings> {
  return {
    rxMax: ring.rx_max_pending,
    rxMiniMax: ring.rx_mini_max_pending,
    rxJumboMax: ring.rx_jumbo_max_pending,
    txMax: ring.tx_max_pending,
    rx: ring.rx_pending,
    rxMini: ring.rx_mini_pending,
    rxJumbo: ring.rx_jumbo_pending,
    tx: ring.tx_pending,
  };
}

/**
 * Writes what a driver says of its channels.
 *
 * @throws RangeError: a number is no unsigned integer of 32 bits
 */
export function writeChannels(channels: ethtool_channels, own: Channels): void {
  channels.max_rx = count('rxMax', own.rxMax);
  channels.max_tx = count('txMax', own.txMax);
  channels.max_other = count('otherMax', own.otherMax);
  channels.max_combined = count('combinedMax', own.combinedMax);
  channels.rx_count = count('rx', own.rx);
  channels.tx_count = count('tx', own.tx);
  channels.other_count = count('other', own.other);
  channels.combined_count = count('combined', own.combined);
}

/** Reads what the core wants of a driver's channels. */
export function channelsOf(channels: ethtool_channels): Required<Channels> {
  return {
    rxMax: channels.max_rx,
    txMax: channels.max_tx,
    otherMax: channels.max_other,
    combinedMax: channels.max_combined,
    rx: channels.rx_count,
    tx: channels.tx_count,
    other: channels.other_count,
    combined: channels.combined_count,
  };
}

function count(label: string, value: number = 0): number {
  if (Number.isInteger(value) && value >= 0 && value <= U32_MAX) return value;
  throw new RangeError(`${label}: expected an integer from 0 to ${String(U32_MAX)}, got ${String(value)}`);
}
