import { AF_NETLINK, SOCK_RAW } from '@netdevkit/bindings';
import { Kernel } from '@netdevkit/kernel';
import { HostRig } from './host-rig.ts';
import { privateNamespace } from './private-namespace.ts';
import { describeSockets, type SocketBench } from './socket-suite.ts';

describeSockets('the embedded kernel', (): SocketBench => {
  const kernel = new Kernel();
  return { socket: (protocol) => kernel.socket(AF_NETLINK, SOCK_RAW, protocol), [Symbol.dispose]: () => kernel.close() };
});

// Without the right to make namespaces there is none to try things in.
if (privateNamespace.supported) {
  describeSockets('the host', (): SocketBench => {
    const rig = new HostRig();
    return { socket: (protocol) => rig.host.socket(AF_NETLINK, SOCK_RAW, protocol, { namespace: rig.namespace }), [Symbol.dispose]: () => rig[Symbol.dispose]() };
  });
}
