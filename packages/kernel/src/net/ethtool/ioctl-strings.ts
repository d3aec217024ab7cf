import {
  ETHTOOL_GSSET_INFO,
  ETH_GSTRING_LEN,
  ETH_SS_FEATURES,
  ETH_SS_PHY_TUNABLES,
  ETH_SS_RSS_HASH_FUNCS,
  ETH_SS_TUNABLES,
  ethtool_gstrings,
  ethtool_sset_info,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import { fieldOf } from '../../text.ts';
import type { UserMemory } from '../../user-memory.ts';
import { FEATURE_NAMES } from './feature-names.ts';

/**
 * The string sets that every device has. From net/ethtool/common.c. Unlike Linux, without the names of link modes, which
 * no device here has.
 */
const SETS: ReadonlyMap<number, readonly string[]> = new Map([
  [ETH_SS_FEATURES, FEATURE_NAMES],
  [ETH_SS_RSS_HASH_FUNCS, ['toeplitz', 'xor', 'crc32']],
  [ETH_SS_TUNABLES, ['Unspec', 'rx-copybreak', 'tx-copybreak', 'pfc-prevention-tout', 'tx-copybreak-buf-size']],
  [ETH_SS_PHY_TUNABLES, ['Unspec', 'phy-downshift', 'phy-fast-link-down', 'phy-energy-detect-power-down']],
]);

/** `ETHTOOL_GSSET_INFO`: which of the wanted sets there are, and how many strings each has. */
export function getSsetInfo(memory: UserMemory, address: bigint): number {
  const asked = memory.read(address, ethtool_sset_info.SIZE);
  if (asked === undefined) return -errno.EFAULT;
  const wanted = ethtool_sset_info.sset_mask(new DataView(asked.buffer, asked.byteOffset), 0);
  if (wanted === 0n) return 0;
  const found = [...SETS].filter(([set]) => (wanted & (1n << BigInt(set))) !== 0n);
  const { SIZE } = ethtool_sset_info;
  const bytes = new Uint8Array(SIZE + 4 * found.length);
  const view = new DataView(bytes.buffer);
  ethtool_sset_info.set_cmd(view, 0, ETHTOOL_GSSET_INFO);
  ethtool_sset_info.set_sset_mask(view, 0, found.reduce((mask, [set]) => mask | (1n << BigInt(set)), 0n));
  for (const [i, [, names]] of found.entries()) view.setUint32(SIZE + 4 * i, names.length, true);
  return memory.write(address, bytes) ? 0 : -errno.EFAULT;
}

/** `ETHTOOL_GSTRINGS`: the strings of a set, if the program knows how many there are or does not say. */
export function getStrings(memory: UserMemory, address: bigint): number {
  const { SIZE } = ethtool_gstrings;
  const given = memory.read(address, SIZE);
  if (given === undefined) return -errno.EFAULT;
  const asked = new Uint8Array(given);
  const view = new DataView(asked.buffer);
  const names = SETS.get(ethtool_gstrings.string_set(view, 0));
  if (names === undefined) return -errno.EOPNOTSUPP;
  const expected = ethtool_gstrings.len(view, 0);
  const shown = expected === 0 || expected === names.length ? names : [];
  ethtool_gstrings.set_len(view, 0, shown.length);
  const bytes = new Uint8Array(SIZE + ETH_GSTRING_LEN * shown.length);
  bytes.set(asked);
  for (const [i, name] of shown.entries()) bytes.set(fieldOf(name, ETH_GSTRING_LEN), SIZE + ETH_GSTRING_LEN * i);
  return memory.write(address, bytes) ? 0 : -errno.EFAULT;
}
