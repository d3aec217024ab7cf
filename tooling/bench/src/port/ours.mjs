// The echo driver as an interface of this machine called bench0: what answers pings in place of echo.c.
import process from 'node:process';
import { AF_NETLINK, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import echo from '@netdevkit/echo';
import { IpRoute } from '@netdevkit/iproute';
import { Kernel } from '@netdevkit/kernel';
import { Host } from '@netdevkit/linux';

const host = new Host();
const kernel = new Kernel({ modules: [echo] });
const ip = new IpRoute(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
ip.link.add({ kind: 'echo', name: 'bench0' });
const port = host.plug(kernel.initialNamespace, 'bench0');
process.on('SIGTERM', () => {
  port.close();
  console.log(JSON.stringify({ packets: port.counters().toHost.packets }));
});
process.stderr.write('ready\n');
