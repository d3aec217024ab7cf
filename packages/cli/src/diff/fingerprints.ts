import { NumberList } from './number-list.ts';
import type { NumberTable } from './number-table.ts';

/** What is remembered of the messages of a capture: a few octets of each, in the order of conversations. */
export interface Fingerprints {
  /** A number for the lines of each message, the same for the same lines in both captures. */
  readonly ids: Int32Array;
  /** How many lines each message has. */
  readonly lineCounts: Uint32Array;
  /** Where each message stands in the capture, from 0 up. */
  readonly places: Uint32Array;
}

/** Collects fingerprints in the order of the capture: 20 octets of each message at most. */
export class FingerprintCollector {
  readonly #numbers: NumberTable;
  readonly #ids: NumberList = new NumberList();
  readonly #conversations: NumberList = new NumberList();
  readonly #lineCounts: NumberList = new NumberList();
  #conversationCount = 0;

  /**
   * @param numbers - gives numbers to digests, to those of both captures
   */
  constructor(numbers: NumberTable) {
    this.#numbers = numbers;
  }

  /**
   * Adds a message.
   *
   * @param digest - of its lines
   * @param lines - how many they are
   * @param conversation - the number of the conversation that it belongs to: they count from 0 up
   */
  add(digest: number, lines: number, conversation: number): void {
    this.#ids.push(this.#numbers.of(digest));
    this.#conversations.push(conversation);
    this.#lineCounts.push(lines);
    this.#conversationCount = Math.max(this.#conversationCount, conversation + 1);
  }

  /** All of them in the order of conversations, in which messages are in the order of the capture. */
  sorted(): Fingerprints {
    const places = this.#places();
    const ids = new Int32Array(places.length);
    const lineCounts = new Uint32Array(places.length);
    for (let i = 0; i < places.length; i++) {
      ids[i] = this.#ids.at(places[i] ?? 0);
      lineCounts[i] = this.#lineCounts.at(places[i] ?? 0);
    }
    return { ids, lineCounts, places };
  }

  /** Counted, not compared: where each conversation begins is known once it is known how long those before it are. */
  #places(): Uint32Array {
    const conversations = this.#conversations;
    const next = new Uint32Array(this.#conversationCount + 1);
    for (let i = 0; i < conversations.length; i++) increase(next, conversations.at(i) + 1);
    for (let i = 1; i < next.length; i++) next[i] = (next[i] ?? 0) + (next[i - 1] ?? 0);
    const places = new Uint32Array(conversations.length);
    for (let place = 0; place < places.length; place++) places[increase(next, conversations.at(place))] = place;
    return places;
  }
}

/** Gives a number and leaves one that is 1 more. */
function increase(numbers: Uint32Array, at: number): number {
  const number = numbers[at] ?? 0;
  numbers[at] = number + 1;
  return number;
}
