import { IFA_F_DADFAILED, IFA_F_NODAD, IFA_F_OPTIMISTIC, IFA_F_TENTATIVE, IFF_LOOPBACK, IFF_NOARP } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import type { Timers } from '../../timers.ts';
import type { Net } from '../core/net-namespace.ts';
import { DEVCONF6 } from './devconf6.ts';
import { STATE, type Inet6Device, type Inet6Ifaddr } from './inet6-device.ts';
import { solicitedNode } from './ipv6-address.ts';

/** Milliseconds from a probe to the next step: `retrans_time`. */
const RETRANS_TIME = 1000;

/** What {@link Dad} stands on. */
export interface DadDeps {
  readonly timers: Timers;
  /** Puts something off until the kernel is left. */
  readonly schedule: (task: () => void) => void;
  /** Whether a device is ready for IPv6. */
  readonly isReady: (dev: net_device) => boolean;
  /** A setting of a device, and of all. */
  readonly conf: (dev: net_device, setting: number) => number;
  readonly confOfAll: (net: Net, setting: number) => number;
}

/**
 * Duplicate address detection: an address is tentative until nobody has answered for it. net/ipv6/addrconf.c.
 *
 * ```
 *   PREDAD ─ begin ─▶ DAD ─ probe, 1 s ─▶ POSTDAD: the address is told of and its host route is there
 *                      └─ at once where a device asks nobody (IFF_NOARP, IFF_LOOPBACK, accept_dad), or with IFA_F_NODAD
 * ```
 *
 * Unlike Linux, no probe is sent, so that nobody ever answers, and the first does not wait for a random time.
 */
export class Dad {
  readonly #deps: DadDeps;
  readonly #completed: (ifp: Inet6Ifaddr) => void;

  /**
   * @param completed - called when an address may be used
   */
  constructor(deps: DadDeps, completed: (ifp: Inet6Ifaddr) => void) {
    this.#deps = deps;
    this.#completed = completed;
  }

  /** Begins, once the kernel is left. From net/ipv6/addrconf.c:addrconf_dad_start. */
  start(ifp: Inet6Ifaddr): void {
    if (ifp.state === STATE.DEAD) return;
    ifp.state = STATE.PREDAD;
    this.#deps.schedule(() => {
      this.#begin(ifp);
    });
  }

  /** Ends it, for an address that goes. */
  stop(ifp: Inet6Ifaddr): void {
    ifp.work?.cancel();
    ifp.work = null;
  }

  /** Goes on with the addresses of a device that has got ready. From net/ipv6/addrconf.c:addrconf_dad_run. */
  run(idev: Inet6Device): void {
    for (const ifp of idev.addresses) {
      if ((ifp.flags & IFA_F_TENTATIVE) !== 0 && ifp.state === STATE.DAD) this.#kick(ifp);
    }
  }

  // From net/ipv6/addrconf.c:addrconf_dad_begin.
  #begin(ifp: Inet6Ifaddr): void {
    if (ifp.state !== STATE.PREDAD) return;
    ifp.state = STATE.DAD;
    const { idev } = ifp;
    const { dev } = idev;
    const hasNeighbours = (dev.flags & (IFF_NOARP | IFF_LOOPBACK)) === 0;
    const { conf, confOfAll } = this.#deps;
    const asksNobody = !hasNeighbours || (confOfAll(idev.net, DEVCONF6.ACCEPT_DAD) < 1 && conf(dev, DEVCONF6.ACCEPT_DAD) < 1);
    if (hasNeighbours) idev.join(solicitedNode(ifp.addr), this.#deps.timers.now());
    if (asksNobody || (ifp.flags & IFA_F_TENTATIVE) === 0 || (ifp.flags & IFA_F_NODAD) !== 0) this.#complete(ifp);
    // On a device that is not ready it stays tentative.
    else if (this.#deps.isReady(dev)) this.#kick(ifp);
  }

  // From net/ipv6/addrconf.c:addrconf_dad_kick.
  #kick(ifp: Inet6Ifaddr): void {
    ifp.probes = this.#deps.conf(ifp.idev.dev, DEVCONF6.DAD_TRANSMITS);
    this.stop(ifp);
    ifp.work = this.#deps.timers.set(0, () => {
      this.#probe(ifp);
    });
  }

  // From net/ipv6/addrconf.c:addrconf_dad_work.
  #probe(ifp: Inet6Ifaddr): void {
    ifp.work = null;
    if (ifp.state !== STATE.DAD || ifp.idev.dead || !this.#deps.isReady(ifp.idev.dev)) return;
    if (ifp.probes <= 0) {
      ifp.state = STATE.POSTDAD;
      this.#complete(ifp);
      return;
    }
    ifp.probes--;
    ifp.work = this.#deps.timers.set(RETRANS_TIME, () => {
      this.#probe(ifp);
    });
  }

  #complete(ifp: Inet6Ifaddr): void {
    ifp.flags &= ~(IFA_F_TENTATIVE | IFA_F_OPTIMISTIC | IFA_F_DADFAILED);
    this.stop(ifp);
    if (!ifp.idev.dead) this.#completed(ifp);
  }
}
