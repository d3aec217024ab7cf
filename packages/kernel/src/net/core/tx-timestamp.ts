import type { sk_buff } from '@netdevkit/bindings/raw';
import type { Clock, Timespec } from '../../clock.ts';
import type { SkBuffs } from './skbuff.ts';
import { Sock } from './sock.ts';

/** From include/uapi/linux/net_tstamp.h: stamp in software when a packet leaves. */
const SOF_TIMESTAMPING_TX_SOFTWARE = 1 << 1;

/**
 * `skb_tx_timestamp`: tells the socket that a packet came from, if it asked, when the packet left. A stamped clone goes
 * to its error queue; when memory is short, none does.
 */
export function stampTransmission(skb: sk_buff, skbs: SkBuffs, clock: Clock): void {
  const { sk } = skb;
  if (!(sk instanceof Sock) || (sk.timestamping & SOF_TIMESTAMPING_TX_SOFTWARE) === 0 || sk.closed) return;
  const twin = skbs.clone(skb);
  if (twin === null) return;
  const time: Timespec = { sec: 0, nsec: 0 };
  clock.now(time);
  twin.tstamp_sec = time.sec;
  twin.tstamp_nsec = time.nsec;
  sk.errorQueue.push(twin);
  sk.waiters.wake();
}
