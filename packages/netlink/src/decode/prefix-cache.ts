import type { DecodeContext } from './context.ts';
import { EncodedText } from './encoded-text.ts';
import type { Identity } from './identity.ts';
import type { FlagContext } from './message-flags.ts';

/** A power of two. */
const SLOTS = 1024;

interface Slot {
  readonly type: number;
  readonly flags: number;
  readonly flagContext: FlagContext;
  readonly typeName: string;
  readonly family: string | undefined;
  readonly command: string | undefined;
  readonly version: number;
  readonly isOutermost: boolean;
  readonly protocol: number;
  readonly interface: string | undefined;
  readonly text: EncodedText;
}

/**
 * What writers say of a message's names and flags: it is the same in many messages, and is made once. Of messages that
 * share a place the last is remembered.
 */
export class PrefixCache {
  readonly #slots: (Slot | undefined)[] = new Array<Slot | undefined>(SLOTS).fill(undefined);
  readonly #make: (identity: Identity, isOutermost: boolean) => string;

  /**
   * @param make - says it: depends on nothing but the names and flags of the identity, the protocol and the interface
   */
  constructor(make: (identity: Identity, isOutermost: boolean) => string) {
    this.#make = make;
  }

  /**
   * The text for a message.
   *
   * @param context - whose message it is
   * @param identity - what it is
   * @param isOutermost - whether it is no request inside an acknowledgement
   */
  get(context: DecodeContext, identity: Identity, isOutermost: boolean): EncodedText {
    const { type, flags, flagContext, typeName, family, command, version } = identity;
    const { protocol, interface: captured } = context;
    const slot = (Math.imul(type, 0x9e37) ^ (flags << 3) ^ (command === undefined ? 0 : command.length << 5)) & (SLOTS - 1);
    const known = this.#slots[slot];
    if (
      known?.type === type &&
      known.flags === flags &&
      known.typeName === typeName &&
      known.command === command &&
      known.version === version &&
      known.family === family &&
      known.flagContext === flagContext &&
      known.isOutermost === isOutermost &&
      known.protocol === protocol &&
      known.interface === captured
    ) {
      return known.text;
    }
    const text = new EncodedText(this.#make(identity, isOutermost));
    this.#slots[slot] = { type, flags, flagContext, typeName, family, command, version, isOutermost, protocol, interface: captured, text };
    return text;
  }
}
