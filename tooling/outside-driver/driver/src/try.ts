// Runs the driver: prints what its device counted and dropped.
import { IpRoute } from '@netdevkit/iproute';
import { Kernel } from '@netdevkit/kernel';
import meter from './index.ts';

declare const console: { log(text: string): void };

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const NETLINK_ROUTE = 0;

const kernel = new Kernel({ modules: [meter], trackLeaks: true });
const ip = new IpRoute(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
ip.link.add({
  kind: 'meter',
  up: true,
  data: (writer) => {
    writer.putU32(1, 1000);
  },
});
ip.link.show('lo');
const { info, stats } = ip.link.show('meter0');
console.log(JSON.stringify({ kind: info?.kind, least: info?.dataOctets?.[4], packets: String(stats?.rxPackets), dropped: kernel.skbs().dropped }));
ip[Symbol.dispose]();
kernel.close();
