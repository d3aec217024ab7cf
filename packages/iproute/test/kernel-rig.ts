import { AF_NETLINK, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { Kernel } from '@netdevkit/kernel';
import { expect } from 'vitest';
import { IpRoute } from '../src/index.ts';

/** An embedded kernel, and what asks it. At its end nothing may have leaked, and the kernel must have warned of nothing. */
export class KernelRig implements Disposable {
  readonly kernel: Kernel = new Kernel({ trackLeaks: true });
  readonly #warnings: string[] = [];
  readonly ip: IpRoute = new IpRoute(() => this.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), { onWarning: (message) => this.#warnings.push(message) });

  [Symbol.dispose](): void {
    this.ip[Symbol.dispose]();
    expect(this.kernel.leaks()).toEqual([]);
    this.kernel.close();
    expect(this.#warnings).toEqual([]);
  }
}
