import { AF_NETLINK, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import echo from '@netdevkit/echo';
import { IpRoute } from '@netdevkit/iproute';
import { Kernel } from '@netdevkit/kernel';
import type { Module } from '@netdevkit/module';
import { HostRig } from './host-rig.ts';

const ADDRESS = '02:00:00:00:53:01';

/** An embedded kernel, and a host with a namespace of its own. */
export class KernelsRig extends HostRig {
  readonly kernel: Kernel;
  /** The embedded kernel's. */
  readonly here: IpRoute;
  /** The host's. */
  readonly there: IpRoute = this.ip;

  constructor(...modules: readonly Module[]) {
    super();
    this.kernel = new Kernel({ modules: [echo, ...modules], trackLeaks: true });
    this.here = new IpRoute(() => this.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
  }

  /**
   * Makes an Ethernet device `e0` on either, with the same address.
   *
   * @returns their indices
   */
  makeEthernet(): { readonly ours: number; readonly theirs: number } {
    const ours = this.here.link.create({ kind: 'echo', name: 'e0', address: ADDRESS, arp: true }).index;
    const theirs = this.there.link.create({ kind: 'veth', name: 'e0', address: ADDRESS }).index;
    this.there.link.set('veth0', { up: true });
    return { ours, theirs };
  }

  override [Symbol.dispose](): void {
    this.here[Symbol.dispose]();
    this.kernel.close();
    super[Symbol.dispose]();
  }
}
