import { NTF_PROXY, NUD_NOARP, NUD_PERMANENT } from '@netdevkit/bindings';
import { flushed } from './flush.ts';
import {
  addNeighbour,
  changeNeighbour,
  deleteNeighbour,
  dumpNeighbours,
  getNeighbour,
  matchesNeighbour,
  replaceNeighbour,
  type Neighbour,
  type NeighbourFilter,
  type NeighbourSpec,
} from './neighbour.ts';
import type { Requester } from './requester.ts';

/** The neighbours of a network namespace: what `ip neighbour` does. All methods throw `KernelError`. */
export class Neighbours {
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /**
   * Makes a neighbour. C twin: `ip neighbour add`.
   *
   * @param spec - which
   * @throws KernelError `EEXIST`: it is there; `EINVAL`: a link-layer address is missing, or has another length
   */
  add(spec: NeighbourSpec): void {
    this.#requester.run(addNeighbour(spec));
  }

  /**
   * Makes a neighbour or changes the one that is there. C twin: `ip neighbour replace`.
   *
   * @param spec - which
   */
  replace(spec: NeighbourSpec): void {
    this.#requester.run(replaceNeighbour(spec));
  }

  /**
   * Changes a neighbour. C twin: `ip neighbour change`.
   *
   * @param spec - which
   * @throws KernelError `ENOENT`: it is not there
   */
  change(spec: NeighbourSpec): void {
    this.#requester.run(changeNeighbour(spec));
  }

  /**
   * Deletes a neighbour. C twin: `ip neighbour delete`.
   *
   * @param spec - which
   * @throws KernelError `ENOENT`: it is not there
   */
  delete(spec: NeighbourSpec): void {
    this.#requester.run(deleteNeighbour(spec));
  }

  /**
   * Tells of one neighbour. C twin: `ip neighbour get`.
   *
   * @param spec - which
   * @throws KernelError `ENOENT`: it is not there
   */
  get(spec: NeighbourSpec): Neighbour {
    return this.#requester.run(getNeighbour(spec));
  }

  /**
   * Tells of neighbours. C twin: `ip neighbour show nud all`.
   *
   * @param filter - of which
   * @returns in the kernel's order
   * @throws KernelError `EINTR`: they changed each time that they were read
   */
  list(filter: NeighbourFilter = {}): Neighbour[] {
    return this.#requester.dump(dumpNeighbours(filter)).filter((neighbour) => matchesNeighbour(neighbour, filter));
  }

  /**
   * Deletes neighbours, all that there are. C twin: `ip neighbour flush`, which leaves alone those that stay by
   * themselves: `NUD_PERMANENT` and `NUD_NOARP`. So does this one, unless the filter asks for them.
   *
   * @param filter - which
   * @returns how many
   * @throws KernelError: one could not be deleted; `EINTR`: more came each time
   */
  flush(filter: NeighbourFilter): number {
    const leaving = filter.state ?? (filter.proxy === true ? undefined : ALL & ~(NUD_PERMANENT | NUD_NOARP));
    return flushed(
      this.#requester,
      () => this.list(filter).filter(({ state }) => leaving === undefined || (state & leaving) !== 0),
      ({ index, destination = '' }) => deleteNeighbour({ index, destination, flags: filter.proxy === true ? NTF_PROXY : 0 }),
    );
  }
}

const ALL = 0xffff;
