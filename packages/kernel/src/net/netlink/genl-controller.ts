import {
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_HDRSIZE,
  CTRL_ATTR_MAXATTR,
  CTRL_ATTR_MCAST_GROUPS,
  CTRL_ATTR_MCAST_GRP_ID,
  CTRL_ATTR_MCAST_GRP_NAME,
  CTRL_ATTR_OPS,
  CTRL_ATTR_OP_FLAGS,
  CTRL_ATTR_OP_ID,
  CTRL_ATTR_VERSION,
  CTRL_CMD_GETFAMILY,
  CTRL_CMD_GETPOLICY,
  CTRL_CMD_NEWFAMILY,
  GENL_NAMSIZ,
  NETLINK_GENERIC,
  NLM_F_MULTI,
  PF_NETLINK,
} from '@netdevkit/bindings';
import type { nla_policies, sk_buff } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import type { MessageWriter } from '@netdevkit/netlink';
import type { Net } from '../core/net-namespace.ts';
import type { GenlFamily } from './genl-family.ts';
import { putGenlHeader, type GenlMessages } from './genl-message.ts';
import { PolicyDumps } from './genl-policy-dump.ts';
import type { GenlRegistry } from './genl-registry.ts';
import type { GenlDumpInfo, GenlFamilySpec, GenlInfo } from './genl-types.ts';
import type { ModuleReferences } from './netlink-deps.ts';

/** What CTRL_CMD_GETFAMILY takes. */
const POLICY: nla_policies = (() => {
  const policy: nla_policies[number][] = [];
  policy[CTRL_ATTR_FAMILY_ID] = { type: 'NLA_U16' };
  policy[CTRL_ATTR_FAMILY_NAME] = { type: 'NLA_NUL_STRING', len: GENL_NAMSIZ - 1 };
  return policy;
})();

/** What {@link Controller} stands on. */
export interface ControllerDeps {
  readonly registry: GenlRegistry;
  readonly messages: GenlMessages;
  readonly modules: ModuleReferences;
  /** Whether a namespace is the initial one. */
  readonly isInitial: (namespace: Net) => boolean;
  /** Answers a request; settles the skb. */
  readonly reply: (info: GenlInfo, skb: sk_buff) => number;
}

/**
 * The family that tells of families: `nlctrl` of net/netlink/genetlink.c.
 */
export class Controller {
  readonly #deps: ControllerDeps;
  /** Itself, as it is registered. */
  readonly family: GenlFamily;
  /** How many families each dump under way has told. */
  readonly #told = new WeakMap<object, number>();

  constructor(deps: ControllerDeps) {
    this.#deps = deps;
    const spec: GenlFamilySpec = {
      name: 'nlctrl',
      version: 2,
      netnsok: true,
      resvStart: CTRL_CMD_GETPOLICY + 1,
      ops: [
        {
          cmd: CTRL_CMD_GETFAMILY,
          do: { policy: POLICY, strict: false, handle: (info) => this.#getFamily(info) },
          dump: { policy: POLICY, dump: (chunk, info) => this.#dumpFamilies(chunk, info) },
        },
        { cmd: CTRL_CMD_GETPOLICY, dump: new PolicyDumps(deps.registry, deps.modules, () => this.family) },
      ],
      mcgrps: [{ name: 'notify' }],
    };
    const family = deps.registry.add(spec);
    if (typeof family === 'number') throw new Error(`nlctrl: expected a registry that is empty, got errno ${String(-family)}`);
    this.family = family;
  }

  /** `ctrl_build_family_msg`: what tells of a family, to nobody yet. */
  familyMessage(family: GenlFamily, cmd: number, portid: number, seq: number): sk_buff | number {
    return this.#deps.messages.build(this.family, { portid, seq, flags: 0, cmd }, (writer) => {
      putFamily(writer, family);
    });
  }

