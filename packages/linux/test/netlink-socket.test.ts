import { AF_NETLINK, SOCK_RAW } from '@netdevkit/bindings';
import { Kernel } from '@netdevkit/kernel';
import { Host } from '../src/index.ts';
import { privateNamespace } from './private-namespace.ts';
import { describeSockets, type SocketBench } from './socket-suite.ts';

describeSockets('the embedded kernel', (): SocketBench => {
  const kernel = new Kernel();
  return { socket: (protocol) => kernel.socket(AF_NETLINK, SOCK_RAW, protocol), [Symbol.dispose]: () => kernel.close() };
});

// Without the right to make namespaces there is none to try things in.
if (privateNamespace.supported) {
  describeSockets('the host', (): SocketBench => {
    const host = new Host({ trackLeaks: true });
    const namespace = host.createNamespace();
    return {
      socket: (protocol) => host.socket(AF_NETLINK, SOCK_RAW, protocol, { namespace }),
      [Symbol.dispose]: () => {
        namespace.close();
        const left = host.openDescriptors();
        host.close();
        if (left.length > 0) throw new Error(`left open: ${left.map(({ what, where }) => `${what} ${where ?? ''}`).join('\n')}`);
      },
    };
  });
}
