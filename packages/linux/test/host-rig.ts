import { AF_NETLINK, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { IpRoute } from '@netdevkit/iproute';
import { Host, type HostNamespace } from '../src/index.ts';

/** A host with a namespace of its own. */
export class HostRig implements Disposable {
  readonly host: Host = new Host({ trackLeaks: true });
  readonly namespace: HostNamespace = this.host.createNamespace();
  /** What asks in the namespace. */
  readonly ip: IpRoute = new IpRoute(() => this.host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace: this.namespace }));

  /** Closes everything, and sees that nothing is left open. */
  [Symbol.dispose](): void {
    this.ip[Symbol.dispose]();
    this.namespace.close();
    const left = this.host.openDescriptors();
    this.host.close();
    if (left.length > 0) throw new Error(`left open: ${left.map(({ what, where = '' }) => `${what} ${where}`).join('\n')}`);
  }
}
