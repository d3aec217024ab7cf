// A kernel with Ethernet-less devices of several drivers, and the raw objects that a benchmark of the transmit path needs.
import { Kernel } from '@netdevkit/kernel';
import { IpRoute } from '@netdevkit/iproute';
import { defineModule } from '@netdevkit/module';
import { rawModuleUnsafe } from '@netdevkit/module/unsafe';
import { DeviceType, Flags } from '@netdevkit/netdevice';
import { rawDeviceUnsafe } from '@netdevkit/netdevice/unsafe';
import { register } from '@netdevkit/rtnl';

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const NETLINK_ROUTE = 0;

/** A driver class of its own, so that each has its own methods as real drivers have. */
function makeDriver(i, devices) {
  const body = `return class Driver${i} {
    kind = 'k${i}';
    pcpuStats = 'lstats';
    createState() { return { number: ${i} }; }
    setup(dev) { dev.setType(DeviceType.NONE); dev.setFlags(Flags.NOARP); dev.setLltx(true); }
    init(dev) { keep(dev); }
    startXmit(skb, dev) { dev.stats.add(skb.len); return skb.consume(); }
    getStats64(dev) { const { packets, bytes } = dev.stats.read(); return { txPackets: packets, txBytes: bytes }; }
  }`;
  const keep = (dev) => devices.push(rawDeviceUnsafe(dev));
  return new (new Function('DeviceType', 'Flags', 'keep', body)(DeviceType, Flags, keep))();
}

/**
 * @param {number} drivers - how many drivers
 * @param {number} count - how many devices, each up
 */
export function benchKernel(drivers, count) {
  const devices = [];
  let raw = null;
  const module = defineModule({
    name: 'bench',
    authors: [],
    description: '',
    license: 'MIT',
    alias: [],
    init(mod) {
      raw = rawModuleUnsafe(mod).kernel;
      const kinds = Array.from({ length: drivers }, (_, i) => register(mod, makeDriver(i, devices)));
      return { [Symbol.dispose]: () => kinds.forEach((kind) => kind[Symbol.dispose]()) };
    },
  });
  const kernel = new Kernel();
  kernel.insmod(module);
  const ip = new IpRoute(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
  for (let i = 0; i < count; i++) ip.link.add({ kind: `k${i % drivers}`, name: `d${i}`, up: true });
  return { kernel, raw, ip, devices };
}

/** Sends a packet with these octets through a device. */
export function send(raw, dev, payload) {
  const skb = raw.alloc_skb(payload.length);
  const at = raw.skb_put(skb, payload.length);
  skb.head.bytes.set(payload, at);
  skb.dev = dev;
  return raw.dev_queue_xmit(skb);
}
