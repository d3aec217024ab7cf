import {
  ETHTOOL_GCHANNELS,
  ETHTOOL_GMSGLVL,
  ETHTOOL_GPFLAGS,
  ETHTOOL_GRINGPARAM,
  ETHTOOL_GSTATS,
  ETHTOOL_SMSGLVL,
  ETHTOOL_SPFLAGS,
  ETH_SS_STATS,
  ethtool_value,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { UserMemory } from '../../user-memory.ts';
import { noChannels, noRings } from './no-counts.ts';

/** One call: the device, and where the program's `struct` is. */
export interface EthtoolCall {
  readonly dev: net_device;
  readonly command: number;
  readonly memory: UserMemory;
  readonly address: bigint;
}

/**
 * Commands that ask a driver's operation. From net/ethtool/ioctl.c.
 *
 * @returns 0 or a negative errno: -EOPNOTSUPP for a driver without the operation, and for commands that none can have here
 */
export function askDriver(call: EthtoolCall): number {
  const { dev, command } = call;
  const ops = dev.ethtool_ops;
  switch (command) {
    case ETHTOOL_GMSGLVL:
      return getValue(call, ops?.get_msglevel ?? null);
    case ETHTOOL_SMSGLVL:
      return setValue(call, ops?.set_msglevel ?? null);
    case ETHTOOL_GPFLAGS:
      return getValue(call, ops?.get_priv_flags ?? null);
    case ETHTOOL_SPFLAGS:
      return setValue(call, ops?.set_priv_flags ?? null);
    case ETHTOOL_GSTATS:
      return getStats(call);
    case ETHTOOL_GRINGPARAM:
      return getRings(call);
    case ETHTOOL_GCHANNELS:
      return getChannels(call);
    default:
      return -errno.EOPNOTSUPP;
  }
}

/** Answers with a `struct ethtool_value`. */
export function putValue(memory: UserMemory, address: bigint, command: number, value: number): number {
  const bytes = new Uint8Array(ethtool_value.SIZE);
  const view = new DataView(bytes.buffer);
  ethtool_value.set_cmd(view, 0, command);
  ethtool_value.set_data(view, 0, value >>> 0);
  return memory.write(address, bytes) ? 0 : -errno.EFAULT;
}

function getValue({ dev, command, memory, address }: EthtoolCall, get: ((dev: net_device) => number) | null): number {
  return get === null ? -errno.EOPNOTSUPP : putValue(memory, address, command, get(dev));
}

function setValue({ dev, memory, address }: EthtoolCall, set: ((dev: net_device, value: number) => number) | null): number {
  if (set === null) return -errno.EOPNOTSUPP;
  const bytes = memory.read(address, ethtool_value.SIZE);
  if (bytes === undefined) return -errno.EFAULT;
  return set(dev, ethtool_value.data(new DataView(bytes.buffer, bytes.byteOffset), 0));
}

/** `ethtool_get_stats`: how many, and each. */
function getStats({ dev, memory, address }: EthtoolCall): number {
  const ops = dev.ethtool_ops;
  const names = ops?.get_strings?.(dev, ETH_SS_STATS) ?? -errno.EOPNOTSUPP;
  if (typeof names === 'number') return names;
  const values = ops?.get_ethtool_stats?.(dev) ?? -errno.EOPNOTSUPP;
  if (typeof values === 'number') return values;
  const bytes = new Uint8Array(8 + 8 * names.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, ETHTOOL_GSTATS, true);
  view.setUint32(4, names.length, true);
  for (let i = 0; i < names.length; i++) view.setBigUint64(8 + 8 * i, values[i] ?? 0n, true);
  return memory.write(address, bytes) ? 0 : -errno.EFAULT;
}

/** `struct ethtool_ringparam`. */
function getRings({ dev, command, memory, address }: EthtoolCall): number {
  const ring = noRings();
  const error = dev.ethtool_ops?.get_ringparam?.(dev, ring) ?? -errno.EOPNOTSUPP;
  if (error < 0) return error;
  const most = [ring.rx_max_pending, ring.rx_mini_max_pending, ring.rx_jumbo_max_pending, ring.tx_max_pending];
  return putNumbers(memory, address, [command, ...most, ring.rx_pending, ring.rx_mini_pending, ring.rx_jumbo_pending, ring.tx_pending]);
}

/** `struct ethtool_channels`. */
function getChannels({ dev, command, memory, address }: EthtoolCall): number {
  const channels = noChannels();
  const error = dev.ethtool_ops?.get_channels?.(dev, channels) ?? -errno.EOPNOTSUPP;
  if (error < 0) return error;
  const { max_rx, max_tx, max_other, max_combined, rx_count, tx_count, other_count, combined_count } = channels;
  return putNumbers(memory, address, [command, max_rx, max_tx, max_other, max_combined, rx_count, tx_count, other_count, combined_count]);
}

/** A struct of 32-bit numbers, whose members are in this order. */
function putNumbers(memory: UserMemory, address: bigint, numbers: readonly number[]): number {
  const bytes = new Uint8Array(4 * numbers.length);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of numbers.entries()) view.setUint32(4 * i, value >>> 0, true);
  return memory.write(address, bytes) ? 0 : -errno.EFAULT;
}
