import { AF_NETLINK, AF_PACKET, ETH_P_ALL, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { IpRoute } from '@netdevkit/iproute';
import { Kernel, ManualClock, seededRandom, type KernelOptions, type PacketSocket } from '@netdevkit/kernel';
import { defineModule } from '@netdevkit/module';
import type { PcpuStatKind } from '@netdevkit/stats';
import { Registration, type Device, type EthernetDriver, type EthernetOptions } from '../src/index.ts';

/** A kernel with one Ethernet device, that a module registers by itself; and its handle, which tests may keep. */
export class EthernetRig<S extends object, K extends PcpuStatKind> implements Disposable {
  readonly kernel: Kernel;
  readonly clock: ManualClock = new ManualClock(1_700_000_000);
  readonly ip: IpRoute;
  registration: Registration<S, K> | null = null;

  constructor(driver: EthernetDriver<S, K>, options: EthernetOptions & { readonly register?: boolean } = {}, more: KernelOptions = {}) {
    const { register = true, ...ethernet } = options;
    this.kernel = new Kernel({ trackLeaks: true, clock: this.clock, random: seededRandom(7), ...more });
    this.ip = new IpRoute(() => this.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
    this.kernel.insmod(
      defineModule({
        name: 'ethernet',
        authors: [],
        description: '',
        license: 'MIT',
        alias: [],
        init: (module) => {
          const registration = Registration.ether(module, driver, ethernet);
          this.registration = registration;
          if (register) registration.register();
          return registration;
        },
      }),
    );
  }

  get dev(): Device<K> {
    if (this.registration === null) throw new Error('no registration');
    return this.registration.device;
  }

  up(name = 'eth0'): void {
    this.ip.link.set(name, { up: true });
  }

  packets(protocol: number = ETH_P_ALL, name = 'eth0'): PacketSocket {
    const { index } = this.ip.link.show(name);
    const socket = this.kernel.socket(AF_PACKET, SOCK_RAW, protocol);
    socket.bind({ ifindex: index });
    return socket;
  }

  [Symbol.dispose](): void {
    this.ip[Symbol.dispose]();
    this.kernel.close();
  }
}

/** A frame of an Ethertype that nobody has, told by a number. */
export function frame(number: number, length = 60): Uint8Array {
  const octets = new Uint8Array(length).fill(0xff, 0, 6);
  octets.set([2, 0, 0, 0, 0, 9, 0x88, 0xb5, number], 6);
  return octets;
}

/** The number of a {@link frame}. */
export function numberOf(octets: Uint8Array | undefined): number | undefined {
  return octets?.[14];
}
