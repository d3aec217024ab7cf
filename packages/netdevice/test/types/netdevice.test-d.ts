import { KernelError } from '@netdevkit/errno';
import type { SkBuff, TxOutcome } from '@netdevkit/skbuff';
import type { DStats, LStats, TStats } from '@netdevkit/stats';
import { expectTypeOf } from 'vitest';
import * as api from '../../src/index.ts';
import type { Device, DeviceSetup, Operations } from '../../src/index.ts';

interface State {
  count: number;
}

// Handles come from the core.
// @ts-expect-error: a type alone
void api.Device;
// @ts-expect-error: a type alone
void api.DeviceSetup;
// @ts-expect-error: the raw side is not of this entry point
void api.bindDriverUnsafe;
// @ts-expect-error: the raw side is not of this entry point
void api.rawDeviceUnsafe;

// The counters of a device are those that its driver declared.
export function counters(none: Device<'none'>, lstats: Device<'lstats'>, tstats: Device<'tstats'>, dstats: Device<'dstats'>): void {
  expectTypeOf(none.stats).toEqualTypeOf<undefined>();
  expectTypeOf(lstats.stats).toEqualTypeOf<LStats>();
  expectTypeOf(tstats.stats).toEqualTypeOf<TStats>();
  expectTypeOf(dstats.stats).toEqualTypeOf<DStats>();
  // @ts-expect-error: no counters were declared
  none.stats.add(1);
  // @ts-expect-error: another kind was declared
  lstats.stats.rxAdd(1);
  // @ts-expect-error: another kind was declared
  tstats.stats.add(1);
  const own = lstats.stats;
  // @ts-expect-error: counters are not replaced
  lstats.stats = own;
}

// A device at work has no setters but for what C changes at work, too; the others are of its setup.
export function shared(dev: Device, setup: DeviceSetup): void {
  expectTypeOf<Extract<keyof Device, `set${string}`>>().toEqualTypeOf<'setRealNumTxQueues' | 'setRealNumRxQueues'>();
  // @ts-expect-error: a new MTU goes through changeMtu
  dev.mtu = 100;
  // @ts-expect-error: the kind of device does not change
  dev.type = 1;
  // @ts-expect-error: flags change through the core
  dev.flags = 0;
  // @ts-expect-error: names change through the core
  dev.name = 'x';
  // @ts-expect-error: addresses change through setMacAddress
  dev.address = new Uint8Array(6);
  // Operations, counters and the state are bound once, by the registration.
  expectTypeOf<Extract<keyof DeviceSetup, 'setOperations' | 'setStats' | 'setState' | 'setName'>>().toEqualTypeOf<never>();
  // @ts-expect-error: a device in setup does not work yet
  setup.carrierOn();
  // @ts-expect-error: a device in setup counts nothing
  void setup.stats;
}

// What a driver must have, and may.
export const least: Operations<State, 'none'> = { pcpuStats: 'none', startXmit: (skb) => skb.consume() };
// @ts-expect-error: startXmit is mandatory
export const deaf: Operations<State, 'none'> = { pcpuStats: 'none' };
// @ts-expect-error: which counters a driver has, it says
export const uncounted: Operations<State, 'none'> = { startXmit: (skb) => skb.consume() };
// @ts-expect-error: the declared kind is the one of the type
export const other: Operations<State, 'lstats'> = { pcpuStats: 'tstats', startXmit: (skb) => skb.consume() };

expectTypeOf<keyof Operations<State>>().toEqualTypeOf<
  | 'pcpuStats'
  | 'ethtool'
  | 'init'
  | 'uninit'
  | 'open'
  | 'stop'
  | 'startXmit'
  | 'getStats64'
  | 'changeMtu'
  | 'setMacAddress'
  | 'validateAddr'
  | 'changeCarrier'
  | 'changeProtoDown'
  | 'setRxMode'
  | 'selectQueue'
  | 'poll'
  | 'txTimeout'
  | 'getIflink'
  | 'fixFeatures'
  | 'setFeatures'
>();

// A startXmit that forgets its packet on some path does not compile.
type StartXmit = Operations<State, 'lstats'>['startXmit'];
// @ts-expect-error: no outcome
export const forgets: StartXmit = () => undefined;
// @ts-expect-error: no outcome on one path
export const forgetsShort: StartXmit = (skb) => {
  if (skb.len > 14) return skb.consume();
};
// @ts-expect-error: the result of nothing
export const returnsNothing: StartXmit = (skb) => void skb.consume();
// @ts-expect-error: an outcome is no number
export const returnsZero: StartXmit = (_skb) => 0;
// @ts-expect-error: the core does not wait
export const waits: StartXmit = async (skb) => skb.consume();
// @ts-expect-error: an outcome cannot be made up
export const forges: StartXmit = () => ({ what: 'settled' });

// Every operation is given the device with its counters, and the driver's state.
export const typed: Operations<State, 'lstats'> = {
  pcpuStats: 'lstats',
  startXmit(skb, dev, state) {
    expectTypeOf(skb).toEqualTypeOf<SkBuff>();
    expectTypeOf(dev).toEqualTypeOf<Device<'lstats'>>();
    expectTypeOf(state).toEqualTypeOf<State>();
    const outcome = skb.drop('NOMEM');
    expectTypeOf(outcome).toEqualTypeOf<TxOutcome>();
    return outcome;
  },
  open(dev, state) {
    expectTypeOf(dev.stats).toEqualTypeOf<LStats>();
    state.count++;
    throw new KernelError('EBUSY');
  },
  changeMtu(_dev, mtu, state) {
    expectTypeOf(mtu).toEqualTypeOf<number>();
    expectTypeOf(state).toEqualTypeOf<State>();
  },
  setMacAddress(_dev, address) {
    expectTypeOf(address).toEqualTypeOf<Uint8Array>();
  },
  changeCarrier(_dev, carrier) {
    expectTypeOf(carrier).toEqualTypeOf<boolean>();
  },
  getStats64: (dev) => ({ rxPackets: dev.stats.read().packets }),
  ethtool: { getLink: (_dev, state) => state.count > 0 },
};

// @ts-expect-error: a state is an object
export type Stateless = Operations<number>;
// @ts-expect-error: no such counters
export type Unknown = Operations<State, 'xstats'>;
// @ts-expect-error: what is not counted is not told of
export const invents: Operations<State, 'none'>['getStats64'] = () => ({ packets: 1n });
