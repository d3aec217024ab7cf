// The transmit path: alloc, copy, dev_queue_xmit, packet handlers, startXmit, counters, consume. In a process of its own.
import { benchKernel, send } from './bench-kernel.mjs';
import { measure } from './measure.mjs';

const [size = 256, drivers = 16, handlers = 0] = process.argv.slice(2).map(Number);
const { raw, devices } = benchKernel(drivers, 16);
const payload = new Uint8Array(size).fill(3);

let seen = 0;
for (let i = 0; i < handlers; i++) {
  raw.dev_add_pack({
    func(skb) {
      seen += skb.len;
      raw.consume_skb(skb);
    },
    dev: null,
    ignore_outgoing: false,
    sk: {},
  });
}

const result = measure((n) => {
  for (let i = 0; i < n; i++) if (send(raw, devices[i & 15], payload) !== 0) throw new Error('not sent');
}, 640_000);
if (handlers > 0 && seen === 0) throw new Error('the handlers saw nothing');
console.log(JSON.stringify(result));
