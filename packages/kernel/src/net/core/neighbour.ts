import {
  NTF_EXT_LEARNED,
  NTF_ROUTER,
  NUD_DELAY,
  NUD_FAILED,
  NUD_INCOMPLETE,
  NUD_NOARP,
  NUD_PERMANENT,
  NUD_PROBE,
  NUD_REACHABLE,
  NUD_STALE,
} from '@netdevkit/bindings';
import { MAX_ADDR_LEN, type net_device, type netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Timer, Timers } from '../../timers.ts';
import { refuse } from '../rtnetlink/link-request.ts';
import { NeighParms } from './neighbour-parms.ts';
import type { Net } from './net-namespace.ts';

export const NUD_CONNECTED: number = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE;
export const NUD_VALID: number = NUD_CONNECTED | NUD_PROBE | NUD_STALE | NUD_DELAY;
const NUD_IN_TIMER = NUD_INCOMPLETE | NUD_REACHABLE | NUD_DELAY | NUD_PROBE;

/** `NEIGH_UPDATE_F_*`: how a change is meant. */
export const UPDATE = {
  OVERRIDE: 0x1,
  OVERRIDE_ISROUTER: 0x4,
  MANAGED: 0x0800_0000,
  USE: 0x1000_0000,
  EXT_LEARNED: 0x2000_0000,
  ISROUTER: 0x4000_0000,
  ADMIN: 0x8000_0000,
} as const;

/** The extended flag NTF_EXT_MANAGED, where it stands among the others: `NTF_MANAGED`. */
export const NTF_MANAGED = 0x100;

/** `struct neighbour`: who has an address on a link. */
export interface Neighbour {
  readonly table: NeighbourTable;
  readonly dev: net_device;
  readonly key: Uint8Array;
  /** `NUD_*`. */
  state: number;
  /** `NTF_*`, the extended ones from bit 8 on. */
  flags: number;
  /** `RTN_*`. */
  type: number;
  readonly lladdr: Uint8Array;
  protocol: number;
  probes: number;
  /** Milliseconds since boot. */
  confirmed: number;
  updated: number;
  used: number;
  timer: Timer | null;
  dead: boolean;
}

/** `struct pneigh_entry`: an address that this system answers for. */
export interface ProxyNeighbour {
  readonly net: Net;
  readonly dev: net_device | null;
  readonly key: Uint8Array;
  flags: number;
  protocol: number;
  permanent: boolean;
}

/** What a protocol says of its neighbours. */
export interface NeighbourOps {
  /** `AF_*`. */
  readonly family: number;
  /** What its table is called. */
  readonly id: string;
  readonly keyLength: number;
  /** Milliseconds for which an answer is believed against another one. */
  readonly lockTime: number;
  /** Whether a device may have neighbours: 0, or a negative errno. */
  allowAdd(dev: net_device, extack: netlink_ext_ack | null): number;
  /** The key that neighbours with an address have on a device. */
  keyOn(dev: net_device, key: Uint8Array): Uint8Array;
  /** Says what is known of a fresh one: 0, or a negative errno. */
  construct(neighbour: Neighbour): number;
  /** Whether this system may answer for others there. */
  allowProxy(dev: net_device | null): boolean;
  /** It is answered for an address now: `pconstructor`. */
  proxyAdded?(proxy: ProxyNeighbour): void;
  /** No longer: `pdestructor`. */
  proxyRemoved?(proxy: ProxyNeighbour): void;
}

/** Tells of a neighbour: RTM_NEWNEIGH or RTM_DELNEIGH, and the port of whoever asked. */
export type NeighbourListener = (neighbour: Neighbour, gone: boolean, portid: number) => void;

/**
 * The neighbours of one protocol: `struct neigh_table` of net/core/neighbour.c. All under RTNL.
 *
 * Unlike Linux, no neighbour is ever asked, so that none answers: probes are counted, and after the last one it has failed.
 * What is stale stays.
 */
export class NeighbourTable {
  readonly ops: NeighbourOps;
  readonly parms: NeighParms;
  readonly #timers: Timers;
  readonly #tell: NeighbourListener;
  readonly #byDevice = new Map<net_device, Map<string, Neighbour>>();
  readonly #proxies: ProxyNeighbour[] = [];
  /** The newest first. */
  readonly #deviceParms: NeighParms[] = [];

