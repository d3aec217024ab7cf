import type { net_device } from '@netdevkit/bindings/raw';
import type { Devices } from './dev.ts';
import type { Net, PernetOperations } from './net-namespace.ts';
import type { Rtnl } from './rtnl.ts';

/** What {@link DeviceExit} stands on. */
export interface DeviceExitDeps {
  readonly devices: Devices;
  readonly rtnl: Rtnl;
  /** Deletes devices of link kinds: each by its kind's own operation. */
  readonly deleteLinks: (devices: readonly net_device[]) => void;
  /** Where devices go that no link kind made; `undefined` when there is nowhere left to go. */
  readonly refuge: () => Net | undefined;
}

/**
 * What becomes of the devices of a namespace that ends. From net/core/dev.c:default_device_exit_batch.
 */
export class DeviceExit implements PernetOperations {
  readonly #deps: DeviceExitDeps;

  constructor(deps: DeviceExitDeps) {
    this.#deps = deps;
  }

  init(): number {
    return 0;
  }

  exit(namespace: Net): void {
    const { devices, rtnl, deleteLinks, refuge } = this.#deps;
    rtnl.lock();
    const target = refuge();
    for (const dev of [...namespace.devices]) {
      if (target === undefined || dev.netns_immutable || dev.rtnl_link_ops !== null) continue;
      const fallback = `dev${String(dev.ifindex)}`;
      devices.changeNamespace(dev, target, target.byName(fallback) === undefined ? fallback : 'dev%d', 0);
    }
    deleteLinks(namespace.devices.filter((dev) => dev.rtnl_link_ops?.dellink != null));
    const rest = namespace.devices.filter((dev) => !dev.netns_immutable);
    devices.unregister(rest, null);
    rtnl.unlock();
    devices.forget(namespace);
  }
}
