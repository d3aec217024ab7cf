import type { net_device, rtnl_link_ops } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { Faults } from '../../faults.ts';
import type { Printk } from '../../printk.ts';
import type { Devices } from '../core/dev.ts';
import type { Requester } from '../core/link-messages.ts';
import type { Namespaces } from '../core/net-namespace.ts';
import type { Rtnl } from '../core/rtnl.ts';
import { UnregisterQueue } from './unregister-queue.ts';

/** The greatest type that a kind's own attributes may have: RTNL_MAX_TYPE. */
const MAX_TYPE = 50;

/** What {@link LinkOps} stands on. */
export interface LinkOpsDeps {
  readonly devices: Devices;
  readonly namespaces: Namespaces;
  readonly rtnl: Rtnl;
  readonly faults: Faults;
  readonly log: Printk;
}

/**
 * The kinds of link that drivers have registered: `link_ops` of net/core/rtnetlink.c.
 */
export class LinkOps {
  readonly queue: UnregisterQueue;
  readonly #namespaces: Namespaces;
  readonly #rtnl: Rtnl;
  readonly #faults: Faults;
  readonly #log: Printk;
  readonly #kinds = new Map<string, rtnl_link_ops>();

  constructor({ devices, namespaces, rtnl, faults, log }: LinkOpsDeps) {
    this.queue = new UnregisterQueue(devices);
    this.#namespaces = namespaces;
    this.#rtnl = rtnl;
    this.#faults = faults;
    this.#log = log;
  }

  /** `rtnl_link_ops_get`. */
  find(kind: string): rtnl_link_ops | undefined {
    return this.#kinds.get(kind);
  }

  /** `rtnl_link_register`: EEXIST when the kind is there, EINVAL when it has too many attributes. */
  register(ops: rtnl_link_ops): number {
    if (ops.maxtype > MAX_TYPE || ops.maxtype < 0) {
      this.#log.warn(`rtnl_link_register: ${ops.kind}: maxtype ${String(ops.maxtype)} exceeds ${String(MAX_TYPE)}`);
      return -errno.EINVAL;
    }
    if (this.#kinds.has(ops.kind)) return -errno.EEXIST;
    if (this.#faults.shouldFail('link_ops')) return -errno.ENOMEM;
    this.#kinds.set(ops.kind, ops);
    return 0;
  }

  /** `rtnl_link_unregister`: every device of the kind goes, in every namespace, before the kind does. */
  unregister(ops: rtnl_link_ops): void {
    if (this.#kinds.get(ops.kind) !== ops) {
      this.#log.warn(`rtnl_link_unregister: ${ops.kind} is not registered`);
      return;
    }
    this.#rtnl.lock();
    for (const namespace of this.#namespaces.all) {
      this.delete(namespace.devices.filter((dev) => dev.rtnl_link_ops === ops), null);
    }
    this.#kinds.delete(ops.kind);
    this.#rtnl.unlock();
  }

  /** Whether a device goes on request: not one that no kind made, or whose kind can neither make nor delete. */
  canDelete(dev: net_device): boolean {
    const ops = dev.rtnl_link_ops;
    return ops !== null && (ops.dellink !== null || ops.setup !== null);
  }

  /** Deletes devices for which {@link canDelete} holds, as one batch. */
  delete(devices: readonly net_device[], requester: Requester | null): void {
    this.queue.run(() => {
      for (const dev of devices) this.#dellink(dev);
    }, requester);
  }

  #dellink(dev: net_device): void {
    const ops = dev.rtnl_link_ops;
    // From net/core/rtnetlink.c:__rtnl_link_register: a kind that makes devices can delete them.
    if (ops !== null && ops.dellink !== null) ops.dellink(dev);
    else this.queue.add(dev);
  }
}