  /** `ctrl_build_mcgrp_msg`: what tells of one of a family's groups. */
  groupMessage(family: GenlFamily, index: number, cmd: number): sk_buff | number {
    return this.#deps.messages.build(this.family, { portid: 0, seq: 0, flags: 0, cmd }, (writer) => {
      writer.putString(CTRL_ATTR_FAMILY_NAME, family.name);
      writer.putU16(CTRL_ATTR_FAMILY_ID, family.id);
      const nest = writer.nestStart(CTRL_ATTR_MCAST_GROUPS);
      putGroup(writer, family, index, 1);
      writer.nestEnd(nest);
    });
  }

  /** `ctrl_getfamily`: a name counts more than a number, and may bring a module. */
  #getFamily(info: GenlInfo): number {
    const { registry, modules, isInitial, reply } = this.#deps;
    const id = info.attrs?.u16(CTRL_ATTR_FAMILY_ID);
    const name = info.attrs?.string(CTRL_ATTR_FAMILY_NAME);
    if (id === undefined && name === undefined) return -errno.EINVAL;
    let family = id === undefined ? undefined : registry.byId(id);
    if (name !== undefined) {
      family = registry.byName(name);
      if (family === undefined) {
        modules.request(`net-pf-${String(PF_NETLINK)}-proto-${String(NETLINK_GENERIC)}-family-${name}`);
        family = registry.byName(name);
      }
    }
    if (family === undefined || (!family.netnsok && !isInitial(info.namespace))) return -errno.ENOENT;
    const skb = this.familyMessage(family, CTRL_CMD_NEWFAMILY, info.portid, info.seq);
    return typeof skb === 'number' ? skb : reply(info, skb);
  }

  /** `ctrl_dumpfamily`. */
  #dumpFamilies(chunk: MessageWriter, { callback, namespace }: GenlDumpInfo): number {
    const initial = this.#deps.isInitial(namespace);
    const families = this.#deps.registry.all().filter(({ netnsok }) => netnsok || initial);
    const { portid, seq } = callback;
    // As in C, how many were told is what is kept: families that come and go meanwhile shift the rest.
    const told = this.#told;
    for (let n = told.get(callback) ?? 0; n < families.length; n++) {
      const family = families[n];
      if (family === undefined) break;
      const mark = chunk.mark();
      const opened = putGenlHeader(chunk, this.family, { portid, seq, flags: NLM_F_MULTI, cmd: CTRL_CMD_NEWFAMILY });
      if (opened !== -1) putFamily(chunk, family);
      if (opened === -1 || chunk.end() === -1) {
        chunk.cancel(mark);
        told.set(callback, n);
        return -errno.EMSGSIZE;
      }
      told.set(callback, n + 1);
    }
    return 0;
  }
}

/** `ctrl_fill_info`, what follows the headers. */
function putFamily(writer: MessageWriter, family: GenlFamily): void {
  writer.putString(CTRL_ATTR_FAMILY_NAME, family.name);
  writer.putU16(CTRL_ATTR_FAMILY_ID, family.id);
  writer.putU32(CTRL_ATTR_VERSION, family.version);
  writer.putU32(CTRL_ATTR_HDRSIZE, family.headerSize);
  writer.putU32(CTRL_ATTR_MAXATTR, family.maxattr);
  if (family.commands.length > 0) {
    const nest = writer.nestStart(CTRL_ATTR_OPS);
    family.commands.forEach(({ cmd, flags }, i) => {
      const inner = writer.nestStart(i + 1);
      writer.putU32(CTRL_ATTR_OP_ID, cmd);
      writer.putU32(CTRL_ATTR_OP_FLAGS, flags);
      writer.nestEnd(inner);
    });
    writer.nestEnd(nest);
  }
  if (family.groups.length > 0) {
    const nest = writer.nestStart(CTRL_ATTR_MCAST_GROUPS);
    family.groups.forEach((_, i) => {
      putGroup(writer, family, i, i + 1);
    });
    writer.nestEnd(nest);
  }
}

function putGroup(writer: MessageWriter, family: GenlFamily, index: number, type: number): void {
  const nest = writer.nestStart(type);
  writer.putU32(CTRL_ATTR_MCAST_GRP_ID, family.groupOffset + index);
  writer.putString(CTRL_ATTR_MCAST_GRP_NAME, family.groups[index]?.name ?? '');
  writer.nestEnd(nest);
}
