import {
  GENL_CMD_CAP_DO,
  GENL_CMD_CAP_DUMP,
  GENL_ID_CTRL,
  GENL_ID_PMCRAID,
  GENL_ID_VFS_DQUOT,
  GENL_MAX_ID,
  GENL_NAMSIZ,
  GENL_START_ALLOC,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import { GenlFamily } from './genl-family.ts';
import type { GenlFamilySpec } from './genl-types.ts';

/** Groups per word of C's bitmap, by which room for them grows. */
const WORD = 64;
/** Families that used their group's number before there was any allocation: name to number. */
const STATIC_GROUPS: Readonly<Record<string, number | undefined>> = {
  nlctrl: GENL_ID_CTRL,
  NET_DM: 1,
  VFS_DQUOT: GENL_ID_VFS_DQUOT,
  pmcraid: GENL_ID_PMCRAID,
};
/** Families that have a fixed message type. */
const STATIC_IDS: Readonly<Record<string, number | undefined>> = {
  nlctrl: GENL_ID_CTRL,
  VFS_DQUOT: GENL_ID_VFS_DQUOT,
  pmcraid: GENL_ID_PMCRAID,
};

/**
 * Which families there are, and the numbers of families and groups: net/netlink/genetlink.c.
 */
export class GenlRegistry {
  readonly #byId = new Map<number, GenlFamily>();
  readonly #byName = new Map<string, GenlFamily>();
  /** Numbers of groups in use; the first ones are reserved. */
  readonly #groups = new Set([0, ...Object.values(STATIC_GROUPS).filter((group) => group !== undefined)]);
  #room = WORD;
  #next = 0;

  /** How many groups the protocol has room for. */
  get groupRoom(): number {
    return this.#room;
  }

  byId(id: number): GenlFamily | undefined {
    return this.#byId.get(id);
  }

  byName(name: string): GenlFamily | undefined {
    return this.#byName.get(name);
  }

  /** All families, by ascending message type. */
  all(): GenlFamily[] {
    return [...this.#byId.values()].sort((a, b) => a.id - b.id);
  }

  /**
   * The first half of `genl_register_family`.
   *
   * @returns the family; -EINVAL for one that contradicts itself, -EEXIST, -ENOSPC
   */
  add(spec: GenlFamilySpec): GenlFamily | number {
    if (!isValid(spec)) return -errno.EINVAL;
    if (this.#byName.has(spec.name)) return -errno.EEXIST;
    const id = this.#allocateId(spec.name);
    if (id < 0) return id;
    const family = new GenlFamily(spec, id, this.#allocateGroups(spec));
    this.#byId.set(id, family);
    this.#byName.set(spec.name, family);
    return family;
  }

  /** Takes a family out; its groups' numbers stay until {@link freeGroup}. */
  remove(family: GenlFamily): void {
    this.#byId.delete(family.id);
    this.#byName.delete(family.name);
  }

  /** Gives a group's number back. From net/netlink/genetlink.c:genl_unregister_mc_groups: NET_DM's stays reserved. */
  freeGroup(group: number): void {
    if (group !== STATIC_GROUPS['NET_DM']) this.#groups.delete(group);
  }

  /** The family of a group, and the group's index in it. */
  ofGroup(group: number): { readonly family: GenlFamily; readonly index: number } | undefined {
    for (const family of this.#byId.values()) {
      const index = family.groupIndex(group);
      if (index !== -1) return { family, index };
    }
    return undefined;
  }

  /** `idr_alloc_cyclic`: a number is not used again until all were. */
  #allocateId(name: string): number {
    const fixed = STATIC_IDS[name];
    const first = fixed ?? GENL_START_ALLOC;
    const last = fixed ?? GENL_MAX_ID;
    const start = Math.max(first, this.#next > last ? first : this.#next);
    for (let tried = 0; tried <= last - first; tried++) {
      const id = first + ((start - first + tried) % (last - first + 1));
      if (this.#byId.has(id)) continue;
      this.#next = id + 1;
      return id;
    }
    return -errno.ENOSPC;
  }

  /** `genl_allocate_reserve_groups`: the lowest run of numbers that are free. */
  #allocateGroups({ name, mcgrps = [] }: GenlFamilySpec): number {
    const count = mcgrps.length;
    if (count === 0) return 0;
    const fixed = STATIC_GROUPS[name];
    if (fixed !== undefined) {
      this.#groups.add(fixed);
      return fixed;
    }
    let first = 1;
    for (let run = 0; run < count; ) {
      if (this.#groups.has(first + run)) {
        first += run + 1;
        run = 0;
      } else {
        run++;
      }
    }
    for (let group = first; group < first + count; group++) this.#groups.add(group);
    // Number n needs room for n + 1 bits in C's bitmap.
    while (first + count > this.#room) this.#room += WORD;
    return first;
  }
}

/** `genl_validate_ops`, and what C's compiler sees to. */
function isValid(spec: GenlFamilySpec): boolean {
  const { name, ops, mcgrps = [], headerSize = 0 } = spec;
  if (!isName(name) || headerSize < 0) return false;
  if (new Set(ops.map(({ cmd }) => cmd)).size !== ops.length) return false;
  if (mcgrps.length > 1 && STATIC_GROUPS[name] !== undefined) return false;
  return (
    mcgrps.every((group) => isName(group.name)) &&
    ops.every((op) => {
      const hasForm = op.do !== undefined || op.dump !== undefined;
      const flags = op.flags ?? 0;
      return hasForm && op.cmd >= 0 && op.cmd <= 0xff && (flags & (GENL_CMD_CAP_DO | GENL_CMD_CAP_DUMP)) === 0;
    })
  );
}

function isName(name: string): boolean {
  return /^[\x21-\x7e]+$/.test(name) && name.length < GENL_NAMSIZ;
}
