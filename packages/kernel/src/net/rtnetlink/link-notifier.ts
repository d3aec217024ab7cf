import {
  IFLA_EVENT_FEATURES,
  IFLA_EVENT_NONE,
  IFLA_EVENT_REBOOT,
  RTM_DELLINK,
  RTM_NEWLINK,
  RTNLGRP_LINK,
} from '@netdevkit/bindings';
import { NETDEV_EVENT, NETREG, type net_device, type netdev_cmd } from '@netdevkit/bindings/raw';
import type { LinkMessages, Requester } from '../core/link-messages.ts';
import type { Namespaces, Net } from '../core/net-namespace.ts';
import type { SkBuffs } from '../core/skbuff.ts';
import type { Netlink } from '../netlink/netlink.ts';
import { linkMessage, type LinkFill, type LinkMessage } from './link-fill.ts';
import { RtnlSockets } from './rtnl-sockets.ts';

/** What {@link LinkNotifier} stands on. */
export interface LinkNotifierDeps {
  readonly netlink: Netlink;
  readonly skbs: SkBuffs;
  readonly namespaces: Namespaces;
}

const NOTHING = (): void => undefined;

/**
 * Tells listeners of links: `rtmsg_ifinfo` and the device notifier of net/core/rtnetlink.c.
 *
 * The device core needs it and rtnetlink needs the device core, so it is made before both, and silent until rtnetlink
 * binds it.
 *
 * Unlike Linux, a message that nobody would get is not built.
 */
export class LinkNotifier implements LinkMessages {
  /** The kernel's sockets, which come and go with the namespaces. */
  readonly sockets: RtnlSockets;
  #fill: LinkFill | null = null;

  constructor({ netlink, skbs, namespaces }: LinkNotifierDeps) {
    this.sockets = new RtnlSockets(netlink, skbs, namespaces);
  }

  /** Gives it its voice. */
  bind(fill: LinkFill): void {
    this.#fill = fill;
  }

  changed(dev: net_device, change: number, requester: Requester | null): void {
    this.#changed(dev, change, IFLA_EVENT_NONE, requester);
  }

  deleting(dev: net_device, requester: Requester | null, moved: { nsid: number; ifindex: number } | null): () => void {
    const namespace = namespaceOf(dev);
    if (!this.#isWanted(namespace, requester)) return NOTHING;
    const message = linkMessage(RTM_DELLINK);
    message.change = 0xffff_ffff;
    if (moved !== null) {
      message.newNsid = moved.nsid;
      message.newIfindex = moved.ifindex;
    }
    return this.#build(namespace, dev, message, requester);
  }

  #changed(dev: net_device, change: number, event: number, requester: Requester | null): void {
    if (dev.reg_state !== NETREG.REGISTERED) return;
    const namespace = namespaceOf(dev);
    if (!this.#isWanted(namespace, requester)) return;
    const message = linkMessage(RTM_NEWLINK);
    message.change = change;
    message.event = event;
    this.#build(namespace, dev, message, requester)();
  }

  #isWanted(namespace: Net, requester: Requester | null): boolean {
    return requester?.echo === true || this.sockets.hasListeners(namespace, RTNLGRP_LINK);
  }

  /** Builds a message; gives what sends it. From net/core/rtnetlink.c:rtmsg_ifinfo_build_skb. */
  #build(namespace: Net, dev: net_device, message: LinkMessage, requester: Requester | null): () => void {
    if (requester?.echo === true) {
      message.portid = requester.portid;
      message.seq = requester.seq;
    }
    const { sockets } = this;
    const fill = this.#fill;
    if (fill === null) return NOTHING;
    const skb = sockets.build(fill.size(dev), (writer) => fill.fill(writer, dev, message));
    if (typeof skb === 'number') {
      sockets.lost(namespace, RTNLGRP_LINK, skb);
      return NOTHING;
    }
    return () => {
      sockets.notify(namespace, skb, RTNLGRP_LINK, requester);
    };
  }

  /** What the chain of notifiers calls. From net/core/rtnetlink.c:rtnetlink_event. */
  readonly notified = (event: netdev_cmd, dev: net_device): number => {
    switch (event) {
      case NETDEV_EVENT.REBOOT:
        this.#changed(dev, 0, IFLA_EVENT_REBOOT, null);
        break;
      case NETDEV_EVENT.FEAT_CHANGE:
        this.#changed(dev, 0, IFLA_EVENT_FEATURES, null);
        break;
      case NETDEV_EVENT.CHANGEMTU:
      case NETDEV_EVENT.CHANGEADDR:
      case NETDEV_EVENT.CHANGENAME:
      case NETDEV_EVENT.CHANGE_TX_QUEUE_LEN:
        this.#changed(dev, 0, IFLA_EVENT_NONE, null);
        break;
      default:
    }
    return 0;
  };
}

function namespaceOf(dev: net_device): Net {
  // CAST: every device of this kernel was made with a Net of this kernel.
  return dev.nd_net as Net;
}
