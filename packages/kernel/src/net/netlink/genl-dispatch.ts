import {
  GENL_ADMIN_PERM,
  GENL_HDRLEN,
  GENL_UNS_ADMIN_PERM,
  NLMSG_HDRLEN,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_ECHO,
  NLM_F_REQUEST,
  genlmsghdr,
} from '@netdevkit/bindings';
import type { netlink_ext_ack } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { parseMessageAttributes, Validation, type AttributeTable } from '@netdevkit/netlink';
import type { Net } from '../core/net-namespace.ts';
import type { GenlCommand, GenlFamily, GenlForm } from './genl-family.ts';
import type { GenlRegistry } from './genl-registry.ts';
import type { GenlDump, GenlDumpInfo, GenlInfo, GenlPolicy } from './genl-types.ts';
import type { KernelSocket } from './netlink-sock.ts';
import type { DumpCallback, NetlinkRequest } from './netlink-types.ts';
import type { Netlink } from './netlink.ts';

/** The record behind {@link GenlInfo}. */
interface Info extends GenlInfo {
  family: GenlFamily;
  request: NetlinkRequest;
  namespace: Net;
  portid: number;
  seq: number;
  cmd: number;
  version: number;
  headerOffset: number;
  attrs: AttributeTable | null;
  extack: netlink_ext_ack;
}

/** What a dump of generic netlink keeps between chunks. */
interface DumpState {
  readonly form: GenlForm<GenlDump>;
  readonly info: GenlDumpInfo;
}

/**
 * Brings requests to the commands of their families: the `genl_rcv_msg` part of net/netlink/genetlink.c.
 */
export class GenlDispatch {
  readonly #registry: GenlRegistry;
  readonly #netlink: Netlink;
  /** Records that wait; a handler may bring about another request. */
  readonly #infos: Info[] = [];

  constructor(registry: GenlRegistry, netlink: Netlink) {
    this.#registry = registry;
    this.#netlink = netlink;
  }

  /**
   * `genl_rcv_msg`.
   *
   * @param receiver - the kernel socket that got it
   * @param initial - whether that is in the initial namespace
   */
  handle(request: NetlinkRequest, extack: netlink_ext_ack, receiver: KernelSocket, initial: boolean): number {
    const family = this.#registry.byId(request.type);
    // The second: the family does not exist in this namespace.
    if (family === undefined || (!family.netnsok && !initial)) return -errno.ENOENT;
    if (request.length < NLMSG_HDRLEN + GENL_HDRLEN + family.headerSize) return -errno.EINVAL;
    const header = request.offset + NLMSG_HDRLEN;
    const cmd = genlmsghdr.cmd(request.view, header);
    const wrong = cmd >= family.resvStart ? checkHeader(request, header) : null;
    if (wrong !== null) {
      extack._msg = wrong;
      return -errno.EINVAL;
    }
    const command = family.command(cmd);
    const dumping = (request.flags & NLM_F_DUMP) === NLM_F_DUMP;
    const form = dumping ? command?.dump : command?.do;
    if (command === undefined || form === undefined || form === null) return -errno.EOPNOTSUPP;
    if ((command.flags & (GENL_ADMIN_PERM | GENL_UNS_ADMIN_PERM)) !== 0 && !request.socket.credentials.netAdmin) return -errno.EPERM;
    return dumping ? this.#dump(request, receiver, family, command) : this.#do(request, extack, family, command);
  }

  /** `genl_family_rcv_msg_doit`. */
  #do(request: NetlinkRequest, extack: netlink_ext_ack, family: GenlFamily, { cmd, do: form }: GenlCommand): number {
    if (form === null) return -errno.EOPNOTSUPP;
    const attrs = form.take();
    const info = this.#takeInfo(request, extack, family);
    try {
      const error = parse(form, attrs, request.bytes, request.offset, family, extack);
      if (error !== 0) return error;
      info.cmd = cmd;
      info.attrs = attrs;
      return form.handler.handle(info);
    } finally {
      form.give(attrs);
      info.attrs = null;
      this.#infos.push(info);
    }
  }

  /** `genl_family_rcv_msg_dumpit`. */
  #dump(request: NetlinkRequest, receiver: KernelSocket, family: GenlFamily, command: GenlCommand): number {
    const { module } = family.spec;
    return this.#netlink.dumpStart(request, receiver, {
      start: (callback) => start(callback, family, command),
      dump: (chunk, callback) => {
        const state = dumpState(callback);
        return state === null ? 0 : state.form.handler.dump(chunk, state.info);
      },
      done: (callback) => {
        const state = dumpState(callback);
        state?.form.handler.done?.(state.info);
        state?.form.give(state.info.attrs);
      },
      doneAlone: command.dump?.handler.doneAlone ?? false,
      ...(module === undefined ? {} : { module }),
    });
  }

  #takeInfo(request: NetlinkRequest, extack: netlink_ext_ack, family: GenlFamily): Info {
    const info = this.#infos.pop();
    const headerOffset = request.offset + NLMSG_HDRLEN + GENL_HDRLEN;
    const version = genlmsghdr.version(request.view, request.offset + NLMSG_HDRLEN);
    const { namespace, portid, seq } = request;
    if (info === undefined) {
      return { family, request, namespace, portid, seq, cmd: 0, version, headerOffset, attrs: null, extack };
    }
    info.family = family;
    info.request = request;
    info.namespace = namespace;
    info.portid = portid;
    info.seq = seq;
    info.version = version;
    info.headerOffset = headerOffset;
    info.extack = extack;
    return info;
  }
}

/** `genl_start`. */
function start(callback: DumpCallback, family: GenlFamily, { cmd, dump: form }: GenlCommand): number {
  if (form === null) return -errno.EOPNOTSUPP;
  const attrs = form.take();
  const info: GenlDumpInfo = {
    family,
    callback,
    namespace: callback.namespace,
    cmd,
    headerOffset: NLMSG_HDRLEN + GENL_HDRLEN,
    attrs,
  };
  const error = parse(form, attrs, callback.request, 0, family, callback.extack) || (form.handler.start?.(info) ?? 0);
  if (error !== 0) {
    form.give(attrs);
    return error;
  }
  const state: DumpState = { form, info };
  callback.state = state;
  return 0;
}

function dumpState(callback: DumpCallback): DumpState | null {
  // CAST: `start` above put it there, before any other callback ran.
  return (callback.state as DumpState | undefined) ?? null;
}

/** `genl_family_rcv_msg_attrs_parse`. */
function parse(
  form: GenlForm<GenlPolicy>,
  attrs: AttributeTable | null,
  bytes: Uint8Array,
  offset: number,
  family: GenlFamily,
  extack: netlink_ext_ack,
): number {
  if (attrs === null) return 0;
  const mode = form.strict ? Validation.STRICT : Validation.LIBERAL;
  return parseMessageAttributes(attrs, bytes, offset, GENL_HDRLEN + family.headerSize, form.policy, mode, extack);
}

/** `genl_header_check`. */
function checkHeader(request: NetlinkRequest, header: number): string | null {
  if (genlmsghdr.reserved(request.view, header) !== 0) return 'genlmsghdr.reserved field is not 0';
  const dumping = (request.flags & NLM_F_DUMP) === NLM_F_DUMP;
  const rest = dumping ? request.flags & ~NLM_F_DUMP : request.flags;
  return (rest & ~(NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO)) === 0 ? null : 'ambiguous or reserved bits set in nlmsg_flags';
}
