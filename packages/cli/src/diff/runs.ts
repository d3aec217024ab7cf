import { NumberList } from './number-list.ts';

/**
 * The order of messages by conversations. What stands together in the capture and stays together is one run: all messages of a dump,
 * or notifications one after another.
 */
export class Runs {
  /** Where each begins, in the order of the capture. */
  readonly #starts: NumberList = new NumberList();
  readonly #conversations: NumberList = new NumberList();
  #length = 0;
  #last = -1;
  #isAlone = false;
  /** Runs by conversation; `undefined` if that is the order of the capture. */
  #order: Uint32Array | undefined;
  /** How many messages stand before each run, in that order. */
  #before: Uint32Array | undefined;

  /** How many messages there are. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds the next message of the capture.
   *
   * @param conversation - the number of its conversation: they count from 0 up in the order in which they begin
   * @param isAlone - whether no other message belongs to it
   */
  add(conversation: number, isAlone: boolean): void {
    const goesOn = conversation === this.#last || (isAlone && this.#isAlone && conversation === this.#last + 1);
    if (!goesOn || this.#length === 0) {
      this.#starts.push(this.#length);
      this.#conversations.push(conversation);
    }
    this.#last = conversation;
    this.#isAlone = isAlone;
    this.#length++;
  }

  /**
   * Brings them into the order of conversations. Counted, not compared: conversations are numbered.
   *
   * @returns whether they were
   */
  sort(): boolean {
    const runs = this.#starts.length;
    const conversations = this.#conversations;
    let isInOrder = true;
    let greatest = 0;
    for (let run = 0; run < runs; run++) {
      const conversation = conversations.at(run);
      if (conversation < greatest) isInOrder = false;
      else greatest = conversation;
    }
    if (isInOrder) return true;
    const next = new Uint32Array(greatest + 2);
    for (let run = 0; run < runs; run++) increase(next, conversations.at(run) + 1);
    for (let i = 1; i < next.length; i++) next[i] = (next[i] ?? 0) + (next[i - 1] ?? 0);
    const order = new Uint32Array(runs);
    for (let run = 0; run < runs; run++) order[increase(next, conversations.at(run))] = run;
    this.#order = order;
    return false;
  }

  /** Gives all runs in order: where each begins in the capture, and where it ends. */
  forEach(visit: (start: number, end: number) => void): void {
    for (let at = 0; at < this.#starts.length; at++) {
      const run = this.#runAt(at);
      visit(this.#starts.at(run), this.#endOf(run));
    }
  }

  /** Where a message stands in the capture. */
  placeOf(message: number): number {
    const before = (this.#before ??= this.#counted());
    let low = 0;
    let high = before.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((before[middle] ?? 0) <= message) low = middle;
      else high = middle - 1;
    }
    return this.#starts.at(this.#runAt(low)) + message - (before[low] ?? 0);
  }

  #counted(): Uint32Array {
    const before = new Uint32Array(this.#starts.length);
    for (let at = 1; at < before.length; at++) {
      const run = this.#runAt(at - 1);
      before[at] = (before[at - 1] ?? 0) + this.#endOf(run) - this.#starts.at(run);
    }
    return before;
  }

  #runAt(at: number): number {
    return this.#order === undefined ? at : (this.#order[at] ?? 0);
  }

  #endOf(run: number): number {
    return run + 1 < this.#starts.length ? this.#starts.at(run + 1) : this.#length;
  }
}

/** Gives a number and leaves one that is 1 more. */
function increase(numbers: Uint32Array, at: number): number {
  const number = numbers[at] ?? 0;
  numbers[at] = number + 1;
  return number;
}
