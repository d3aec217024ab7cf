import { IFLA_AF_SPEC } from '@netdevkit/bindings';
import type { net_device, netdev_cmd, netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeCursor, type AttributeTable, type MessageWriter } from '@netdevkit/netlink';
import type { Net } from '../core/net-namespace.ts';

/**
 * What one address family says of links: `struct rtnl_af_ops` (include/net/rtnetlink.h).
 *
 * Offsets and lengths are of the nest's contents, in octets.
 */
export interface LinkFamily {
  /** `AF_*`. */
  readonly family: number;
  /** What its texts begin with: `ipv4`. */
  readonly prefix: string;
  /** The group that hears of its settings. */
  readonly netconfGroup: number;
  /** What a question about the settings of a device is told that has none. */
  readonly noDevice: 'ENODEV' | 'EINVAL';
  /** Something happened to a device: 0, or a negative errno that vetoes. */
  event(event: netdev_cmd, dev: net_device): number;
  /** Whether the family has anything to say of a device. */
  has(dev: net_device): boolean;
  /** Writes what it has to say. */
  fill(writer: MessageWriter, dev: net_device, extMask: number): void;
  /** Those of its settings that `RTM_NEWNETCONF` tells, in their order: `NETCONFA_*` and value. */
  netconf(net: Net, target: ConfTarget): readonly (readonly [type: number, value: number])[];
  /** Whether a change is acceptable: 0, or a negative errno. */
  validate(dev: net_device, bytes: Uint8Array, offset: number, length: number, extack: netlink_ext_ack | null): number;
  /** Makes a change that was found acceptable: 0, or a negative errno. */
  set(dev: net_device, bytes: Uint8Array, offset: number, length: number, extack: netlink_ext_ack | null): number;
}

/**
 * Whether the settings of a device may be called like the device: these two are those of no single one.
 *
 * From include/net/ip.h:sysctl_dev_name_is_allowed.
 */
export function isSettingsName(name: string): boolean {
  return name !== 'all' && name !== 'default';
}

/** Whose settings: those of one device, those for all of them, or those that devices are given when they come. */
export type ConfTarget = net_device | 'all' | 'default';

/** Hears of settings. */
export interface SettingsListener {
  /** A family has begun or ended to keep settings for a device. */
  changed(family: LinkFamily, dev: net_device, gone: boolean): void;
  /** A setting has changed: `NETCONFA_*`. */
  settingChanged(family: LinkFamily, net: Net, target: ConfTarget, type: number): void;
}

/**
 * `IFLA_AF_SPEC`: what the address families say of links. Each is told of devices as a notifier is.
 */
export class AfSpec {
  readonly families: readonly LinkFamily[];

  /**
   * @param families - in the order in which messages show them
   */
  constructor(families: readonly LinkFamily[]) {
    this.families = families;
  }

  /** A family by its number. */
  family(number: number): LinkFamily | undefined {
    return this.families.find(({ family }) => family === number);
  }

  event(event: netdev_cmd, dev: net_device): number {
    for (const family of this.families) {
      const error = family.event(event, dev);
      if (error < 0) return error;
    }
    return 0;
  }

  // From net/core/rtnetlink.c:rtnl_fill_link_af.
  fill(writer: MessageWriter, dev: net_device, extMask: number): void {
    const nest = writer.nestStart(IFLA_AF_SPEC);
    for (const family of this.families) {
      if (!family.has(dev)) continue;
      const own = writer.nestStart(family.family);
      family.fill(writer, dev, extMask);
      writer.nestEnd(own);
    }
    writer.nestEnd(nest);
  }

  /** Checks the `IFLA_AF_SPEC` of a request. From net/core/rtnetlink.c:validate_linkmsg. */
  validate(dev: net_device, tb: AttributeTable, extack: netlink_ext_ack | null): number {
    return this.#each(tb, (family, cursor) => family.validate(dev, cursor.bytes, cursor.offset, cursor.length, extack));
  }

  /**
   * Does what the `IFLA_AF_SPEC` of a request asks for, until something fails.
   *
   * @param done - called after each family
   */
  set(dev: net_device, tb: AttributeTable, extack: netlink_ext_ack | null, done: () => void): number {
    return this.#each(tb, (family, cursor) => {
      const error = family.set(dev, cursor.bytes, cursor.offset, cursor.length, extack);
      if (error === 0) done();
      return error;
    });
  }

  #each(tb: AttributeTable, act: (family: LinkFamily, cursor: AttributeCursor) => number): number {
    const at = tb.offset(IFLA_AF_SPEC);
    if (at === -1) return 0;
    const cursor = new AttributeCursor();
    cursor.reset(tb.bytes, at, at + tb.length(IFLA_AF_SPEC));
    while (cursor.next()) {
      const family = this.family(cursor.type);
      if (family === undefined) return -errno.EAFNOSUPPORT;
      const error = act(family, cursor);
      if (error < 0) return error;
    }
    return 0;
  }
}
