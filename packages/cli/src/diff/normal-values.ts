import { arbitraryKind, type Arbitrary } from './arbitrary.ts';
import type { Primitive } from './digest.ts';
import type { Place } from './place.ts';

/** So much is remembered of links and of values. */
const MOST = 65_536;

/** What stands for a value that another run would not have. */
export const ANY = '*';
/** What a program may have chosen itself. The others are the kernel's, whoever names them first. */
const CHOOSABLE: ReadonlySet<Arbitrary> = new Set<Arbitrary>(['netns', 'address', 'id']);

/** Says of each value what it is in any run of the same programs. */
export class NormalValues {
  /** Whether statistics are compared: if not, what stands inside of them is never looked at. */
  readonly keepsStatistics: boolean;
  readonly #kept: ReadonlySet<Arbitrary>;
  /** Values by what they are, and whether a program chose them. */
  readonly #chosen: Map<string, Map<string, boolean>> = new Map();
  #chosenCount = 0;
  /** Names of links by interface that captured them, and index. */
  readonly #links: Map<string | undefined, Map<number, string>> = new Map();
  #linkCount = 0;
  #captured: string | undefined;
  #known: Map<number, string> = new Map();
  #isRequest = false;

  /**
   * @param kept - what is to be compared all the same
   */
  constructor(kept: ReadonlySet<Arbitrary>) {
    this.#kept = kept;
    this.keepsStatistics = kept.has('stats');
    this.#links.set(undefined, this.#known);
  }

  /**
   * Turns to a message.
   *
   * @param captured - the interface that captured it: numbers of links are those of a namespace
   * @param isRequest - whether a program sent it
   */
  begin(captured: string | undefined, isRequest: boolean): void {
    this.#isRequest = isRequest;
    if (captured === this.#captured) return;
    this.#captured = captured;
    this.#known = this.#links.get(captured) ?? new Map<number, string>();
    this.#links.set(captured, this.#known);
  }

  /** Begins the same capture again: links have their names in turn, but what was chosen is known. */
  restart(): void {
    this.#links.clear();
    this.#linkCount = 0;
    this.#captured = undefined;
    this.#known = new Map();
    this.#links.set(undefined, this.#known);
  }

  /**
   * Notes which link has which index.
   *
   * @param index - the index
   * @param name - its name
   */
  link(index: number, name: string): void {
    if (!this.#known.has(index) && this.#linkCount++ >= MOST) return;
    this.#known.set(index, name);
  }

  /**
   * A value as another run has it.
   *
   * @param place - where it stands
   * @param value - the value
   */
  of(place: Place, value: Primitive): Primitive {
    const kind = arbitraryKind(place.kind, place.isInStatistics, value);
    if (kind === undefined || this.#kept.has(kind)) return value;
    // 0 says that there is none, in every kind of number; what is below says that it is not known.
    if (kind !== 'stats' && kind !== 'time' && (value === 0 || value === '0' || String(value).startsWith('-'))) return value;
    if (kind === 'ifindex') return this.#known.get(Number(value)) ?? ANY;
    return CHOOSABLE.has(kind) && this.#isChosen(kind === 'address' ? 'address ' : place.name, String(value)) ? value : ANY;
  }

  /** Whether a request was the first to name a value. */
  #isChosen(what: string, value: string): boolean {
    let values = this.#chosen.get(what);
    const known = values?.get(value);
    if (known !== undefined) return known;
    if (this.#chosenCount >= MOST) return this.#isRequest;
    this.#chosenCount++;
    if (values === undefined) {
      values = new Map();
      this.#chosen.set(what, values);
    }
    values.set(value, this.#isRequest);
    return this.#isRequest;
  }
}
