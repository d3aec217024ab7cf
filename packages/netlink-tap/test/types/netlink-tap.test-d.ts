import type { Device, DeviceSetup } from '@netdevkit/netdevice';
import { expectTypeOf } from 'vitest';
import * as api from '../../src/index.ts';

expectTypeOf<keyof typeof api>().toEqualTypeOf<'Tap'>();
expectTypeOf<api.Tap>().toExtend<Disposable>();
expectTypeOf<ConstructorParameters<typeof api.Tap>>().toEqualTypeOf<[]>();

export function taps(dev: Device<'lstats'>, setup: DeviceSetup): void {
  const tap = new api.Tap();
  tap.add(dev);
  expectTypeOf(tap.isRegistered).toEqualTypeOf<boolean>();
  // @ts-expect-error: a device in setup is not there yet
  tap.add(setup);
  // @ts-expect-error: a tap is on a device
  tap.add();
  // @ts-expect-error: whether it is added, the core says
  tap.isRegistered = true;
}
