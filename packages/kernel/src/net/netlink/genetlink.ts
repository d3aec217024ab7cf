import {
  CTRL_CMD_DELFAMILY,
  CTRL_CMD_DELMCAST_GRP,
  CTRL_CMD_NEWFAMILY,
  CTRL_CMD_NEWMCAST_GRP,
  NETLINK_GENERIC,
  NLM_F_ECHO,
} from '@netdevkit/bindings';
import type { sk_buff } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { MessageWriter } from '@netdevkit/netlink';
import type { Namespaces, Net } from '../core/net-namespace.ts';
import type { SkBuffs } from '../core/skbuff.ts';
import { Controller } from './genl-controller.ts';
import { GenlDispatch } from './genl-dispatch.ts';
import type { GenlFamily } from './genl-family.ts';
import { GenlMessages, type GenlHeader } from './genl-message.ts';
import { GenlRegistry } from './genl-registry.ts';
import type { GenlFamilySpec, GenlInfo } from './genl-types.ts';
import type { ModuleReferences } from './netlink-deps.ts';
import type { KernelSocket, KernelSocketConfig } from './netlink-sock.ts';
import type { Netlink } from './netlink.ts';
import { PernetSockets } from './pernet-sockets.ts';

/** The number of the controller's group among its own. */
const NOTIFY = 0;

/** What {@link Genetlink} stands on. */
export interface GenetlinkDeps {
  readonly netlink: Netlink;
  readonly namespaces: Namespaces;
  readonly modules: ModuleReferences;
  readonly skbs: SkBuffs;
}

/**
 * Generic netlink: families that share one protocol, and the controller that tells of them. net/netlink/genetlink.c.
 *
 * Results are negative errnos. Construct it before the first namespace.
 */
export class Genetlink {
  readonly #deps: GenetlinkDeps;
  readonly #registry = new GenlRegistry();
  readonly #messages: GenlMessages;
  readonly #controller: Controller;
  readonly #dispatch: GenlDispatch;
  readonly #sockets: PernetSockets;
  /** The namespace that families without `netnsok` are in. */
  #initial: Net | null = null;

