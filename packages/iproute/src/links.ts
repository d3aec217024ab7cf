import { failure } from './request-error.ts';
import {
  addAltNames,
  addLink,
  addLinkEchoed,
  deleteAltNames,
  deleteLink,
  dumpLinks,
  getLink,
  matchesFilter,
  setLink,
  type LinkDetail,
  type LinkFilter,
} from './link-requests.ts';
import type { LinkChanges, LinkGroup, LinkSpec, LinkTarget } from './link-spec.ts';
import { isOfKind, type Link } from './link.ts';
import type { Requester } from './requester.ts';

/**
 * The links of a network namespace: what `ip link` does.
 *
 * Each method is one request and its answer, but where it says otherwise. All throw `KernelError`, a `RequestError` where
 * the kernel answered with one.
 */
export class Links {
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /**
   * Makes a link. C twin: `ip link add`.
   *
   * @param spec - what to make; without a name the kernel calls it by its kind and a number
   * @throws KernelError `EOPNOTSUPP`: no such kind; `EEXIST`: the name or index is taken
   */
  add<Kind extends string>(spec: LinkSpec<Kind>): void {
    this.#requester.run(addLink(spec));
  }

  /**
   * Makes a link and tells of it: its name and index, where the kernel chose them. Asks the kernel to echo it; where it
   * does not (before 6.2), asks again by name.
   *
   * @param spec - what to make, in this namespace
   * @returns the link as it is then
   * @throws TypeError: it is to be in another namespace, where it cannot be seen
   * @throws KernelError: as {@link add}; `EOPNOTSUPP` too when the kernel does not echo and there is no name to ask for;
   * `ENODEV`: it is gone again
   */
  create<Kind extends string>(spec: LinkSpec<Kind>): Link<Kind> {
    if (spec.netns !== undefined) throw new TypeError('netns: expected none for a link that is to be told of, got one');
    const link = this.#requester.run(addLinkEchoed(spec));
    if (link !== undefined) return link;
    const target = spec.index !== undefined && spec.index > 0 ? spec.index : spec.name;
    if (target === undefined || (typeof target === 'string' && target.includes('%'))) {
      throw failure('EOPNOTSUPP', 'the kernel does not tell what it made', 'RTM_NEWLINK');
    }
    const shown = this.show(target);
    if (!isOfKind(shown, spec.kind)) throw failure('ENODEV', `what was made is there no more: ${shown.name} is another`, 'RTM_NEWLINK');
    return shown;
  }

  /**
   * Changes a link, or all links of a group. C twin: `ip link set`.
   *
   * The kernel makes the changes one after another and keeps those that it made before an error. To rename a link that is
   * given by name, its index is asked for first.
   *
   * @param target - which
   * @param changes - what is to change
   * @throws KernelError `ENODEV`: no such link; and what the change is refused with
   */
  set<Kind extends string, MasterKind extends string>(target: LinkTarget | LinkGroup, changes: LinkChanges<Kind, MasterKind>): void {
    const byIndex = changes.name !== undefined && typeof target === 'string' ? this.show(target).index : target;
    this.#requester.run(setLink(byIndex, changes));
  }

  /**
   * Deletes a link, or all links of a group. C twin: `ip link delete`.
   *
   * @param target - which
   * @throws KernelError `ENODEV`: no such link; `EOPNOTSUPP`: it cannot be deleted
   */
  delete(target: LinkTarget | LinkGroup): void {
    this.#requester.run(deleteLink(target));
  }

  /**
   * Tells of one link. C twin: `ip link show dev`.
   *
   * @param target - which
   * @param detail - what to tell
   * @throws KernelError `ENODEV`: no such link
   */
  show(target: LinkTarget, detail?: LinkDetail): Link {
    return this.#requester.run(getLink(target, detail));
  }

  /**
   * Tells of all links, or those that a filter asks for. C twin: `ip link show`.
   *
   * A table that changed while it was read is read again.
   *
   * @param filter - which links, what to tell
   * @returns by ascending index
   * @throws KernelError `EINTR`: it changed each time
   */
  list<Kind extends string = string>(filter: LinkFilter<Kind> = {}): Array<Link<Kind>> {
    return this.#requester.dump(dumpLinks(filter)).filter((link): link is Link<Kind> => matchesFilter(link, filter));
  }

  /**
   * Gives a link alternative names. C twin: `ip link property add`.
   *
   * @param target - which
   * @param names - of up to 127 octets each
   * @throws KernelError `EEXIST`: a name is taken; those before it were added
   */
  addAltNames(target: LinkTarget, names: readonly string[]): void {
    this.#requester.run(addAltNames(target, names));
  }

  /**
   * Takes alternative names away. C twin: `ip link property del`.
   *
   * @param target - which
   * @param names - the names
   * @throws KernelError `ENOENT`: the link has no such name; those before it were taken away
   */
  deleteAltNames(target: LinkTarget, names: readonly string[]): void {
    this.#requester.run(deleteAltNames(target, names));
  }
}
