import {
  NETNSA_CURRENT_NSID,
  NETNSA_FD,
  NETNSA_MAX,
  NETNSA_NSID,
  NETNSA_PID,
  NETNSA_TARGET_NSID,
  NLA_HDRLEN,
  NLM_F_ECHO,
  NLM_F_MULTI,
  RTM_DELNSID,
  RTM_NEWNSID,
  RTNLGRP_NSID,
  rtgenmsg,
} from '@netdevkit/bindings';
import type { netlink_ext_ack, nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation, type MessageWriter } from '@netdevkit/netlink';
import type { Namespaces, Net } from '../core/net-namespace.ts';
import type { DumpCallback, NetlinkRequest } from '../netlink/netlink-types.ts';
import { netByNsid } from './link-netns.ts';
import { policies } from './link-policy.ts';
import { refuse } from './link-request.ts';
import type { Asker, RtnlSockets } from './rtnl-sockets.ts';

/** Octets of a message: headers and two numbers. */
const MESSAGE_SIZE = 64;

const POLICY: nla_policies = policies(NETNSA_MAX, {
  [NETNSA_NSID]: { type: 'NLA_S32' },
  [NETNSA_PID]: { type: 'NLA_U32' },
  [NETNSA_FD]: { type: 'NLA_U32' },
  [NETNSA_TARGET_NSID]: { type: 'NLA_S32' },
});

/** What one message tells. */
interface NsidMessage {
  readonly type: number;
  readonly flags: number;
  readonly portid: number;
  readonly seq: number;
  readonly nsid: number;
  /** By which number the asker's own namespace knows the peer; `undefined` to leave it out. */
  readonly current: number | undefined;
}

/** Where a dump stands. */
class NsidDump {
  readonly namespace: Net;
  /** The namespace whose own numbers are told beside. */
  readonly reference: Net | undefined;
  /** The greatest number that was told. */
  last = -1;

  constructor(namespace: Net, reference: Net | undefined) {
    this.namespace = namespace;
    this.reference = reference;
  }
}

/**
 * RTM_NEWNSID and RTM_GETNSID: the numbers by which namespaces know each other. net/core/net_namespace.c.
 */
export class Nsids {
  readonly #namespaces: Namespaces;
  readonly #sockets: RtnlSockets;
  readonly #table = new AttributeTable(NETNSA_MAX);

  constructor(namespaces: Namespaces, sockets: RtnlSockets) {
    this.#namespaces = namespaces;
    this.#sockets = sockets;
  }

