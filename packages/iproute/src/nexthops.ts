import { KernelError } from '@netdevkit/errno';
import { flushed } from './flush.ts';
import {
  addNexthop,
  addNexthopEchoed,
  deleteNexthop,
  dumpNexthops,
  getNexthop,
  matchesNexthop,
  replaceNexthop,
  type NexthopFilter,
  type NexthopSpec,
} from './nexthop-requests.ts';
import type { NexthopObject } from './nexthop.ts';
import type { Requester } from './requester.ts';

/** The next hop objects of a network namespace: what `ip nexthop` does. All methods throw `KernelError`. */
export class Nexthops {
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /**
   * Makes a next hop object. C twin: `ip nexthop add`.
   *
   * @param spec - the object
   * @throws KernelError `EEXIST`: its number is taken; `ENETDOWN`, `ENETUNREACH`, `EHOSTUNREACH`: its link is down, or does not reach its gateway
   */
  add(spec: NexthopSpec): void {
    this.#requester.run(addNexthop(spec));
  }

  /**
   * Makes a next hop object and tells of it: for one whose number the kernel chooses.
   *
   * @param spec - the object
   * @returns it, as the kernel has it
   * @throws KernelError as {@link add}; `EOPNOTSUPP`: it is made, and this kernel does not tell of it
   */
  create(spec: NexthopSpec): NexthopObject {
    const made = this.#requester.run(addNexthopEchoed(spec));
    if (made !== undefined) return made;
    if (spec.id !== undefined) return this.get(spec.id);
    throw new KernelError('EOPNOTSUPP', 'the object was made, but this kernel does not echo which number it has', { op: 'RTM_NEWNEXTHOP' });
  }

  /**
   * Makes a next hop object, in the place of the one of its number if there is one: routes that refer to it take the new way. C twin:
   * `ip nexthop replace`.
   *
   * @param spec - the object, with its number
   * @throws KernelError `EINVAL`: a group in the place of a single one, or the other way
   */
  replace(spec: NexthopSpec): void {
    this.#requester.run(replaceNexthop(spec));
  }

  /**
   * Deletes a next hop object, and the routes that refer to it. C twin: `ip nexthop delete`.
   *
   * @param id - its number
   * @throws KernelError `ENOENT`: there is none
   */
  delete(id: number): void {
    this.#requester.run(deleteNexthop(id));
  }

  /**
   * Tells of one. C twin: `ip nexthop get`.
   *
   * @param id - its number
   * @throws KernelError `ENOENT`: there is none
   */
  get(id: number): NexthopObject {
    return this.#requester.run(getNexthop(id));
  }

  /**
   * Tells of next hop objects. C twin: `ip nexthop show`.
   *
   * @param filter - of which
   * @returns by their numbers
   * @throws KernelError `EINTR`: they changed each time that they were read
   */
  list(filter: NexthopFilter = {}): NexthopObject[] {
    return this.#requester.dump(dumpNexthops(filter)).filter((nexthop) => matchesNexthop(nexthop, filter));
  }

  /**
   * Deletes next hop objects, and the routes that refer to them. C twin: `ip nexthop flush`.
   *
   * @param filter - which
   * @returns how many
   * @throws KernelError: one could not be deleted; `EINTR`: more came each time
   */
  flush(filter: NexthopFilter): number {
    return flushed(this.#requester, () => this.list(filter), ({ id }) => deleteNexthop(id));
  }
}
