import { KernelError, isKernelError } from '@netdevkit/errno';
import { SOFTWARE_TIMESTAMPING } from '@netdevkit/ethtool';
import { PrivFlags, ethMacAddr, ethValidateAddr, isValidEtherAddr, type Device, type DeviceSetup, type EthtoolOperations } from '@netdevkit/netdevice';
import { LinkAttr, type Driver, type NoAttributes, type ValidateContext } from '@netdevkit/rtnl';
import type { SkBuff, TxOutcome } from '@netdevkit/skbuff';
import { answer } from './answer.ts';
import type { Answer } from './frame.ts';
import { isPlainPing, turnAround } from './turn.ts';

type Dev = Device<'dstats'>;

/** What each echo device has of its own. */
export interface EchoState {
  /** The address of the host behind the device. */
  address: Uint8Array;
}

const MIN_MTU = 68;
const MAX_MTU = 65_535;

/**
 * A device with a host behind it that has every address: it answers ARP and neighbour discovery for whatever is asked of it, and
 * pings. There is no C twin.
 */
export class Echo implements Driver<EchoState, 'dstats'> {
  readonly kind = 'echo';
  readonly pcpuStats = 'dstats';

  readonly ethtool: EthtoolOperations<EchoState, 'dstats'> = {
    getLink: (dev) => dev.hasCarrier,
    getTimestampInfo: () => SOFTWARE_TIMESTAMPING,
  };

  createState(): EchoState {
    return { address: new Uint8Array(6) };
  }

  setup(dev: DeviceSetup): void {
    dev.etherSetup();
    dev.setRandomAddress();
    dev.addPrivFlags(PrivFlags.NO_QUEUE | PrivFlags.LIVE_ADDR_CHANGE);
    dev.setLltx(true);
    dev.setMinMtu(MIN_MTU);
    dev.setMaxMtu(MAX_MTU);
  }

  validate(ctx: ValidateContext<NoAttributes>): void {
    const address = ctx.linkAttr(LinkAttr.ADDRESS);
    if (address !== undefined && !isValidEtherAddr(address)) throw new KernelError(address.length === 6 ? 'EADDRNOTAVAIL' : 'EINVAL');
  }

  open(dev: Dev, state: EchoState): void {
    state.address = neighbourOf(dev.address);
  }

  startXmit(skb: SkBuff, dev: Dev, state: EchoState): TxOutcome {
    skb.txTimestamp();
    const length = isPlainPing(skb.data(), state) ? turned(skb, state) : 0;
    if (length > 0) return comeBack(skb, dev, length);
    const reply = answer(skb.data(), state);
    if (typeof reply === 'string') {
      dev.stats.txDropped();
      return skb.drop(reply);
    }
    dev.stats.txAdd(skb.len);
    respond(dev, reply);
    return skb.consume();
  }

  setMacAddress(dev: Dev, address: Uint8Array, state: EchoState): void {
    ethMacAddr(dev, address);
    state.address = neighbourOf(address);
  }

  validateAddr(dev: Dev): void {
    ethValidateAddr(dev);
  }

  /** Every packet is looked at. */
  setRxMode(): void {}
}

/** Turns a ping around where it is, if that can be; gives how long its answer is, or 0. */
function turned(skb: SkBuff, state: EchoState): number {
  try {
    return turnAround(skb.writable(), state);
  } catch (error) {
    // Somebody else sees it too, and there is no memory for another.
    if (!isKernelError(error)) throw error;
    return 0;
  }
}

/** Lets a packet that has become its own answer come in at the device, as the loopback device does. */
function comeBack(skb: SkBuff, dev: Dev, length: number): TxOutcome {
  dev.stats.txAdd(skb.len);
  skb.trim(length);
  const outcome = dev.netifRx(skb);
  // The core counts what it cannot take.
  if (!outcome.isLost) dev.stats.rxAdd(length);
  return outcome;
}

/** Lets an answer come in at the device. What cannot is counted. */
function respond(dev: Dev, reply: Exclude<Answer, string>): void {
  if (reply === undefined) return;
  let packet: SkBuff;
  try {
    packet = dev.allocSkb(reply.length);
  } catch (error) {
    if (!isKernelError(error)) throw error;
    dev.stats.rxDropped();
    return;
  }
  packet.put(reply);
  // The core counts what it cannot take.
  if (!dev.netifRx(packet).isLost) dev.stats.rxAdd(reply.length);
}

/** The address next to a device's own, locally administered: the host behind it is not the device. */
function neighbourOf(address: Uint8Array): Uint8Array {
  const own = address.slice();
  own[0] = (own[0] ?? 0) | 2;
  own[5] = (own[5] ?? 0) ^ 1;
  return own;
}
