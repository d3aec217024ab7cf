import { AF_NETLINK, AF_PACKET, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import { IpRoute, RequestError, type Link, type LinkSpec } from '@netdevkit/iproute';
import { Kernel, ManualClock, type KernelOptions, type NetNamespace } from '@netdevkit/kernel';
import { defineModule, type Module, type ThisModule } from '@netdevkit/module';
import { DeviceType, Flags, type DeviceSetup } from '@netdevkit/netdevice';
import type { MessageWriter } from '@netdevkit/netlink';
import type { PcpuStatKind } from '@netdevkit/stats';
import { register, type AttributeDefinitions, type Driver } from '../src/index.ts';

/** Attributes of every type, with and without limits. */
export const ATTRIBUTES = {
  u8: { id: 1, type: 'u8' },
  u16: { id: 2, type: 'u16' },
  u32: { id: 3, type: 'u32' },
  u64: { id: 4, type: 'u64' },
  s8: { id: 5, type: 's8' },
  s16: { id: 6, type: 's16' },
  s32: { id: 7, type: 's32' },
  s64: { id: 8, type: 's64' },
  flag: { id: 9, type: 'flag' },
  text: { id: 10, type: 'string', maxLength: 15 },
  octets: { id: 11, type: 'binary', minLength: 2, maxLength: 6 },
  nest: {
    id: 12,
    type: 'nested',
    attributes: {
      inner: { id: 1, type: 'u32', max: 9 },
      deep: { id: 2, type: 'nested', attributes: { mark: { id: 3, type: 'flag' }, note: { id: 1, type: 'string' } } },
    },
  },
  ranged: { id: 13, type: 'u8', min: 3, max: 7 },
  negative: { id: 14, type: 's32', min: -5, max: -1 },
  long: { id: 15, type: 'u64', min: 1n, max: 0x8000_0000_0000_0000n },
  free: { id: 16, type: 'string' },
  raw: { id: 17, type: 'binary' },
} as const satisfies AttributeDefinitions;

/** Those attributes' type. */
export type Attributes = typeof ATTRIBUTES;

/** The driver of most tests. */
export type Paint = Driver<object, 'tstats', Attributes>;

/** Whatever a driver's types are. */
export type AnyDriver = Driver<object, PcpuStatKind, AttributeDefinitions>;

/** What devices are set up to. */
export function commonSetup(dev: DeviceSetup): void {
  dev.setType(DeviceType.NONE);
  dev.setFlags(Flags.NOARP);
  dev.setMtu(1500);
}

/** A driver of the kind `paint`, with what the test is about. */
export function paint(more: Partial<Paint> = {}): Paint {
  return {
    kind: 'paint',
    pcpuStats: 'tstats',
    attributes: ATTRIBUTES,
    createState: () => ({}),
    setup: commonSetup,
    startXmit: (skb) => skb.consume(),
    ...more,
  };
}

/** A module whose init is the test's. */
export function moduleOf(name: string, init: (module: ThisModule) => Disposable): Module {
  return defineModule({ name, authors: [], description: '', license: 'MIT', alias: [], init });
}

/** A kernel with drivers loaded, each by a module of its own. */
export class Rig implements Disposable {
  readonly kernel: Kernel;
  readonly ip: IpRoute;
  readonly #clients: IpRoute[] = [];
  /** What the kernel said beside its success. */
  readonly warnings: string[] = [];

  constructor(driver: AnyDriver | null = null, options: KernelOptions = {}) {
    this.kernel = new Kernel({ trackLeaks: true, clock: new ManualClock(1_700_000_000), ...options });
    if (driver !== null) this.kernel.insmod(moduleOf('driver', (module) => register(module, driver)));
    this.ip = this.client(this.kernel.initialNamespace);
  }

  client(namespace: NetNamespace): IpRoute {
    const client = new IpRoute(() => this.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace }), {
      onWarning: (message) => void this.warnings.push(message),
    });
    this.#clients.push(client);
    return client;
  }

  /** Makes a device: `paint0` and so on. */
  add(data?: (writer: MessageWriter) => void, spec: Partial<LinkSpec> = {}): void {
    this.ip.link.add({ kind: 'paint', ...(data === undefined ? {} : { data }), ...spec });
  }

  /** Changes one by attributes of its kind. */
  change(data: (writer: MessageWriter) => void, device = 'paint0'): void {
    this.ip.link.set(device, { kind: 'paint', data });
  }

  get links(): Link[] {
    return this.ip.link.list({ kind: 'paint' });
  }

  /** Has a device transmit a packet. */
  transmit(ifindex: number): void {
    using socket = this.kernel.socket(AF_PACKET, SOCK_RAW, 0);
    socket.bind({ ifindex });
    socket.send(new Uint8Array(10));
  }

  /** What the log says at the level of errors, or worse. */
  get complaints(): string[] {
    return this.kernel.dmesg().filter(({ level }) => level <= 3).map(({ text }) => text);
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients) client[Symbol.dispose]();
    this.kernel.close();
  }
}

/** The error that something is refused with. */
export function refusal(action: () => unknown): RequestError {
  try {
    action();
  } catch (error) {
    if (error instanceof RequestError) return error;
    if (isKernelError(error)) throw new Error(`refused by no answer of the kernel: ${error.message}`);
    throw error;
  }
  throw new Error('it was not refused');
}
