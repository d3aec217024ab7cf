import { isCode, isGenericFamily, isRawFamily, type Schema } from '@netdevkit/netlink/tables';
import type { AttributeSet, Extension, Field, Format, Struct, SubMessage } from '@netdevkit/netlink/schema';

/** Schemas with what others add to them, as they are written: what the decoder's tables no longer tell. */
export class Merged {
  readonly #extensions: readonly Extension[];

  /** @param schemas - of what two say the later counts */
  constructor(schemas: readonly Schema[]) {
    this.#extensions = schemas.filter((schema): schema is Extension => !isCode(schema) && !isRawFamily(schema) && !isGenericFamily(schema));
  }

  /** The attributes of a set, by type. */
  attributes(set: AttributeSet): Readonly<Record<string, Field>> {
    const merged: Record<string, Field> = { ...set.attributes };
    for (const { sets = [] } of this.#extensions) for (const [one, more] of sets) if (one === set) Object.assign(merged, more);
    return merged;
  }

  /** The formats of a choice, by selector. */
  formats(choice: SubMessage): Readonly<Record<string, Format>> {
    const merged: Record<string, Format> = { ...choice.formats };
    for (const { choices = [] } of this.#extensions) for (const [one, more] of choices) if (one === choice) Object.assign(merged, more);
    return merged;
  }

  /** The members of a structure. */
  members(struct: Struct): readonly Field[] {
    const others = this.#extensions.flatMap(({ structs = [] }) => structs.filter(([one]) => one === struct).flatMap(([, members]) => members));
    return struct.members.map((member) => others.findLast(({ name }) => name === member.name) ?? member);
  }
}
