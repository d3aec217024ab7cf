import { IFA_F_DEPRECATED, IFA_F_PERMANENT } from '@netdevkit/bindings';
import type { Timer, Timers } from '../../timers.ts';
import { INFINITY_LIFE_TIME } from '../ipv4/in-device.ts';
import type { Inet6Addresses } from './inet6-addresses.ts';
import type { Inet6Ifaddr } from './inet6-device.ts';

/** What becomes of addresses in time. */
export interface LifetimeEvents {
  /** An address is no longer valid. */
  expired(ifp: Inet6Ifaddr): void;
  /** An address should not be used for anything new. */
  deprecated(ifp: Inet6Ifaddr): void;
}

/**
 * Ends the lifetimes of IPv6 addresses. From net/ipv6/addrconf.c:addrconf_verify_rtnl.
 */
export class Lifetimes6 {
  readonly #addresses: Inet6Addresses;
  readonly #timers: Timers;
  readonly #events: LifetimeEvents;
  #timer: Timer | null = null;

  constructor({ addresses, timers }: { readonly addresses: Inet6Addresses; readonly timers: Timers }, events: LifetimeEvents) {
    this.#addresses = addresses;
    this.#timers = timers;
    this.#events = events;
  }

  /** Looks when something will happen next. */
  verify(): void {
    this.#timer?.cancel();
    this.#timer = null;
    let next = Infinity;
    for (const { addresses } of this.#addresses.devices()) for (const ifp of addresses) next = Math.min(next, nextChange(ifp));
    if (next === Infinity) return;
    this.#timer = this.#timers.set(next - this.#timers.now(), () => {
      this.#run();
    });
  }

  #run(): void {
    const now = this.#timers.now();
    for (const idev of this.#addresses.devices()) {
      for (const ifp of [...idev.addresses]) {
        if (now < nextChange(ifp)) continue;
        const age = Math.floor((now - ifp.tstamp) / 1000);
        if (ifp.validLft !== INFINITY_LIFE_TIME && age >= ifp.validLft) {
          this.#events.expired(ifp);
        } else {
          ifp.flags |= IFA_F_DEPRECATED;
          this.#events.deprecated(ifp);
        }
      }
    }
    this.verify();
  }
}

/** When something will happen to an address next, in milliseconds since boot. */
function nextChange(ifp: Inet6Ifaddr): number {
  // An address that stays for ever may be preferred for a time only.
  if ((ifp.flags & IFA_F_PERMANENT) !== 0 && ifp.preferredLft === INFINITY_LIFE_TIME) return Infinity;
  const valid = ifp.validLft === INFINITY_LIFE_TIME ? Infinity : ifp.tstamp + 1000 * ifp.validLft;
  if (ifp.preferredLft === INFINITY_LIFE_TIME || (ifp.flags & IFA_F_DEPRECATED) !== 0) return valid;
  return Math.min(valid, ifp.tstamp + 1000 * ifp.preferredLft);
}
