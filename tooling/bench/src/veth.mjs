// The way of a packet through an embedded veth pair: alloc, copy, dev_queue_xmit on one end, and in at the other. A handler for
// the frames' Ethertype takes them at the far end, as a protocol does. In a process of its own.
import { Kernel } from '@netdevkit/kernel';
import { IpRoute } from '@netdevkit/iproute';
import { defineModule } from '@netdevkit/module';
import { rawModuleUnsafe } from '@netdevkit/module/unsafe';
import veth from '@netdevkit/veth';
import { measure } from './measure.mjs';

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const NETLINK_ROUTE = 0;
/** An Ethertype for experiments. */
const PROTOCOL = 0x88b5;

const [size = 64] = process.argv.slice(2).map(Number);
let raw;
const kernel = new Kernel({ modules: [veth] });
kernel.insmod(
  defineModule({
    name: 'bench',
    authors: [],
    description: '',
    license: 'MIT',
    alias: [],
    init(module) {
      raw = rawModuleUnsafe(module).kernel;
      return { [Symbol.dispose]: () => undefined };
    },
  }),
);
const ip = new IpRoute(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
ip.link.add({ kind: 'veth', name: 'v0' });
ip.link.set('v0', { up: true });
ip.link.set('veth0', { up: true });

const near = raw.init_net.byName('v0');
let seen = 0;
raw.dev_add_pack({
  func(skb) {
    seen++;
    raw.consume_skb(skb);
  },
  dev: raw.init_net.byName('veth0'),
  ignore_outgoing: true,
  sk: {},
});

const frame = new Uint8Array(size);
frame.set(ip.link.show('veth0').address.split(':').map((text) => parseInt(text, 16)));
frame.set([2, 0, 0, 0, 0, 1, PROTOCOL >> 8, PROTOCOL & 0xff], 6);

const result = measure((n) => {
  for (let i = 0; i < n; i++) {
    const skb = raw.alloc_skb(size);
    const at = raw.skb_put(skb, size);
    skb.head.bytes.set(frame, at);
    skb.dev = near;
    if (raw.dev_queue_xmit(skb) !== 0) throw new Error('not sent');
  }
}, 200_000);
if (seen < 200_000) throw new Error(`${seen} packets came in`);
console.log(JSON.stringify({ ...result, mpps: 1000 / result.median, best: 1000 / result.min }));
