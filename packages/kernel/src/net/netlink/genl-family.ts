import { GENL_CMD_CAP_DO, GENL_CMD_CAP_DUMP, GENL_CMD_CAP_HASPOL } from '@netdevkit/bindings';
import type { nla_policies } from '@netdevkit/bindings/raw';
import { AttributeTable } from '@netdevkit/netlink';
import type { GenlDo, GenlDump, GenlFamilySpec, GenlGroup, GenlOperation, GenlPolicy } from './genl-types.ts';

/** The policy of commands that take no attributes. Two entries: a policy describes types from 1 on. */
const REJECT_ALL: nla_policies = [{ type: 'NLA_REJECT' }, { type: 'NLA_REJECT' }];

/** One form of a command, with what the family adds to it. */
export class GenlForm<Handler extends GenlPolicy> {
  readonly handler: Handler;
  readonly policy: nla_policies | null;
  readonly maxattr: number;
  readonly strict: boolean;
  readonly #tables: AttributeTable[] = [];

  constructor(handler: Handler, policy: nla_policies | null, maxattr: number) {
    this.handler = handler;
    this.policy = policy;
    this.maxattr = maxattr;
    this.strict = handler.strict ?? true;
  }

  /** A table for one request's attributes; hand it back to {@link give}. */
  take(): AttributeTable | null {
    if (this.maxattr === 0) return null;
    return this.#tables.pop() ?? new AttributeTable(this.maxattr);
  }

  give(table: AttributeTable | null): void {
    if (table !== null) this.#tables.push(table);
  }
}

/** A command of a registered family. */
export class GenlCommand {
  readonly cmd: number;
  /** GENL_*_PERM and GENL_CMD_CAP_*, as the controller tells them. */
  readonly flags: number;
  readonly do: GenlForm<GenlDo> | null;
  readonly dump: GenlForm<GenlDump> | null;

  constructor(operation: GenlOperation, spec: GenlFamilySpec) {
    this.cmd = operation.cmd;
    this.do = operation.do === undefined ? null : form(operation.do, operation.cmd, spec);
    this.dump = operation.dump === undefined ? null : form(operation.dump, operation.cmd, spec);
    const described = this.do?.policy !== undefined && this.do.policy !== null;
    const dumpDescribed = this.dump?.policy !== undefined && this.dump.policy !== null;
    this.flags =
      (operation.flags ?? 0) |
      (this.do === null ? 0 : GENL_CMD_CAP_DO) |
      (this.dump === null ? 0 : GENL_CMD_CAP_DUMP) |
      (described || dumpDescribed ? GENL_CMD_CAP_HASPOL : 0);
  }
}

/** A registered family: `struct genl_family`. */
export class GenlFamily {
  readonly spec: GenlFamilySpec;
  readonly name: string;
  /** Its message type. */
  readonly id: number;
  readonly version: number;
  readonly headerSize: number;
  readonly maxattr: number;
  readonly netnsok: boolean;
  readonly resvStart: number;
  readonly groups: readonly GenlGroup[];
  /** The number of its first group. */
  readonly groupOffset: number;
  /** In the order in which they were given. */
  readonly commands: readonly GenlCommand[];
  /** The same by number. */
  readonly #byNumber: readonly (GenlCommand | undefined)[];

  constructor(spec: GenlFamilySpec, id: number, groupOffset: number) {
    this.spec = spec;
    this.name = spec.name;
    this.id = id;
    this.version = spec.version;
    this.headerSize = spec.headerSize ?? 0;
    this.maxattr = greatestType(spec);
    this.netnsok = spec.netnsok ?? false;
    this.resvStart = spec.resvStart ?? 0;
    this.groups = spec.mcgrps ?? [];
    this.groupOffset = groupOffset;
    this.commands = spec.ops.map((operation) => new GenlCommand(operation, spec));
    const byNumber: (GenlCommand | undefined)[] = [];
    for (const command of this.commands) byNumber[command.cmd] = command;
    this.#byNumber = byNumber;
  }

  /** The command of this number. */
  command(cmd: number): GenlCommand | undefined {
    return this.#byNumber[cmd];
  }

  /** The index of a group by its number in the protocol, or -1. */
  groupIndex(group: number): number {
    const index = group - this.groupOffset;
    return index >= 0 && index < this.groups.length ? index : -1;
  }
}

function greatestType(spec: GenlFamilySpec): number {
  return spec.maxattr ?? Math.max((spec.policy?.length ?? 0) - 1, 0);
}

/** From net/netlink/genetlink.c:genl_op_from_full: what a command does not say itself its family does. */
function form<Handler extends GenlPolicy>(handler: Handler, cmd: number, spec: GenlFamilySpec): GenlForm<Handler> {
  if (handler.policy !== undefined) return new GenlForm(handler, handler.policy, handler.policy.length - 1);
  if (spec.policy !== undefined) return new GenlForm(handler, spec.policy, spec.policy.length - 1);
  if (cmd >= (spec.resvStart ?? 0)) return new GenlForm(handler, REJECT_ALL, REJECT_ALL.length - 1);
  return new GenlForm(handler, null, greatestType(spec));
}