  /** From net/core/net_namespace.c:rtnl_net_newid. */
  readonly create = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const table = this.#table;
    const { namespace } = request;
    const error = parseMessageAttributes(table, request.bytes, request.offset, rtgenmsg.SIZE, POLICY, Validation.LIBERAL, extack);
    if (error < 0) return error;
    const nsid = table.s32(NETNSA_NSID);
    if (nsid === undefined) return refuse(extack, 'EINVAL', 'nsid is missing');
    const peer = this.#peer(namespace, false, extack);
    if (typeof peer === 'number') return peer;
    if (this.#namespaces.nsidOf(namespace, peer) >= 0) {
      return this.#bad(extack, this.#reference(false), 'EEXIST', 'Peer netns already has a nsid assigned');
    }
    const given = this.#namespaces.setNsid(namespace, peer, nsid);
    if (given === -errno.ENOSPC && nsid >= 0) {
      return this.#bad(extack, NETNSA_NSID, 'EEXIST', 'The specified nsid is already used');
    }
    if (given < 0) return given;
    const { portid, seq } = request;
    this.#notify(namespace, RTM_NEWNSID, given, seq, { portid, echo: (request.flags & NLM_F_ECHO) !== 0 });
    return 0;
  };

  /** From net/core/net_namespace.c:rtnl_net_getid. */
  readonly get = (request: NetlinkRequest, extack: netlink_ext_ack): number => {
    const table = this.#table;
    const { namespace, portid, seq } = request;
    const error = this.#parseGet(request, extack);
    if (error < 0) return error;
    const peer = this.#peer(namespace, true, extack);
    if (typeof peer === 'number') return peer;
    const target = table.s32(NETNSA_TARGET_NSID);
    const viewer = target === undefined ? namespace : netByNsid(namespace, target, request.socket);
    if (typeof viewer === 'number') {
      this.#bad(extack, NETNSA_TARGET_NSID, 'EINVAL', 'Target netns reference is invalid');
      return viewer;
    }
    const message: NsidMessage = {
      type: RTM_NEWNSID,
      flags: 0,
      portid,
      seq,
      nsid: this.#namespaces.nsidOf(viewer, peer),
      current: target === undefined ? undefined : this.#namespaces.nsidOf(namespace, peer),
    };
    const skb = this.#sockets.build(MESSAGE_SIZE, (writer) => fill(writer, message));
    return typeof skb === 'number' ? -errno.ENOMEM : this.#sockets.unicast(namespace, skb, portid);
  };

  /** From net/core/net_namespace.c:rtnl_net_dumpid. */
  readonly dump = (chunk: MessageWriter, callback: DumpCallback): number => {
    const state = callback.state instanceof NsidDump ? callback.state : this.#start(callback);
    if (typeof state === 'number') return state;
    callback.state = state;
    const { portid, seq } = callback;
    for (const [nsid, peer] of [...state.namespace.nsids].sort(([a], [b]) => a - b)) {
      if (nsid <= state.last) continue;
      const current = state.reference === undefined ? undefined : this.#namespaces.nsidOf(state.reference, peer);
      const error = fill(chunk, { type: RTM_NEWNSID, flags: NLM_F_MULTI, portid, seq, nsid, current });
      if (error < 0) return chunk.length > 0 ? 1 : error;
      state.last = nsid;
    }
    return 0;
  };

  /** A namespace gave another a number by itself, or the other is gone. */
  readonly changed = (namespace: Net, nsid: number, gone: boolean): void => {
    this.#notify(namespace, gone ? RTM_DELNSID : RTM_NEWNSID, nsid, 0, null);
  };

  /** From net/core/net_namespace.c:rtnl_net_notifyid. Unlike those about links, these messages bear the asker's numbers always. */
  #notify(namespace: Net, type: number, nsid: number, seq: number, asker: Asker | null): void {
    if (asker?.echo !== true && !this.#sockets.hasListeners(namespace, RTNLGRP_NSID)) return;
    const message: NsidMessage = { type, flags: 0, portid: asker?.portid ?? 0, seq, nsid, current: undefined };
    const skb = this.#sockets.build(MESSAGE_SIZE, (writer) => fill(writer, message));
    if (typeof skb === 'number') this.#sockets.lost(namespace, RTNLGRP_NSID, -errno.ENOMEM);
    else this.#sockets.notify(namespace, skb, RTNLGRP_NSID, asker);
  }

  /** From net/core/net_namespace.c:rtnl_net_valid_getid_req. */
  #parseGet(request: NetlinkRequest, extack: netlink_ext_ack): number {
    const { strictCheck } = request.socket;
    const mode = strictCheck ? Validation.DEPRECATED_STRICT : Validation.LIBERAL;
    const error = parseMessageAttributes(this.#table, request.bytes, request.offset, rtgenmsg.SIZE, POLICY, mode, extack);
    if (error < 0 || !strictCheck || !this.#table.has(NETNSA_CURRENT_NSID)) return error;
    return refuse(extack, 'EINVAL', 'Unsupported attribute in peer netns getid request');
  }

  /** Reads what a dump asks for. From net/core/net_namespace.c:rtnl_valid_dump_net_req. */
  #start({ namespace, socket, request, strictCheck, extack }: DumpCallback): NsidDump | number {
    if (!strictCheck) return new NsidDump(namespace, undefined);
    const table = this.#table;
    const error = parseMessageAttributes(table, request, 0, rtgenmsg.SIZE, POLICY, Validation.DEPRECATED_STRICT, extack);
    if (error < 0) return error;
    let dump = new NsidDump(namespace, undefined);
    for (let type = 1; type <= NETNSA_MAX; type++) {
      if (!table.has(type)) continue;
      if (type !== NETNSA_TARGET_NSID) return this.#bad(extack, type, 'EINVAL', 'Unsupported attribute in dump request');
      const target = netByNsid(namespace, table.s32(type) ?? -1, socket);
      if (typeof target === 'number') {
        this.#bad(extack, type, 'EINVAL', 'Invalid target network namespace id');
        return target;
      }
      dump = new NsidDump(target, namespace);
    }
    return dump;
  }

  /** The attribute by which the request names the peer, 0 for none. */
  #reference(byNumber: boolean): number {
    if (this.#table.has(NETNSA_PID)) return NETNSA_PID;
    if (this.#table.has(NETNSA_FD)) return NETNSA_FD;
    return byNumber && this.#table.has(NETNSA_NSID) ? NETNSA_NSID : 0;
  }

  /**
   * The namespace that the request is about.
   *
   * @param byNumber - whether its number may name it
   */
  #peer(namespace: Net, byNumber: boolean, extack: netlink_ext_ack): Net | number {
    const type = this.#reference(byNumber);
    const value = this.#table.u32(type) ?? 0;
    let peer: Net | number;
    if (type === NETNSA_PID) peer = this.#namespaces.byProcess(value);
    else if (type === NETNSA_FD) peer = this.#namespaces.byDescriptor(value);
    else if (type === NETNSA_NSID) peer = namespace.nsids.get(value | 0) ?? -errno.ENOENT;
    else return refuse(extack, 'EINVAL', 'Peer netns reference is missing');
    if (typeof peer === 'number') this.#bad(extack, type, 'EINVAL', 'Peer netns reference is invalid');
    return peer;
  }

  #bad(extack: netlink_ext_ack, type: number, code: 'EINVAL' | 'EEXIST', message: string): number {
    extack.bad_attr = this.#table.offset(type) - NLA_HDRLEN;
    extack.policy = null;
    return refuse(extack, code, message);
  }
}

// From net/core/net_namespace.c:rtnl_net_fill.
function fill(writer: MessageWriter, { type, flags, portid, seq, nsid, current }: NsidMessage): number {
  const mark = writer.mark();
  writer.begin(type, flags, seq, portid);
  // The family, AF_UNSPEC.
  writer.reserve(rtgenmsg.SIZE);
  writer.putS32(NETNSA_NSID, nsid);
  if (current !== undefined) writer.putS32(NETNSA_CURRENT_NSID, current);
  if (writer.overflowed) {
    writer.cancel(mark);
    return -errno.EMSGSIZE;
  }
  writer.end();
  return 0;
}
