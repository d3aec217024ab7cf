// A netlink message on its way through nlmon's tap into a packet socket's queue and out of it. In a process of its own.
import { IpRoute } from '@netdevkit/iproute';
import { Kernel } from '@netdevkit/kernel';
import nlmon from '@netdevkit/nlmon';
import { measure } from './measure.mjs';

const [size = 256] = process.argv.slice(2).map(Number);
const kernel = new Kernel({ modules: [nlmon] });
const ip = new IpRoute(() => kernel.socket(16, 3, 0));
ip.link.add({ kind: 'nlmon', up: true });
const socket = kernel.socket(17, 3, 3);
const message = new Uint8Array(size);
new DataView(message.buffer).setUint32(0, size, true);

let seen = 0;
const count = (_bytes, _offset, length) => {
  seen += length;
};
const result = measure((n) => {
  for (let i = 0; i < n; i += 64) {
    for (let j = 0; j < 64; j++) kernel.replayNetlink(0, message);
    socket.drain(count);
  }
}, 640_000);
if (seen === 0) throw new Error('nothing was captured');
console.log(JSON.stringify(result));
