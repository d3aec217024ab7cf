import { DUPLEX_FULL, DUPLEX_UNKNOWN, ETH_SS_PRIV_FLAGS, ETH_SS_STATS, ETH_SS_TEST, SPEED_UNKNOWN } from '@netdevkit/bindings';
import { default_ethtool_ops, type ethtool_ops, type net_device } from '@netdevkit/bindings/raw';
import { errno, fromResult, KernelError } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import { COALESCE_PARAMETERS, SOFTWARE_TIMESTAMPING, Timestamping, type EthtoolOperations } from '../src/index.ts';
import { bindEthtoolUnsafe } from '../src/unsafe.ts';

interface State {
  rx: number;
  on: readonly string[];
}

// CAST: the operations look at nothing of it.
const RAW = {} as net_device;

/** Binds operations as netdevice does; what they throw that is no KernelError is collected. */
function bound(operations: EthtoolOperations<string, State>, defects: unknown[] = []): { readonly ops: ethtool_ops; readonly state: State } {
  const state: State = { rx: 8, on: [] };
  const ops = bindEthtoolUnsafe<string, State>(operations, (_raw, _op, callback, accept) =>
    fromResult(
      () => {
        const answer = callback('the device', state);
        accept?.(answer);
      },
      (error) => void defects.push(error),
    ),
  );
  return { ops, state };
}

