import { NLM_F_ACK_NAMES, NLM_F_DELETE_NAMES, NLM_F_GET_NAMES, NLM_F_NAMES, NLM_F_NEW_NAMES, NLM_F_REQUEST, type NameTable } from '@netdevkit/bindings';
import type { OperationKind } from '../schema/index.ts';

/** What decides the meaning of the flags from 0x100 up: what a request asks for, or that a message is an acknowledgement. */
export type FlagContext = OperationKind | 'ack';

const DUMP = 0x300;

const TABLES: Readonly<Record<FlagContext, NameTable>> = {
  get: NLM_F_GET_NAMES,
  new: NLM_F_NEW_NAMES,
  delete: NLM_F_DELETE_NAMES,
  // What asks for neither has no flags of its own; those that are seen are of dumps.
  other: NLM_F_GET_NAMES,
  ack: NLM_F_ACK_NAMES,
};

/**
 * Names the flags of messages; remembers what it has named.
 *
 * `NLM_F_ROOT` and `NLM_F_MATCH` together are `NLM_F_DUMP`. What a kernel sends on its own account after a change of its
 * tables carries the flags of the request that made it.
 */
export class MessageFlags {
  readonly #known: Readonly<Record<FlagContext, Map<number, readonly string[]>>> = {
    get: new Map(),
    new: new Map(),
    delete: new Map(),
    other: new Map(),
    ack: new Map(),
  };
  #lastFlags = -1;
  #lastContext: FlagContext = 'other';
  #lastNames: readonly string[] = [];

  /**
   * The names of flags.
   *
   * @param flags - `nlmsg_flags`
   * @param context - what they are flags of
   * @returns from the lowest bit up; bits without a name come last, as one hexadecimal number
   */
  names(flags: number, context: FlagContext): readonly string[] {
    // A dump's messages all have the same.
    if (flags === this.#lastFlags && context === this.#lastContext) return this.#lastNames;
    const known = this.#known[context];
    let names = known.get(flags);
    if (names === undefined) {
      names = nameFlags(flags, context);
      known.set(flags, names);
    }
    this.#lastFlags = flags;
    this.#lastContext = context;
    this.#lastNames = names;
    return names;
  }
}

function nameFlags(flags: number, context: FlagContext): readonly string[] {
  const table = TABLES[context];
  const names: string[] = [];
  let rest = flags;
  const isDump = (context === 'get' || context === 'other') && (flags & NLM_F_REQUEST) !== 0 && (flags & DUMP) === DUMP;
  for (let bit = 0; bit < 16; bit++) {
    if ((flags & (1 << bit)) === 0) continue;
    const isHalf = isDump && ((1 << bit) & DUMP) !== 0;
    const name = isHalf ? (1 << (bit + 1)) & DUMP ? 'NLM_F_DUMP' : '' : (NLM_F_NAMES[bit] ?? table[bit]);
    if (name === undefined) continue;
    if (name !== '') names.push(name);
    rest &= ~(1 << bit);
  }
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  return names;
}