  constructor(ops: NeighbourOps, timers: Timers, tell: NeighbourListener) {
    this.ops = ops;
    this.#timers = timers;
    this.#tell = tell;
    this.parms = new NeighParms(null, ops.lockTime);
  }

  /** How many there are, in all namespaces. */
  get entries(): number {
    let count = 0;
    for (const own of this.#byDevice.values()) count += own.size;
    return count;
  }

  /** `neigh_lookup`. */
  find(dev: net_device, key: Uint8Array): Neighbour | undefined {
    return this.#byDevice.get(dev)?.get(key.join());
  }

  /** All neighbours of a namespace, by device. */
  of(net: Net): Neighbour[] {
    return net.devices.flatMap((dev) => [...(this.#byDevice.get(dev)?.values() ?? [])]);
  }

  /** `___neigh_create`: a new one, or the one that is there. */
  create(dev: net_device, wanted: Uint8Array, flags: number): Neighbour | number {
    const now = this.#timers.now();
    const key = this.ops.keyOn(dev, wanted);
    const neighbour: Neighbour = {
      table: this,
      dev,
      key,
      state: 0,
      flags,
      type: 0,
      lladdr: new Uint8Array(MAX_ADDR_LEN),
      protocol: 0,
      probes: 0,
      confirmed: now - 2 * this.parmsOf(dev).baseReachableTime,
      updated: now,
      used: now,
      timer: null,
      dead: false,
    };
    const error = this.ops.construct(neighbour);
    if (error < 0) return error;
    const present = this.find(dev, key);
    if (present !== undefined) return present;
    const own = this.#byDevice.get(dev) ?? new Map<string, Neighbour>();
    this.#byDevice.set(dev, own);
    own.set(key.join(), neighbour);
    return neighbour;
  }

  /** `neigh_remove_one`. */
  remove(neighbour: Neighbour): void {
    const own = this.#byDevice.get(neighbour.dev);
    if (own?.delete(neighbour.key.join()) !== true) return;
    if (own.size === 0) this.#byDevice.delete(neighbour.dev);
    neighbour.dead = true;
    stopTimer(neighbour);
    this.#tell(neighbour, true, 0);
  }

  /**
   * Forgets the neighbours of a device. From net/core/neighbour.c:neigh_ifdown, neigh_carrier_down, neigh_changeaddr.
   *
   * @param keepPermanent - those that a user gave stay
   * @param proxies - what this system answers for there is forgotten, too
   */
  flush(dev: net_device, keepPermanent: boolean, proxies: boolean): void {
    for (const neighbour of [...(this.#byDevice.get(dev)?.values() ?? [])]) {
      if (!keepPermanent || (neighbour.state & NUD_PERMANENT) === 0) this.remove(neighbour);
    }
    if (!proxies) return;
    for (const proxy of [...this.#proxies]) {
      if (proxy.dev === dev && !(keepPermanent && proxy.permanent)) this.#dropProxy(proxy);
    }
  }

  /**
   * Changes what is known of a neighbour. From net/core/neighbour.c:__neigh_update.
   *
   * @param lladdr - its hardware address; `null` when nothing is said of it
   * @param wanted - `NUD_*`
   * @param flags - {@link UPDATE}
   */
  update(neighbour: Neighbour, lladdr: Uint8Array | null, wanted: number, flags: number, portid: number, extack: netlink_ext_ack | null): number {
    const old = neighbour.state;
    if (neighbour.dead) return refuse(extack, 'EPERM', 'Neighbor entry is now dead');
    if ((flags & UPDATE.ADMIN) === 0 && (old & (NUD_NOARP | NUD_PERMANENT)) !== 0) return -errno.EPERM;
    let notify = updateFlags(neighbour, flags);
    const done = (): number => {
      if (notify) this.#tell(neighbour, false, portid);
      return 0;
    };
    if ((flags & (UPDATE.USE | UPDATE.MANAGED)) !== 0) {
      neighbour.state = old & ~NUD_PERMANENT;
      return done();
    }
    if ((wanted & NUD_VALID) === 0) {
      stopTimer(neighbour);
      neighbour.state = wanted;
      const failed = (old & (NUD_INCOMPLETE | NUD_PROBE)) !== 0 && (wanted & NUD_FAILED) !== 0;
      if ((old & NUD_VALID) !== 0 || failed) notify = true;
      return done();
    }
    const length = neighbour.dev.addr_len;
    if (length > 0 && lladdr === null && (old & NUD_VALID) === 0) return refuse(extack, 'EINVAL', 'No link layer address given');
    const now = this.#timers.now();
    const given = length === 0 || lladdr === null ? null : lladdr.subarray(0, length);
    const isSame = given === null || ((old & NUD_VALID) !== 0 && given.every((octet, i) => octet === neighbour.lladdr[i]));
    if ((wanted & NUD_CONNECTED) !== 0) neighbour.confirmed = now;
    let next = wanted;
    if ((old & NUD_VALID) !== 0) {
      // Another address than the one that is known counts only for those who mean it.
      if (!isSame && (flags & UPDATE.OVERRIDE) === 0) return done();
      if (isSame && wanted === NUD_STALE && (flags & UPDATE.ADMIN) === 0) next = old;
    }
    if (next !== old || !isSame) neighbour.updated = now;
    if (next !== old) {
      stopTimer(neighbour);
      if ((next & NUD_PROBE) !== 0) neighbour.probes = 0;
      if ((next & NUD_IN_TIMER) !== 0) this.#setTimer(neighbour, (next & NUD_REACHABLE) === 0 ? 0 : this.parmsOf(neighbour.dev).reachableTime);
      neighbour.state = next;
      notify = true;
    }
    if (given !== null && !isSame) {
      neighbour.lladdr.set(given);
      if ((next & NUD_CONNECTED) === 0) neighbour.confirmed = now - 2 * this.parmsOf(neighbour.dev).baseReachableTime;
      notify = true;
    }
    if ((flags & UPDATE.OVERRIDE_ISROUTER) !== 0 && updateRouter(neighbour, flags)) notify = true;
    return done();
  }

  /** Somebody wants to send to it. From net/core/neighbour.c:__neigh_event_send. */
  use(neighbour: Neighbour): void {
    const now = this.#timers.now();
    neighbour.used = now;
    if ((neighbour.state & (NUD_CONNECTED | NUD_DELAY | NUD_PROBE)) !== 0) return;
    const parms = this.parmsOf(neighbour.dev);
    if ((neighbour.state & (NUD_STALE | NUD_INCOMPLETE)) === 0) {
      neighbour.probes = parms.ucastProbes + 1;
      neighbour.state = NUD_INCOMPLETE;
      neighbour.updated = now;
      this.#setTimer(neighbour, parms.retransTime);
    } else if ((neighbour.state & NUD_STALE) !== 0) {
      neighbour.state = NUD_DELAY;
      neighbour.updated = now;
      this.#setTimer(neighbour, parms.delayProbeTime);
    }
  }

  /** `__pneigh_lookup`. */
  findProxy(net: Net, key: Uint8Array, dev: net_device | null): ProxyNeighbour | undefined {
    return this.#proxies.find((proxy) => proxy.net === net && sameKey(proxy.key, key) && (proxy.dev === dev || proxy.dev === null));
  }

  /** `pneigh_lookup`: makes it if it is not there. */
  addProxy(net: Net, key: Uint8Array, dev: net_device | null): ProxyNeighbour | undefined {
    const found = this.findProxy(net, key, dev);
    if (found !== undefined) return found;
    if (!this.ops.allowProxy(dev)) return undefined;
    const proxy: ProxyNeighbour = { net, dev, key: key.slice(0, this.ops.keyLength), flags: 0, protocol: 0, permanent: false };
    this.#proxies.unshift(proxy);
    this.ops.proxyAdded?.(proxy);
    return proxy;
  }

  /** `pneigh_delete`: 0, or -ENOENT. */
  deleteProxy(net: Net, key: Uint8Array, dev: net_device | null): number {
    const found = this.#proxies.find((proxy) => proxy.net === net && proxy.dev === dev && sameKey(proxy.key, key));
    if (found === undefined) return -errno.ENOENT;
    this.#dropProxy(found);
    return 0;
  }

  /** What this system answers for in a namespace. */
  proxiesOf(net: Net): ProxyNeighbour[] {
    return this.#proxies.filter((proxy) => proxy.net === net);
  }

  /** A device begins to have neighbours: `neigh_parms_alloc`. */
  addParms(dev: net_device): void {
    this.#deviceParms.unshift(this.parms.forDevice(dev));
  }

  /** `neigh_parms_release`. */
  removeParms(dev: net_device): void {
    const at = this.#deviceParms.findIndex((parms) => parms.dev === dev);
    if (at !== -1) this.#deviceParms.splice(at, 1);
  }

  /** How a device deals with its neighbours. */
  parmsOf(dev: net_device): NeighParms {
    return this.#deviceParms.find((parms) => parms.dev === dev) ?? this.parms;
  }

  /** The settings of a namespace's devices, the newest first. */
  parmsIn(net: Net): NeighParms[] {
    return this.#deviceParms.filter(({ dev }) => dev?.nd_net === net);
  }

  /** Forgets a namespace that has gone. */
  forget(net: Net): void {
    for (const proxy of this.proxiesOf(net)) this.#dropProxy(proxy);
  }

  #dropProxy(proxy: ProxyNeighbour): void {
    this.#proxies.splice(this.#proxies.indexOf(proxy), 1);
    this.ops.proxyRemoved?.(proxy);
  }

  #setTimer(neighbour: Neighbour, delay: number): void {
    stopTimer(neighbour);
    neighbour.timer = this.#timers.set(delay, () => {
      this.#expired(neighbour);
    });
  }

  // From net/core/neighbour.c:neigh_timer_handler.
  #expired(neighbour: Neighbour): void {
    neighbour.timer = null;
    const now = this.#timers.now();
    const parms = this.parmsOf(neighbour.dev);
    let notify = false;
    let next = now + parms.retransTime;
    const become = (state: number, tells: boolean): void => {
      neighbour.state = state;
      neighbour.updated = now;
      notify = tells;
    };
    if ((neighbour.state & NUD_IN_TIMER) === 0) return;
    if ((neighbour.state & NUD_REACHABLE) !== 0) {
      if (now <= neighbour.confirmed + parms.reachableTime) {
        // A millisecond later it is no longer.
        next = neighbour.confirmed + parms.reachableTime + 1;
      } else if (now <= neighbour.used + parms.delayProbeTime) {
        become(NUD_DELAY, false);
        next = now + parms.delayProbeTime;
      } else {
        become(NUD_STALE, true);
      }
    } else if ((neighbour.state & NUD_DELAY) !== 0) {
      if (now <= neighbour.confirmed + parms.delayProbeTime) {
        become(NUD_REACHABLE, true);
        next = neighbour.confirmed + parms.reachableTime + 1;
      } else {
        become(NUD_PROBE, true);
        neighbour.probes = 0;
      }
    }
    const isProbing = (neighbour.state & (NUD_INCOMPLETE | NUD_PROBE)) !== 0;
    if (isProbing && neighbour.probes >= parms.maxProbes((neighbour.state & NUD_PROBE) !== 0)) become(NUD_FAILED, true);
    else if (isProbing) neighbour.probes++;
    if ((neighbour.state & NUD_IN_TIMER) !== 0) this.#setTimer(neighbour, next - now);
    if (notify) this.#tell(neighbour, false, 0);
  }
}

// From net/core/neighbour.c:neigh_del_timer.
function stopTimer(neighbour: Neighbour): void {
  neighbour.timer?.cancel();
  neighbour.timer = null;
}

// From net/core/neighbour.c:neigh_update_flags.
function updateFlags(neighbour: Neighbour, flags: number): boolean {
  if ((flags & UPDATE.ADMIN) === 0) return false;
  const changing = NTF_EXT_LEARNED | NTF_MANAGED;
  const wanted = ((flags & UPDATE.EXT_LEARNED) === 0 ? 0 : NTF_EXT_LEARNED) | ((flags & UPDATE.MANAGED) === 0 ? 0 : NTF_MANAGED);
  if ((neighbour.flags & changing) === wanted) return false;
  neighbour.flags = (neighbour.flags & ~changing) | wanted;
  return true;
}

// From net/core/neighbour.c:neigh_update_is_router.
function updateRouter(neighbour: Neighbour, flags: number): boolean {
  const isRouter = (flags & UPDATE.ISROUTER) !== 0;
  if (isRouter === ((neighbour.flags & NTF_ROUTER) !== 0)) return false;
  neighbour.flags ^= NTF_ROUTER;
  return true;
}

function sameKey(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((octet, i) => octet === b[i]);
}
