import { printable } from '@netdevkit/netlink';
import { kindOfName, type NameKind } from './arbitrary.ts';
import { Digest } from './digest.ts';

/** Names are part of a hostile capture, too: what comes after so many places is not remembered. */
const MOST = 65_536;

/** A place in messages, such as `linkinfo.data.id`: what need not be found out again for each value that stands there. */
export class Place {
  /** The path to it. */
  readonly path: string;
  /** The last name on it. */
  readonly name: string;
  /** What the name says of values. */
  readonly kind: NameKind;
  /** Whether it stands inside of statistics. */
  readonly isInStatistics: boolean;
  /** Stands for the path in fingerprints. */
  readonly digest: number;
  readonly #count: { places: number };
  readonly #below: Map<string | number, Place> = new Map();
  /** The member that was asked for last, and of each the one that came after it: messages of a dump are alike. */
  #last: Place | undefined;
  #next: Place | undefined;

  private constructor(path: string, name: string, isInside: boolean, count: { places: number }) {
    this.path = printable(path);
    this.name = name;
    this.kind = kindOfName(name);
    this.isInStatistics = isInside || this.kind.isStatistics;
    this.digest = Digest.of(this.path);
    this.#count = count;
  }

  /**
   * Where paths begin.
   *
   * @param path - what stands in front of them
   */
  static root(path: string): Place {
    return new Place(path, '', false, { places: 0 });
  }

  /**
   * The place of a member.
   *
   * @param name - of the member
   */
  member(name: string): Place {
    const last = this.#last;
    const guess = last === undefined ? undefined : last.#next;
    if (guess?.name === name) {
      this.#last = guess;
      return guess;
    }
    const place = this.#below.get(name) ?? this.#add(name, this.path === '' ? name : `${this.path}.${name}`, name);
    this.#last = place;
    // What is not remembered below must not be so here.
    if (last !== undefined && this.#below.has(name)) last.#next = place;
    return place;
  }

  /**
   * The place of an element of the list that stands here. It has its name.
   *
   * @param index - of the element
   */
  element(index: number): Place {
    return this.#below.get(index) ?? this.#add(index, `${this.path}.${String(index)}`, this.name);
  }

  #add(key: string | number, path: string, name: string): Place {
    const place = new Place(path, name, this.isInStatistics, this.#count);
    if (this.#count.places < MOST) {
      this.#count.places++;
      this.#below.set(key, place);
    }
    return place;
  }
}