  constructor(deps: GenetlinkDeps) {
    this.#deps = deps;
    this.#messages = new GenlMessages(deps.skbs);
    this.#dispatch = new GenlDispatch(this.#registry, deps.netlink);
    this.#controller = new Controller({
      registry: this.#registry,
      messages: this.#messages,
      modules: deps.modules,
      isInitial: (namespace) => namespace === this.#initial,
      reply: (info, skb) => this.reply(info, skb),
    });
    this.#sockets = new PernetSockets(deps, NETLINK_GENERIC, (namespace) => this.#configOf(namespace), -errno.ENOMEM);
    deps.namespaces.register({
      init: (namespace) => {
        this.#initial ??= namespace;
        return 0;
      },
      exit: (namespace) => {
        if (namespace === this.#initial) this.#initial = null;
      },
    });
  }

  /** The families that are registered, by ascending message type. */
  families(): GenlFamily[] {
    return this.#registry.all();
  }

  /**
   * `genl_register_family`: the controller's listeners are told of the family and of its groups.
   *
   * @returns the family; -EINVAL for one that contradicts itself, -EEXIST, -ENOSPC when no message type is free
   */
  register(spec: GenlFamilySpec): GenlFamily | number {
    const family = this.#registry.add(spec);
    if (typeof family === 'number') return family;
    if (this.#initial !== null && family.groups.length > 0) this.#deps.netlink.changeGroups(NETLINK_GENERIC, this.#registry.groupRoom);
    this.#tell(family, () => this.#controller.familyMessage(family, CTRL_CMD_NEWFAMILY, 0, 0));
    family.groups.forEach((_, i) => {
      this.#tell(family, () => this.#controller.groupMessage(family, i, CTRL_CMD_NEWMCAST_GRP));
    });
    return family;
  }

  /**
   * `genl_unregister_family`: nobody is in its groups any more.
   *
   * @returns 0; -ENOENT when it is not registered
   */
  unregister(family: GenlFamily): number {
    if (this.#registry.byId(family.id) !== family) return -errno.ENOENT;
    family.groups.forEach((_, i) => {
      this.#deps.netlink.clearMulticastUsers(NETLINK_GENERIC, family.groupOffset + i);
    });
    family.groups.forEach((_, i) => {
      this.#registry.freeGroup(family.groupOffset + i);
      this.#tell(family, () => this.#controller.groupMessage(family, i, CTRL_CMD_DELMCAST_GRP));
    });
    this.#registry.remove(family);
    this.#tell(family, () => this.#controller.familyMessage(family, CTRL_CMD_DELFAMILY, 0, 0));
    return 0;
  }

  /**
   * Builds a datagram of one message: `genlmsg_new`, `genlmsg_put`, `genlmsg_end`.
   *
   * @param fill - writes what follows the headers
   * @param size - octets of the datagram at most; by default NLMSG_GOODSIZE
   * @returns the skb; -ENOBUFS without memory, -EMSGSIZE when it does not fit
   */
  message(family: GenlFamily, header: GenlHeader, fill: (writer: MessageWriter) => void, size?: number): sk_buff | number {
    return this.#messages.build(family, header, fill, size);
  }

  /** `genlmsg_reply`: answers a request. Settles or queues the skb. */
  reply(info: GenlInfo, skb: sk_buff): number {
    return this.#send(info.namespace, skb, (socket) => this.#deps.netlink.unicast(socket, skb, info.portid));
  }

  /**
   * `genlmsg_multicast_netns`. Consumes the skb.
   *
   * @param index - of the group in its family
   * @param excludePortid - who does not get it
   * @returns 0; -ESRCH when nobody got it; -EINVAL for a group that the family does not have
   */
  multicast(family: GenlFamily, namespace: Net, skb: sk_buff, index: number, excludePortid = 0): number {
    if (!this.#hasGroup(family, index, skb)) return -errno.EINVAL;
    return this.#send(namespace, skb, (socket) =>
      this.#deps.netlink.broadcast(socket, skb, family.groupOffset + index, excludePortid),
    );
  }

  /** `genlmsg_multicast_allns`: {@link multicast} in every namespace. Consumes the skb. */
  multicastAll(family: GenlFamily, skb: sk_buff, index: number, excludePortid = 0): number {
    if (!this.#hasGroup(family, index, skb)) return -errno.EINVAL;
    const { netlink, skbs } = this.#deps;
    let delivered = false;
    let error = 0;
    for (const socket of this.#sockets) {
      const twin = skbs.clone(skb);
      const result = twin === null ? -errno.ENOMEM : netlink.broadcast(socket, twin, family.groupOffset + index, excludePortid);
      if (result === 0) delivered = true;
      else if (result !== -errno.ESRCH) error = result;
      if (error !== 0) break;
    }
    skbs.consume(skb);
    return error !== 0 ? error : delivered ? 0 : -errno.ESRCH;
  }

  /** `genl_notify`: to a group, and with NLM_F_ECHO to the requester by itself. Consumes the skb. */
  notify(family: GenlFamily, skb: sk_buff, info: GenlInfo, index: number): number {
    if (!this.#hasGroup(family, index, skb)) return -errno.EINVAL;
    const echo = (info.request.flags & NLM_F_ECHO) !== 0;
    return this.#send(info.namespace, skb, (socket) =>
      this.#deps.netlink.notify(socket, skb, info.portid, family.groupOffset + index, echo),
    );
  }

  /** Whether anybody is in a group, in whatever namespace: `genl_has_listeners`. */
  hasListeners(family: GenlFamily, index: number): boolean {
    const [socket] = this.#sockets;
    return socket !== undefined && this.#deps.netlink.hasListeners(socket, family.groupOffset + index);
  }

  #hasGroup(family: GenlFamily, index: number, skb: sk_buff): boolean {
    if (index >= 0 && index < family.groups.length) return true;
    this.#deps.skbs.drop(skb, 'NOT_SPECIFIED');
    return false;
  }

  /** Sends through a namespace's socket; a namespace that goes has none. */
  #send(namespace: Net, skb: sk_buff, send: (socket: KernelSocket) => number): number {
    const socket = this.#sockets.of(namespace);
    if (socket !== undefined) return send(socket);
    this.#deps.skbs.drop(skb, 'NO_SOCKET');
    return -errno.ECONNREFUSED;
  }

  /** `genl_ctrl_event`: what cannot be built for want of memory is not told. */
  #tell(family: GenlFamily, build: () => sk_buff | number): void {
    if (this.#initial === null) return;
    const skb = build();
    if (typeof skb === 'number') return;
    if (family.netnsok) this.multicastAll(this.#controller.family, skb, NOTIFY);
    else this.multicast(this.#controller.family, this.#initial, skb, NOTIFY);
  }

  /** `genl_pernet_init`. */
  #configOf(namespace: Net): KernelSocketConfig {
    const hasGroups = this.#registry.all().some(({ id, groups }) => id !== this.#controller.family.id && groups.length > 0);
    return {
      groups: hasGroups ? this.#registry.groupRoom : 0,
      nonrootRecv: true,
      nonrootSend: false,
      input: (skb, sender, receiver) => {
        this.#deps.netlink.receive(skb, sender, receiver, (request, extack) =>
          this.#dispatch.handle(request, extack, receiver, namespace === this.#initial),
        );
      },
      bind: (_namespace, group, { credentials }) => {
        const found = this.#registry.ofGroup(group);
        if (found === undefined) return 0;
        if (found.family.groups[found.index]?.netAdmin === true && !credentials.netAdmin) return -errno.EPERM;
        found.family.spec.bind?.(found.index);
        return 0;
      },
      unbind: (_namespace, group) => {
        const found = this.#registry.ofGroup(group);
        found?.family.spec.unbind?.(found.index);
      },
    };
  }
}
