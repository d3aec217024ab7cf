import type { kernel, sk_buff } from '@netdevkit/bindings/raw';
import { Kernel, ManualClock, type KernelOptions, type SkbReport } from '@netdevkit/kernel';
import { defineModule } from '@netdevkit/module';
import { rawModuleUnsafe } from '@netdevkit/module/unsafe';
import type { SkBuff } from '../src/index.ts';
import { allocUnsafe, fromRawOwnedUnsafe } from '../src/unsafe.ts';

/** Every way to use a handle. */
export const USES: ReadonlyArray<readonly [string, (skb: SkBuff) => unknown]> = [
  ['len', (skb) => skb.len],
  ['protocol', (skb) => skb.protocol],
  ['pktType', (skb) => skb.pktType],
  ['headroom', (skb) => skb.headroom],
  ['tailroom', (skb) => skb.tailroom],
  ['timestamp', (skb) => skb.timestamp],
  ['isCloned', (skb) => skb.isCloned],
  ['data', (skb) => skb.data()],
  ['writable', (skb) => skb.writable()],
  ['clone', (skb) => skb.clone()],
  ['copy', (skb) => skb.copy()],
  ['txTimestamp', (skb) => skb.txTimestamp()],
  ['priority', (skb) => skb.priority],
  ['mark', (skb) => skb.mark],
  ['queueMapping', (skb) => skb.queueMapping],
  ['reserve', (skb) => skb.reserve(0)],
  ['put', (skb) => skb.put(0)],
  ['push', (skb) => skb.push(0)],
  ['pull', (skb) => skb.pull(0)],
  ['trim', (skb) => skb.trim(0)],
  ['expandHead', (skb) => skb.expandHead(0, 0)],
  ['setProtocol', (skb) => skb.setProtocol(1)],
  ['setPriority', (skb) => skb.setPriority(1)],
  ['setMark', (skb) => skb.setMark(1)],
  ['macHeader', (skb) => skb.macHeader()],
  ['networkHeader', (skb) => skb.networkHeader()],
  ['transportHeader', (skb) => skb.transportHeader()],
  ['setMacHeader', (skb) => skb.setMacHeader(0)],
  ['setNetworkHeader', (skb) => skb.setNetworkHeader(0)],
  ['setTransportHeader', (skb) => skb.setTransportHeader(0)],
  ['checksum', (skb) => skb.checksum()],
  ['consume', (skb) => skb.consume()],
  ['drop', (skb) => skb.drop('NOT_SPECIFIED')],
  ['busy', (skb) => skb.busy()],
  ['keep', (skb) => skb.keep()],
];

/** A kernel that tracks leaks, and its raw side. */
export class Rig implements Disposable {
  readonly kernel: Kernel;
  readonly raw: kernel;

  constructor(options: KernelOptions = {}) {
    this.kernel = new Kernel({ trackLeaks: true, clock: new ManualClock(1_700_000_000), ...options });
    let found: kernel | undefined;
    this.kernel.insmod(
      defineModule({
        name: 'way-in',
        authors: [],
        description: '',
        license: 'MIT',
        alias: [],
        init: (module) => {
          found = rawModuleUnsafe(module).kernel;
          return { [Symbol.dispose]: () => undefined };
        },
      }),
    );
    if (found === undefined) throw new Error('init was not called');
    this.raw = found;
  }

  /** A raw packet of some octets, with headroom. */
  rawPacket(bytes: Uint8Array = Uint8Array.of(1, 2, 3, 4), headroom = 16): sk_buff {
    const skb = this.raw.alloc_skb(headroom + bytes.length);
    if (skb?.head == null) throw new Error('no memory');
    this.raw.skb_reserve(skb, headroom);
    const at = this.raw.skb_put(skb, bytes.length);
    skb.head.bytes.set(bytes, at);
    return skb;
  }

  /** A packet as `startXmit` is given it. */
  given(bytes?: Uint8Array, headroom?: number): SkBuff {
    return fromRawOwnedUnsafe(this.rawPacket(bytes, headroom));
  }

  /** A packet that the driver made. */
  made(bytes: Uint8Array = Uint8Array.of(1, 2, 3, 4)): SkBuff {
    return allocUnsafe(this.raw, bytes);
  }

  get report(): SkbReport {
    return this.kernel.skbs();
  }

  /** Closes the kernel, which throws when a packet is left over. */
  [Symbol.dispose](): void {
    this.kernel.close();
  }
}
