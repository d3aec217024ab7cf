// Reads a ring with our packages: reader.mjs show|write INTERFACE OCTETS FILE, as reader.c does.
import { AF_NETLINK, AF_PACKET, ETH_P_ALL, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { LinkType, PcapngWriter } from '@netdevkit/capture';
import { FileSink } from '@netdevkit/capture/node';
import { IpRoute } from '@netdevkit/iproute';
import { Host } from '@netdevkit/linux';

const [what = '', name = '', octets = '', file = ''] = process.argv.slice(2);
const TURN_MS = 10;

using host = new Host();
using ip = new IpRoute(() => host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
using socket = host.socket(AF_PACKET, SOCK_RAW, 0);
socket.ignoreOutgoing();
socket.openRing({ size: Number(octets) });
socket.bind({ protocol: ETH_P_ALL, ifindex: ip.link.show(name).index });

const writer = what === 'write' ? new PcapngWriter(FileSink.create(file)) : undefined;
const id = writer?.addInterface({ linkType: LinkType.ETHERNET, name }) ?? 0;
let packets = 0;
const show = () => {
  packets += 1;
};
const write = (bytes, offset, length, { sec, nsec, origLength }) => {
  packets += 1;
  writer.packet(id, sec, nsec, bytes, offset, length, origLength);
};
const over = new AbortController();
process.on('SIGTERM', () => over.abort());
process.stderr.write('ready\n');
while (!over.signal.aborted || socket.readable) {
  if (!over.signal.aborted) await socket.waitReadable(over.signal).catch(() => {});
  const end = performance.now() + TURN_MS;
  while (socket.drain(writer === undefined ? show : write, 1) > 0 && performance.now() < end);
  writer?.flush();
  await new Promise((resolve) => setImmediate(resolve));
}
writer?.close();
console.log(JSON.stringify({ packets, drops: socket.drops }));
