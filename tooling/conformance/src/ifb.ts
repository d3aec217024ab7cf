import { FeatureSets, Features, Flags, PrivFlags, ethValidateAddr, isValidEtherAddr, type Device, type DeviceSetup } from '@netdevkit/netdevice';
import { KernelError } from '@netdevkit/errno';
import { defineModule, type Module } from '@netdevkit/module';
import { LinkAttr, register, type Driver, type NoAttributes, type ValidateContext } from '@netdevkit/rtnl';
import type { SkBuff, TxOutcome } from '@netdevkit/skbuff';
import type { LinkStats64 } from '@netdevkit/stats';

type State = Readonly<Record<string, never>>;

const FEATURES =
  Features.HW_CSUM | Features.SG | Features.FRAGLIST | FeatureSets.GSO_SOFTWARE | FeatureSets.GSO_ENCAP_ALL | Features.HIGHDMA | Features.HW_VLAN_CTAG_TX | Features.HW_VLAN_STAG_TX;
const TX_QUEUE_LEN = 32;

/**
 * What a link of kind ifb looks like, for the embedded kernel: the one device with an address of its own and a carrier from
 * the start that kernels without modules have, too. Nothing is redirected to it here; what it is sent it drops.
 *
 * C twin: drivers/net/ifb.c.
 */
class Ifb implements Driver<State, 'none'> {
  readonly kind = 'ifb';
  readonly pcpuStats = 'none';

  createState(): State {
    return {};
  }

  setup(dev: DeviceSetup): void {
    dev.etherSetup();
    dev.setTxQueueLen(TX_QUEUE_LEN);
    dev.setFeatures(FEATURES);
    dev.setHwFeatures(FEATURES);
    dev.setFlags((dev.flags | Flags.NOARP) & ~Flags.MULTICAST);
    dev.clearPrivFlags(PrivFlags.TX_SKB_SHARING);
    dev.setRandomAddress();
    dev.setMinMtu(0);
    dev.setMaxMtu(0);
  }

  validate(ctx: ValidateContext<NoAttributes>): void {
    const address = ctx.linkAttr(LinkAttr.ADDRESS);
    if (address === undefined) return;
    if (address.length !== 6) throw new KernelError('EINVAL');
    if (!isValidEtherAddr(address)) throw new KernelError('EADDRNOTAVAIL');
  }

  startXmit(skb: SkBuff): TxOutcome {
    return skb.drop('NOT_SPECIFIED');
  }

  getStats64(): Partial<LinkStats64> {
    return {};
  }

  validateAddr(dev: Device<'none'>): void {
    ethValidateAddr(dev);
  }
}

/** The module. */
const ifb: Module = defineModule({
  name: 'ifb',
  authors: ['The NetDevKit authors'],
  description: 'Links that look like those of kind ifb',
  license: 'MIT',
  alias: ['rtnl-link-ifb'],
  init: (module) => register(module, new Ifb()),
});

export default ifb;