describe('bindEthtoolUnsafe', () => {
  it('leaves the slots of absent operations empty', () => {
    expect(bound({}).ops).toEqual(default_ethtool_ops);
  });

  it('hands over the device and the state', () => {
    const seen: unknown[] = [];
    const { ops, state } = bound({ getLink: (dev, own) => seen.push(dev, own) > 0 });
    expect(ops.get_link?.(RAW)).toBe(true);
    expect(seen).toEqual(['the device', state]);
  });

  it('fills timestamping info, and leaves no clock where none is', () => {
    const info = { so_timestamping: 0, phc_index: 0, tx_types: 7, rx_filters: 7 };
    expect(bound({ getTimestampInfo: () => SOFTWARE_TIMESTAMPING }).ops.get_ts_info?.(RAW, info)).toBe(0);
    expect(info).toEqual({ so_timestamping: 0x1a, phc_index: -1, tx_types: 0, rx_filters: 0 });
    const hardware = { timestamping: Timestamping.RAW_HARDWARE, phcIndex: 3, txTypes: 3, rxFilters: 1 };
    bound({ getTimestampInfo: () => hardware }).ops.get_ts_info?.(RAW, info);
    expect(info).toEqual({ so_timestamping: 0x40, phc_index: 3, tx_types: 3, rx_filters: 1 });
  });

  it('reads and sets rings and channels', () => {
    const { ops, state } = bound({
      getRings: (_dev, own) => ({ rxMax: 64, rx: own.rx }),
      setRings: (_dev, rings, own) => void (own.rx = rings.rx),
      getChannels: () => ({ combinedMax: 4, combined: 2 }),
    });
    const ring = {
      rx_max_pending: 9,
      rx_mini_max_pending: 9,
      rx_jumbo_max_pending: 9,
      tx_max_pending: 9,
      rx_pending: 9,
      rx_mini_pending: 9,
      rx_jumbo_pending: 9,
      tx_pending: 9,
    };
    expect(ops.get_ringparam?.(RAW, ring)).toBe(0);
    expect(Object.values(ring)).toEqual([64, 0, 0, 0, 8, 0, 0, 0]);
    expect(ops.set_ringparam?.(RAW, { ...ring, rx_pending: 32 })).toBe(0);
    expect(state.rx).toBe(32);
    const channels = { max_rx: 9, max_tx: 9, max_other: 9, max_combined: 9, rx_count: 9, tx_count: 9, other_count: 9, combined_count: 9 };
    expect(ops.get_channels?.(RAW, channels)).toBe(0);
    expect(Object.values(channels)).toEqual([0, 0, 0, 4, 0, 0, 0, 2]);
    expect(ops.set_channels).toBeNull();
  });

  it('keeps coalescing in the order of the attributes', () => {
    let set: unknown;
    const { ops } = bound({
      coalesceParameters: ['rxUsecs', 'useAdaptiveRx', 'txAggrTimeUsecs'],
      getCoalesce: () => ({ rxUsecs: 5, useAdaptiveRx: 1 }),
      setCoalesce: (_dev, values) => void (set = values),
    });
    expect(ops.supported_coalesce_params).toBe(1 | (1 << 9) | (1 << 26));
    const values = new Uint32Array(COALESCE_PARAMETERS.length);
    ops.get_coalesce?.(RAW, values);
    expect([values[0], values[9], values[10]]).toEqual([5, 1, 0]);
    values[26] = 7;
    ops.set_coalesce?.(RAW, values);
    expect(set).toMatchObject({ rxUsecs: 5, useAdaptiveRx: 1, txAggrTimeUsecs: 7, rxUsecsIrq: 0 });
  });

  it('names statistics and private flags', () => {
    const { ops, state } = bound({
      getStatistics: () => new Map([['a', 1n], ['b', -1n]]),
      privateFlags: ['one', 'two', 'three'],
      getPrivateFlags: (_dev, own) => own.on,
      setPrivateFlags: (_dev, on, own) => void (own.on = on),
    });
    expect(ops.get_strings?.(RAW, ETH_SS_STATS)).toEqual(['a', 'b']);
    expect(ops.get_ethtool_stats?.(RAW)).toEqual([1n, 0xffff_ffff_ffff_ffffn]);
    expect(ops.get_strings?.(RAW, ETH_SS_PRIV_FLAGS)).toEqual(['one', 'two', 'three']);
    expect(ops.get_strings?.(RAW, ETH_SS_TEST)).toBe(-errno.EOPNOTSUPP);
    expect(ops.set_priv_flags?.(RAW, 0b101)).toBe(0);
    expect(state.on).toEqual(['one', 'three']);
    expect(ops.get_priv_flags?.(RAW)).toBe(0b101);
  });

  it('says what a link is set to, unknown where nobody knows', () => {
    const settings = { speed: 0, duplex: 0, port: 0, phy_address: 0, autoneg: 1, transceiver: 0 };
    bound({ getLinkSettings: () => ({ speed: 10_000, duplex: 'full' }) }).ops.get_link_ksettings?.(RAW, settings);
    expect(settings).toMatchObject({ speed: 10_000, duplex: DUPLEX_FULL, port: 255, autoneg: 0 });
    bound({ getLinkSettings: () => ({}) }).ops.get_link_ksettings?.(RAW, settings);
    expect(settings).toMatchObject({ speed: SPEED_UNKNOWN, duplex: DUPLEX_UNKNOWN });
  });

  it('gives the errno of what is refused', () => {
    const refuse = (): never => {
      throw new KernelError('EBUSY');
    };
    const { ops } = bound({ setRings: refuse, getStatistics: refuse, getLink: refuse, getPrivateFlags: refuse, privateFlags: ['x'], getMessageLevel: refuse });
    expect(ops.get_ethtool_stats?.(RAW)).toBe(-errno.EBUSY);
    expect(ops.get_strings?.(RAW, ETH_SS_STATS)).toBe(-errno.EBUSY);
    expect([ops.get_link?.(RAW), ops.get_priv_flags?.(RAW), ops.get_msglevel?.(RAW)]).toEqual([false, 0, 0]);
  });

  it.each<[string, EthtoolOperations<string, State>, (ops: ethtool_ops) => unknown]>([
    ['a ring of a size that is none', { getRings: () => ({ rxMax: -1 }) }, (ops) => ops.get_ringparam?.(RAW, Object.create(null) as never)],
    ['a timestamp set that is none', { getTimestampInfo: () => ({ timestamping: 1.5 }) }, (ops) => ops.get_ts_info?.(RAW, Object.create(null) as never)],
    ['a name that is too long', { getStatistics: () => new Map([['x'.repeat(32), 1n]]) }, (ops) => ops.get_ethtool_stats?.(RAW)],
    ['statistics that are no map', { getStatistics: () => ({}) as never }, (ops) => ops.get_ethtool_stats?.(RAW)],
  ])('takes %s for a defect of the driver', (_what, operations, ask) => {
    const defects: unknown[] = [];
    expect(ask(bound(operations, defects).ops)).toBe(-errno.EIO);
    expect(defects).toHaveLength(1);
  });

  it.each([[['']], [['x'.repeat(32)]], [['a', 'a']], [['\u00e9']], [Array.from({ length: 33 }, (_, i) => `f${String(i)}`)]])('refuses flags named %j', (privateFlags) => {
    expect(() => bound({ privateFlags })).toThrow(/privateFlags/);
  });

  it('refuses parameters of coalescing that there are not', () => {
    expect(() => bound({ coalesceParameters: ['nonsense' as never] })).toThrow(TypeError);
  });
});
