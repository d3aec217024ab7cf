import type { ByteWriter } from './byte-writer.ts';
import type { DecodeContext } from './context.ts';
import type { EncodedText } from './encoded-text.ts';

/** What a line begins with may take so much more than was copied. */
const ROOM = 64;

/** The beginning of the last line, to be copied where a message of the same packet is of the same kind: most of a dump's are. */
export class LineHead {
  #prefix: EncodedText | undefined;
  #frame = 0;
  #seconds = 0;
  #nanoseconds = 0;
  #seq = 0;
  #pid = 0;
  #from = 0;
  #size = 0;
  #generation = -1;

  /**
   * Writes the beginning of the last line.
   *
   * @param out - where it stands, and goes
   * @param context - whose packet the message is in
   * @param prefix - what the message is: one text for all that are the same
   * @param seq - its sequence number
   * @param pid - its port
   * @returns whether it is the same
   */
  copy(out: ByteWriter, context: DecodeContext, prefix: EncodedText, seq: number, pid: number): boolean {
    const { frame, seconds, nanoseconds } = context;
    if (
      prefix !== this.#prefix ||
      frame !== this.#frame ||
      nanoseconds !== this.#nanoseconds ||
      seconds !== this.#seconds ||
      seq !== this.#seq ||
      pid !== this.#pid ||
      out.generation !== this.#generation
    ) {
      return false;
    }
    const size = this.#size;
    out.reserve(size + ROOM);
    const to = out.at;
    out.again(this.#from, size);
    this.#from = to;
    return true;
  }

  /**
   * Remembers the beginning of a line, up to where the writer is.
   *
   * @param out - where it stands
   * @param from - where it starts
   * @param context - whose packet the message is in
   * @param prefix - what the message is
   * @param seq - its sequence number
   * @param pid - its port
   */
  learn(out: ByteWriter, from: number, context: DecodeContext, prefix: EncodedText, seq: number, pid: number): void {
    this.#prefix = prefix;
    this.#frame = context.frame;
    this.#seconds = context.seconds;
    this.#nanoseconds = context.nanoseconds;
    this.#seq = seq;
    this.#pid = pid;
    this.#from = from;
    this.#size = out.at - from;
    this.#generation = out.generation;
  }
}
