import { DUPLEX_FULL, DUPLEX_HALF, DUPLEX_UNKNOWN, ETH_GSTRING_LEN, ETH_SS_PRIV_FLAGS, ETH_SS_STATS, SPEED_UNKNOWN } from '@netdevkit/bindings';
import type { ethtool_coalesce, ethtool_ops, net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { channelsOf, ringsOf, writeChannels, writeRings } from './counts.unsafe.ts';
import { COALESCE_PARAMETERS, type CoalesceParameter, type EthtoolOperations } from './operations.ts';

/** `PORT_OTHER` (include/uapi/linux/ethtool.h). */
const PORT_OTHER = 0xff;
const U32_MAX = 0xffff_ffff;
/** As many as a word of flags has bits. */
const MOST_FLAGS = 32;

/**
 * Runs a callback of a driver with its device and state: 0, or a negative errno. What follows when the driver did not refuse
 * belongs to the callback, so that what is wrong with an answer is the driver's fault, too.
 */
export type EthtoolCall<D, S> = <R>(
  raw: net_device,
  op: string,
  callback: (dev: D, state: S) => R,
  accept?: (answer: R) => void,
) => number;

/**
 * Binds a driver's operations to the raw layer.
 *
 * # Safety
 *
 * - `call` finds, for each raw device that the result is set on, the device's handle and the driver's state for it.
 *
 * @throws TypeError, RangeError: the names of the private flags are none, or too many
 */
export function bindEthtoolUnsafe<D, S extends object>(driver: EthtoolOperations<D, S>, call: EthtoolCall<D, S>): ethtool_ops {
  const flags = checkedNames('privateFlags', driver.privateFlags ?? []);
  if (flags.length > MOST_FLAGS) throw new RangeError(`privateFlags: expected at most ${String(MOST_FLAGS)}, got ${String(flags.length)}`);
  return {
    ...bindAnswers(driver, call),
    ...bindCounts(driver, call),
    ...bindNamed(driver, call, flags),
    ...bindCoalesce(driver, call),
  };
}

type Answers = Pick<ethtool_ops, 'get_link' | 'get_drvinfo' | 'get_ts_info' | 'get_msglevel' | 'set_msglevel' | 'get_link_ksettings'>;

function bindAnswers<D, S extends object>(driver: EthtoolOperations<D, S>, call: EthtoolCall<D, S>): Answers {
  return {
    get_link:
      driver.getLink === undefined
        ? null
        : (raw) => answer(false, (set) => call(raw, 'getLink', (dev, state) => driver.getLink?.(dev, state), (link) => void set(link === true))),
    get_drvinfo:
      driver.getDriverInfo === undefined
        ? null
        : (raw, info) =>
            void call(raw, 'getDriverInfo', (dev, state) => driver.getDriverInfo?.(dev, state), (own) => {
              info.driver = own?.driver ?? info.driver;
              info.version = own?.version ?? info.version;
              info.fw_version = own?.firmwareVersion ?? info.fw_version;
              info.bus_info = own?.busInfo ?? info.bus_info;
            }),
    get_ts_info:
      driver.getTimestampInfo === undefined
        ? null
        : (raw, info) =>
            call(raw, 'getTimestampInfo', (dev, state) => driver.getTimestampInfo?.(dev, state), (own) => {
              info.so_timestamping = unsigned('timestamping', own?.timestamping ?? 0);
              info.phc_index = own?.phcIndex ?? -1;
              info.tx_types = unsigned('txTypes', own?.txTypes ?? 0);
              info.rx_filters = unsigned('rxFilters', own?.rxFilters ?? 0);
            }),
    get_msglevel:
      driver.getMessageLevel === undefined
        ? null
        : (raw) =>
            answer(0, (set) =>
              call(raw, 'getMessageLevel', (dev, state) => driver.getMessageLevel?.(dev, state), (level) => void set(unsigned('message level', level ?? 0))),
            ),
    set_msglevel:
      driver.setMessageLevel === undefined
        ? null
        : (raw, level) => call(raw, 'setMessageLevel', (dev, state) => driver.setMessageLevel?.(dev, level, state)),
    get_link_ksettings:
      driver.getLinkSettings === undefined
        ? null
        : (raw, settings) =>
            call(raw, 'getLinkSettings', (dev, state) => driver.getLinkSettings?.(dev, state), (own) => {
              settings.speed = own?.speed === undefined ? SPEED_UNKNOWN : unsigned('speed', own.speed);
              settings.duplex = own?.duplex === undefined ? DUPLEX_UNKNOWN : own.duplex === 'full' ? DUPLEX_FULL : DUPLEX_HALF;
              settings.port = own?.port ?? PORT_OTHER;
              settings.autoneg = own?.autonegotiated === true ? 1 : 0;
            }),
  };
}

type Counts = Pick<ethtool_ops, 'get_ringparam' | 'set_ringparam' | 'get_channels' | 'set_channels'>;

function bindCounts<D, S extends object>(driver: EthtoolOperations<D, S>, call: EthtoolCall<D, S>): Counts {
  return {
    get_ringparam:
      driver.getRings === undefined
        ? null
        : (raw, ring) => call(raw, 'getRings', (dev, state) => driver.getRings?.(dev, state), (own) => void writeRings(ring, own ?? {})),
    set_ringparam:
      driver.setRings === undefined ? null : (raw, ring) => call(raw, 'setRings', (dev, state) => driver.setRings?.(dev, ringsOf(ring), state)),
    get_channels:
      driver.getChannels === undefined
        ? null
        : (raw, channels) =>
            call(raw, 'getChannels', (dev, state) => driver.getChannels?.(dev, state), (own) => void writeChannels(channels, own ?? {})),
    set_channels:
      driver.setChannels === undefined
        ? null
        : (raw, channels) => call(raw, 'setChannels', (dev, state) => driver.setChannels?.(dev, channelsOf(channels), state)),
  };
}

type Named = Pick<ethtool_ops, 'get_strings' | 'get_ethtool_stats' | 'get_priv_flags' | 'set_priv_flags'>;

function bindNamed<D, S extends object>(driver: EthtoolOperations<D, S>, call: EthtoolCall<D, S>, flags: readonly string[]): Named {
  const statistics = (raw: net_device): ReadonlyMap<string, bigint> | number => {
    let found: ReadonlyMap<string, bigint> = new Map<string, bigint>();
    const error = call(raw, 'getStatistics', (dev, state) => driver.getStatistics?.(dev, state), (own) => {
      if (!(own instanceof Map)) throw new TypeError(`getStatistics: expected a Map, got ${typeof own}`);
      checkedNames('getStatistics', [...own.keys()]);
      found = own;
    });
    return error < 0 ? error : found;
  };
  return {
    get_strings:
      driver.getStatistics === undefined && flags.length === 0
        ? null
        : (raw, set) => {
            if (set === ETH_SS_PRIV_FLAGS && flags.length > 0) return flags;
            if (set !== ETH_SS_STATS || driver.getStatistics === undefined) return -errno.EOPNOTSUPP;
            const own = statistics(raw);
            return typeof own === 'number' ? own : [...own.keys()];
          },
    get_ethtool_stats:
      driver.getStatistics === undefined
        ? null
        : (raw) => {
            const own = statistics(raw);
            return typeof own === 'number' ? own : [...own.values()].map((value) => BigInt.asUintN(64, value));
          },
    get_priv_flags:
      driver.getPrivateFlags === undefined
        ? null
        : (raw) =>
            answer(0, (set) =>
              call(raw, 'getPrivateFlags', (dev, state) => driver.getPrivateFlags?.(dev, state), (on) => void set(bitsOf(flags, on ?? []))),
            ),
    set_priv_flags:
      driver.setPrivateFlags === undefined
        ? null
        : (raw, bits) =>
            call(raw, 'setPrivateFlags', (dev, state) => driver.setPrivateFlags?.(dev, flags.filter((_, bit) => ((bits >>> bit) & 1) === 1), state)),
  };
}

type Coalescing = Pick<ethtool_ops, 'supported_coalesce_params' | 'get_coalesce' | 'set_coalesce'>;

function bindCoalesce<D, S extends object>(driver: EthtoolOperations<D, S>, call: EthtoolCall<D, S>): Coalescing {
  return {
    supported_coalesce_params: bitsOf(COALESCE_PARAMETERS, driver.coalesceParameters ?? []),
    get_coalesce:
      driver.getCoalesce === undefined
        ? null
        : (raw, coalesce) =>
            call(raw, 'getCoalesce', (dev, state) => driver.getCoalesce?.(dev, state), (own) => {
              for (const [at, name] of COALESCE_PARAMETERS.entries()) coalesce[at] = unsigned(name, own?.[name] ?? 0);
            }),
    set_coalesce:
      driver.setCoalesce === undefined
        ? null
        : (raw, coalesce) => call(raw, 'setCoalesce', (dev, state) => driver.setCoalesce?.(dev, valuesOf(coalesce), state)),
  };
}

function valuesOf(coalesce: ethtool_coalesce): Readonly<Record<CoalesceParameter, number>> {
  const entries = COALESCE_PARAMETERS.map((name, at) => [name, coalesce[at] ?? 0] as const);
  // CAST: the entries have every name once.
  return Object.fromEntries(entries) as Readonly<Record<CoalesceParameter, number>>;
}

/** What a question sets, or a default when it fails. */
function answer<T>(fallback: T, ask: (set: (value: T) => void) => number): T {
  let value = fallback;
  ask((given) => {
    value = given;
  });
  return value;
}

function bitsOf(names: readonly string[], on: readonly string[]): number {
  let bits = 0;
  for (const name of on) {
    const at = names.indexOf(name);
    if (at === -1) throw new TypeError(`flags: expected some of ${names.join(', ') || 'none'}, got ${name}`);
    bits |= 1 << at;
  }
  return bits >>> 0;
}

function checkedNames(label: string, names: readonly string[]): readonly string[] {
  for (const name of names) {
    if (!/^[ -~]+$/.test(name) || name.length >= ETH_GSTRING_LEN) {
      throw new TypeError(`${label}: expected names of 1 to ${String(ETH_GSTRING_LEN - 1)} ASCII characters, got ${JSON.stringify(name)}`);
    }
  }
  if (new Set(names).size !== names.length) throw new TypeError(`${label}: expected each name once, got ${names.join(', ')}`);
  return names;
}

function unsigned(label: string, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= U32_MAX) return value;
  throw new RangeError(`${label}: expected an integer from 0 to ${String(U32_MAX)}, got ${String(value)}`);
}
