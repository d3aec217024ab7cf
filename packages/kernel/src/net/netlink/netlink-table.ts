import type { module } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Faults } from '../../faults.ts';
import type { Net } from '../core/net-namespace.ts';
import type { KernelSocketConfig, NetlinkSock } from './netlink-sock.ts';
import type { RequestSocket } from './netlink-types.ts';

/** The fewest groups that a family has. */
const LEAST_GROUPS = 32;

/**
 * A netlink family: `struct netlink_table`. Its sockets by namespace and port id, and who listens to its groups.
 */
export class NetlinkTable {
  /** How many namespaces have it. */
  registered = 0;
  /** How many groups there are. */
  groups = 0;
  nonrootRecv = false;
  nonrootSend = false;
  bind: ((namespace: Net, group: number, socket: RequestSocket) => number) | null = null;
  unbind: ((namespace: Net, group: number) => void) | null = null;
  release: ((socket: RequestSocket) => void) | null = null;
  module: module | null = null;
  /**
   * The sockets that are in any group, of all namespaces, newest first. Replaced, never changed: a delivery may bring
   * about that a socket leaves.
   */
  subscribers: readonly NetlinkSock[] = [];
  /** By namespace number: sockets by port id. */
  readonly #hash: (Map<number, NetlinkSock> | undefined)[] = [];
  /** How many sockets are in each group; group g at g - 1. */
  #listeners = new Uint32Array(LEAST_GROUPS);

  /** Takes a kernel socket's configuration: the first one's counts for all namespaces. */
  register(config: KernelSocketConfig): void {
    if (this.registered++ > 0) return;
    this.groups = 0;
    this.changeGroups(config.groups);
    this.nonrootRecv = config.nonrootRecv;
    this.nonrootSend = config.nonrootSend;
    this.bind = config.bind ?? null;
    this.unbind = config.unbind ?? null;
    this.release = config.release ?? null;
    this.module = config.module ?? null;
  }

  /** A kernel socket goes; with the last one the family does. */
  unregister(): void {
    if (--this.registered > 0) return;
    this.nonrootRecv = this.nonrootSend = false;
    this.bind = this.unbind = this.release = null;
    this.module = null;
  }

  /** `__netlink_change_ngroups`: never fewer than 32. */
  changeGroups(groups: number): void {
    this.groups = Math.max(groups, LEAST_GROUPS);
    if (this.#listeners.length >= this.groups) return;
    const listeners = new Uint32Array(this.groups);
    listeners.set(this.#listeners);
    this.#listeners = listeners;
  }

  lookup(namespace: Net, portid: number): NetlinkSock | undefined {
    return this.#hash[namespace.id]?.get(portid);
  }

  /** The sockets of a namespace, those of the kernel too. */
  socketsOf(namespace: Net): NetlinkSock[] {
    return [...(this.#hash[namespace.id]?.values() ?? [])];
  }

  /** `netlink_insert`: -EADDRINUSE when the port id is taken. */
  insert(sock: NetlinkSock, portid: number): number {
    if (sock.bound) return sock.portid === portid ? 0 : -errno.EBUSY;
    const sockets = (this.#hash[sock.namespace.id] ??= new Map<number, NetlinkSock>());
    if (sockets.has(portid)) return -errno.EADDRINUSE;
    sock.portid = portid;
    sockets.set(portid, sock);
    // A kernel socket's number, 0, leaves it unbound, as on Linux.
    sock.bound = portid !== 0;
    return 0;
  }

  /** `netlink_remove`: the socket is found no more and hears nothing. */
  remove(sock: NetlinkSock): void {
    const sockets = this.#hash[sock.namespace.id];
    if (sockets?.get(sock.portid) === sock) sockets.delete(sock.portid);
    for (let group = 1; group <= sock.ngroups && sock.subscriptions > 0; group++) this.setMember(sock, group, false);
  }

  /** Forgets a namespace, whose sockets have gone. */
  forget(namespace: Net): void {
    this.#hash[namespace.id] = undefined;
  }

  /** `netlink_realloc_groups`: room for all groups of the family. */
  reallocGroups(sock: NetlinkSock, faults: Faults): number {
    if (this.registered === 0) return -errno.ENOENT;
    if (sock.ngroups >= this.groups) return 0;
    if (faults.shouldFail('netlink_groups')) return -errno.ENOMEM;
    const groups = new Uint32Array(Math.ceil(this.groups / 32));
    if (sock.groups !== null) groups.set(sock.groups);
    sock.groups = groups;
    sock.ngroups = this.groups;
    return 0;
  }

  /** Lets a socket into a group, or out of it; the group is one that the socket has room for. */
  setMember(sock: NetlinkSock, group: number, member: boolean): void {
    const { groups } = sock;
    if (groups === null || sock.isMember(group) === member) return;
    const index = group - 1;
    groups[index >>> 5] = (groups[index >>> 5] ?? 0) ^ (1 << (index & 31));
    this.#listeners[index] = (this.#listeners[index] ?? 0) + (member ? 1 : -1);
    sock.subscriptions += member ? 1 : -1;
    if (member && sock.subscriptions === 1) this.subscribers = [sock, ...this.subscribers];
    else if (!member && sock.subscriptions === 0) this.subscribers = this.subscribers.filter((other) => other !== sock);
  }

  /** `netlink_has_listeners`: whether a socket of any namespace is in the group. */
  hasListeners(group: number): boolean {
    return (this.#listeners[group - 1] ?? 0) > 0;
  }

  /** The sockets of a namespace that hear a group: those without a port id do not. */
  listeners(namespace: Net, group: number): NetlinkSock[] {
    return this.subscribers.filter((sock) => sock.namespace === namespace && sock.portid !== 0 && sock.isMember(group));
  }
}
