import {
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_OP,
  CTRL_ATTR_OP_POLICY,
  CTRL_ATTR_POLICY,
  CTRL_ATTR_POLICY_DO,
  CTRL_ATTR_POLICY_DUMP,
  CTRL_CMD_GETPOLICY,
  GENL_NAMSIZ,
  NLA_F_NESTED,
  NLA_HDRLEN,
  NLM_F_MULTI,
} from '@netdevkit/bindings';
import type { module, nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { PolicyDump, type MessageWriter } from '@netdevkit/netlink';
import type { GenlCommand, GenlFamily } from './genl-family.ts';
import { putGenlHeader } from './genl-message.ts';
import type { GenlRegistry } from './genl-registry.ts';
import type { GenlDump, GenlDumpInfo } from './genl-types.ts';
import type { ModuleReferences } from './netlink-deps.ts';

/** What CTRL_CMD_GETPOLICY takes. */
const POLICY: nla_policies = (() => {
  const policy: nla_policies[number][] = [];
  policy[CTRL_ATTR_FAMILY_ID] = { type: 'NLA_U16' };
  policy[CTRL_ATTR_FAMILY_NAME] = { type: 'NLA_NUL_STRING', len: GENL_NAMSIZ - 1 };
  policy[CTRL_ATTR_OP] = { type: 'NLA_U32' };
  return policy;
})();

/** What a dump of policies keeps: `struct ctrl_dump_policy_ctx`. */
interface Progress {
  readonly family: GenlFamily;
  readonly policies: PolicyDump;
  /** The commands whose policies' numbers are told first, and how many of them were. */
  readonly commands: readonly GenlCommand[];
  told: number;
  readonly owner: module | null;
}

/**
 * The dump of CTRL_CMD_GETPOLICY: which command has which policy, then every policy, attribute by attribute.
 * net/netlink/genetlink.c:ctrl_dumppolicy.
 */
export class PolicyDumps implements GenlDump {
  readonly policy: nla_policies = POLICY;
  // From net/netlink/genetlink.c:ctrl_dumppolicy: its result is the chunk's length, so that the end comes by itself.
  readonly doneAlone = true;
  readonly #registry: GenlRegistry;
  readonly #modules: ModuleReferences;
  /** The family that the messages are of: the controller. */
  readonly #controller: () => GenlFamily;
  readonly #progress = new WeakMap<GenlDumpInfo, Progress>();

  constructor(registry: GenlRegistry, modules: ModuleReferences, controller: () => GenlFamily) {
    this.#registry = registry;
    this.#modules = modules;
    this.#controller = controller;
  }

  start(info: GenlDumpInfo): number {
    const { attrs, callback } = info;
    const id = attrs?.u16(CTRL_ATTR_FAMILY_ID);
    const name = attrs?.string(CTRL_ATTR_FAMILY_NAME);
    if (id === undefined && name === undefined) return -errno.EINVAL;
    const family = id === undefined ? this.#registry.byName(name ?? '') : this.#registry.byId(id);
    if (family === undefined) return -errno.ENOENT;
    const policies = new PolicyDump();
    const wanted = attrs?.u32(CTRL_ATTR_OP);
    const commands = wanted === undefined ? family.commands : family.commands.filter(({ cmd }) => cmd === wanted);
    if (wanted !== undefined && commands.length === 0) {
      callback.extack.bad_attr = (attrs?.offset(CTRL_ATTR_OP) ?? 0) - NLA_HDRLEN;
      return -errno.ENOENT;
    }
    for (const { do: doForm, dump } of commands) {
      for (const policy of [doForm?.policy ?? null, dump?.policy ?? null]) if (policy !== null) policies.add(policy);
    }
    if (policies.finished) return -errno.ENODATA;
    const owner = family.spec.module ?? null;
    if (owner !== null && !this.#modules.tryGet(owner)) return -errno.ENOENT;
    this.#progress.set(info, { family, policies, commands, told: 0, owner });
    return 0;
  }

  dump(chunk: MessageWriter, info: GenlDumpInfo): number {
    const progress = this.#progress.get(info);
    if (progress === undefined) return 0;
    for (; progress.told < progress.commands.length; progress.told++) {
      const command = progress.commands[progress.told];
      if (command !== undefined && !this.#tellCommand(chunk, info, progress, command)) return chunk.length;
    }
    while (!progress.policies.finished && this.#tellAttribute(chunk, info, progress));
    return chunk.length;
  }

  done(info: GenlDumpInfo): void {
    const owner = this.#progress.get(info)?.owner ?? null;
    if (owner !== null) this.#modules.put(owner);
    this.#progress.delete(info);
  }

  /** `ctrl_dumppolicy_put_op`. */
  #tellCommand(chunk: MessageWriter, info: GenlDumpInfo, { family, policies }: Progress, command: GenlCommand): boolean {
    const doPolicy = command.do?.policy ?? null;
    const dumpPolicy = command.dump?.policy ?? null;
    if (doPolicy === null && dumpPolicy === null) return true;
    const start = this.#open(chunk, info, family);
    if (start === -1) return false;
    const outer = chunk.nestStart(CTRL_ATTR_OP_POLICY | NLA_F_NESTED);
    const inner = chunk.nestStart(command.cmd | NLA_F_NESTED);
    if (doPolicy !== null) chunk.putU32(CTRL_ATTR_POLICY_DO, Math.max(policies.indexOf(doPolicy), 0));
    if (dumpPolicy !== null) chunk.putU32(CTRL_ATTR_POLICY_DUMP, Math.max(policies.indexOf(dumpPolicy), 0));
    chunk.nestEnd(inner);
    chunk.nestEnd(outer);
    return close(chunk, start);
  }

  /** One attribute of one policy. Gives `false` when the chunk is full, or nothing is left. */
  #tellAttribute(chunk: MessageWriter, info: GenlDumpInfo, { family, policies }: Progress): boolean {
    const start = this.#open(chunk, info, family);
    if (start === -1) return false;
    const nest = chunk.nestStart(CTRL_ATTR_POLICY | NLA_F_NESTED);
    if (policies.write(chunk) !== 0) {
      chunk.cancel(start);
      return false;
    }
    chunk.nestEnd(nest);
    return close(chunk, start);
  }

  /** `ctrl_dumppolicy_prep`. Gives what takes the message back, or -1 when it does not fit. */
  #open(chunk: MessageWriter, { callback }: GenlDumpInfo, family: GenlFamily): number {
    const { portid, seq } = callback;
    const mark = chunk.mark();
    if (putGenlHeader(chunk, this.#controller(), { portid, seq, flags: NLM_F_MULTI, cmd: CTRL_CMD_GETPOLICY }) === -1) {
      chunk.cancel(mark);
      return -1;
    }
    chunk.putU16(CTRL_ATTR_FAMILY_ID, family.id);
    return mark;
  }
}

/** Ends a message; one that does not fit is taken back. */
function close(chunk: MessageWriter, start: number): boolean {
  if (chunk.end() !== -1) return true;
  chunk.cancel(start);
  return false;
}
