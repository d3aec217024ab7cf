import type { ThisModule } from '@netdevkit/module';
import type { Device, DeviceSetup } from '@netdevkit/netdevice';
import type { ReadonlyBytes, SkBuff, TxOutcome } from '@netdevkit/skbuff';
import type { LStats } from '@netdevkit/stats';
import { expectTypeOf } from 'vitest';
import * as api from '../../src/index.ts';
import type {
  AttributeDefinitions,
  AttributeReader,
  ChangeLinkContext,
  Driver,
  InfoWriter,
  NewLinkContext,
  NoAttributes,
  Registration,
  ValidateContext,
} from '../../src/index.ts';

interface State {
  colour: number;
}

const attributes = {
  colour: { id: 1, type: 'u32', max: 7 },
  offset: { id: 2, type: 's64' },
  shiny: { id: 3, type: 'flag' },
  label: { id: 4, type: 'string', maxLength: 15 },
  blob: { id: 5, type: 'binary' },
  brush: { id: 6, type: 'nested', attributes: { width: { id: 1, type: 'u8' } } },
} as const satisfies AttributeDefinitions;
type A = typeof attributes;

// The kernel makes what drivers are handed.
expectTypeOf<keyof typeof api>().toEqualTypeOf<'LinkAttr' | 'register'>();
// @ts-expect-error: a type alone
void api.Registration;
// @ts-expect-error: a type alone
void api.ExtAck;
// @ts-expect-error: a type alone
void api.ValidateContext;

// An attribute reads as what it is defined to be.
export function reading(data: AttributeReader<A>): void {
  expectTypeOf(data.get('colour')).toEqualTypeOf<number | undefined>();
  expectTypeOf(data.get('offset')).toEqualTypeOf<bigint | undefined>();
  expectTypeOf(data.get('shiny')).toEqualTypeOf<boolean>();
  expectTypeOf(data.get('label')).toEqualTypeOf<string | undefined>();
  expectTypeOf(data.get('blob')).toEqualTypeOf<ReadonlyBytes | undefined>();
  expectTypeOf(data.get('brush')?.get('width')).toEqualTypeOf<number | undefined>();
  // @ts-expect-error: no such attribute
  data.get('color');
  // @ts-expect-error: no such attribute
  data.has('color');
  // @ts-expect-error: no such attribute in the nest
  data.get('brush')?.get('colour');
  // @ts-expect-error: octets that the kernel uses again are read-only
  data.get('blob')?.set([1]);
}

// And is written from the same.
export function writing(info: InfoWriter<A>): void {
  info.put('colour', 7);
  info.put('offset', -1n);
  info.put('shiny', true);
  info.put('label', 'x');
  info.put('blob', new Uint8Array(1));
  info.put('brush', { width: 1 });
  info.put('brush', {});
  // @ts-expect-error: a number
  info.put('colour', '7');
  // @ts-expect-error: a bigint
  info.put('offset', -1);
  // @ts-expect-error: no such attribute
  info.put('color', 7);
  // @ts-expect-error: no such attribute in the nest
  info.put('brush', { height: 1 });
}

// Contexts know the kind's attributes, and the tables do not mix.
export function asking(ctx: ValidateContext<A>, none: ValidateContext<NoAttributes>): void {
  expectTypeOf(ctx.data).toEqualTypeOf<AttributeReader<A> | null>();
  expectTypeOf(ctx.hasLinkAttr(api.LinkAttr.ADDRESS)).toEqualTypeOf<boolean>();
  expectTypeOf(ctx.linkAttr(1)).toEqualTypeOf<ReadonlyBytes | undefined>();
  ctx.extack.badAttribute('colour', 'text');
  ctx.extack.missing('brush');
  // @ts-expect-error: a link's attribute is no attribute of the kind
  ctx.extack.badAttribute(api.LinkAttr.ADDRESS);
  // @ts-expect-error: an attribute of the kind is none of the link
  ctx.hasLinkAttr('colour');
  // @ts-expect-error: no such errno
  void ctx.error('EWHATEVER');
  // @ts-expect-error: attributes may be missing
  ctx.data.get('colour');
  // Of a kind without attributes there are none to read.
  expectTypeOf(none.data).toEqualTypeOf<AttributeReader<NoAttributes> | null>();
}

// A driver says what it must, and is given what it declared.
const least = {
  kind: 'paint',
  pcpuStats: 'none',
  createState: (): State => ({ colour: 0 }),
  setup: (_dev: DeviceSetup): void => undefined,
  startXmit: (skb: SkBuff): TxOutcome => skb.consume(),
} as const;
export const sufficient: Driver<State, 'none'> = least;
export class Full implements Driver<State, 'lstats', A> {
  readonly kind = 'paint';
  readonly pcpuStats = 'lstats';
  readonly attributes = attributes;

  createState(): State {
    return { colour: 0 };
  }

  setup(dev: DeviceSetup): void {
    dev.setMtu(1);
  }

  validate(ctx: ValidateContext<A>): void {
    expectTypeOf(ctx.data?.get('colour')).toEqualTypeOf<number | undefined>();
  }

  newLink(ctx: NewLinkContext<A, 'lstats'>, dev: DeviceSetup, state: State): void {
    dev.setMtu(2);
    state.colour = ctx.data?.get('colour') ?? 0;
    expectTypeOf(ctx.register()).toEqualTypeOf<Device<'lstats'>>();
  }

  changeLink(ctx: ChangeLinkContext<A>, dev: Device<'lstats'>): void {
    expectTypeOf(dev.stats).toEqualTypeOf<LStats>();
    // @ts-expect-error: a device at work is registered
    ctx.register();
  }

  startXmit(skb: SkBuff, dev: Device<'lstats'>): TxOutcome {
    dev.stats.add(skb.len);
    return skb.consume();
  }
}

// @ts-expect-error: startXmit is mandatory
export const deaf: Driver<State, 'none'> = { ...least, startXmit: undefined };
// @ts-expect-error: attributes are declared in the driver's type
export const undeclared: Driver<State, 'none'> = { ...least, attributes };
const { startXmit: _omitted, ...withoutXmit } = least;
// @ts-expect-error: startXmit is mandatory
export const mute: Driver<State, 'none'> = withoutXmit;
const { createState: _state, ...withoutState } = least;
// @ts-expect-error: a driver makes the state of its devices
export const stateless: Driver<State, 'none'> = withoutState;
const { kind: _kind, ...withoutKind } = least;
// @ts-expect-error: a driver is of a kind
export const kindless: Driver<State, 'none'> = withoutKind;
// @ts-expect-error: the state is of the declared type
export const other: Driver<{ readonly size: bigint }, 'none'> = least;
// @ts-expect-error: another kind of counters is declared
export const miscounted: Driver<State, 'tstats'> = least;
// @ts-expect-error: an attribute has a type
export const untyped: AttributeDefinitions = { colour: { id: 1 } };
// @ts-expect-error: limits are of the attribute's own kind of number
export const mislimited: AttributeDefinitions = { long: { id: 1, type: 'u64', max: 5 } };
// @ts-expect-error: a flag has no limits
export const limitedFlag: AttributeDefinitions = { flag: { id: 1, type: 'flag', max: 5 } };

export function registering(module: ThisModule): void {
  expectTypeOf(api.register(module, new Full())).toEqualTypeOf<Registration>();
  expectTypeOf(api.register(module, least)).toEqualTypeOf<Registration>();
  // @ts-expect-error: a module is what registers
  api.register({ name: 'x' }, least);
  // @ts-expect-error: no driver
  api.register(module, { kind: 'paint' });
}
