import {
  ETHTOOL_GSSET_INFO,
  ETH_GSTRING_LEN,
  ETH_SS_FEATURES,
  ETH_SS_LINK_MODES,
  ETH_SS_PHY_TUNABLES,
  ETH_SS_RSS_HASH_FUNCS,
  ETH_SS_TUNABLES,
  ethtool_gstrings,
  ethtool_sset_info,
} from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { fieldOf } from '../../text.ts';
import type { UserMemory } from '../../user-memory.ts';
import { STRING_SETS } from './strings.ts';

/** The bits of a mask of sets. */
const SETS = 64;

/** The sets that are the same for every device, as far as ioctls know them; others are the driver's. */
const COMMON: ReadonlySet<number> = new Set([ETH_SS_FEATURES, ETH_SS_RSS_HASH_FUNCS, ETH_SS_TUNABLES, ETH_SS_PHY_TUNABLES, ETH_SS_LINK_MODES]);

/** The strings of a set, or a negative errno. From net/ethtool/ioctl.c:__ethtool_get_sset_count, __ethtool_get_strings. */
export function stringsOf(dev: net_device, set: number): readonly string[] | number {
  if (COMMON.has(set)) return STRING_SETS.get(set) ?? [];
  return dev.ethtool_ops?.get_strings?.(dev, set) ?? -errno.EOPNOTSUPP;
}

/** `ETHTOOL_GSSET_INFO`: which of the wanted sets there are, and how many strings each has. */
export function getSsetInfo(dev: net_device, memory: UserMemory, address: bigint): number {
  const asked = memory.read(address, ethtool_sset_info.SIZE);
  if (asked === undefined) return -errno.EFAULT;
  const wanted = ethtool_sset_info.sset_mask(new DataView(asked.buffer, asked.byteOffset), 0);
  if (wanted === 0n) return 0;
  const found: (readonly [set: number, names: readonly string[]])[] = [];
  for (let set = 0; set < SETS; set++) {
    const names = (wanted & (1n << BigInt(set))) === 0n ? -errno.EOPNOTSUPP : stringsOf(dev, set);
    if (typeof names !== 'number') found.push([set, names]);
  }
  const { SIZE } = ethtool_sset_info;
  const bytes = new Uint8Array(SIZE + 4 * found.length);
  const view = new DataView(bytes.buffer);
  ethtool_sset_info.set_cmd(view, 0, ETHTOOL_GSSET_INFO);
  ethtool_sset_info.set_sset_mask(view, 0, found.reduce((mask, [set]) => mask | (1n << BigInt(set)), 0n));
  for (const [i, [, names]] of found.entries()) view.setUint32(SIZE + 4 * i, names.length, true);
  return memory.write(address, bytes) ? 0 : -errno.EFAULT;
}

/** `ETHTOOL_GSTRINGS`: the strings of a set, if the program knows how many there are or does not say. */
export function getStrings(dev: net_device, memory: UserMemory, address: bigint): number {
  const { SIZE } = ethtool_gstrings;
  const given = memory.read(address, SIZE);
  if (given === undefined) return -errno.EFAULT;
  const asked = new Uint8Array(given);
  const view = new DataView(asked.buffer);
  const names = stringsOf(dev, ethtool_gstrings.string_set(view, 0));
  if (typeof names === 'number') return names;
  const expected = ethtool_gstrings.len(view, 0);
  const shown = expected === 0 || expected === names.length ? names : [];
  ethtool_gstrings.set_len(view, 0, shown.length);
  const bytes = new Uint8Array(SIZE + ETH_GSTRING_LEN * shown.length);
  bytes.set(asked);
  for (const [i, name] of shown.entries()) bytes.set(fieldOf(name, ETH_GSTRING_LEN), SIZE + ETH_GSTRING_LEN * i);
  return memory.write(address, bytes) ? 0 : -errno.EFAULT;
}
