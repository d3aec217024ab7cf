import {
  addAddress,
  changeAddress,
  deleteAddress,
  dumpAddresses,
  matchesAddress,
  replaceAddress,
  type AddressFilter,
  type AddressSpec,
} from './address-requests.ts';
import type { Address } from './address.ts';
import { flushed } from './flush.ts';
import type { Requester } from './requester.ts';

/** The addresses of a network namespace: what `ip address` does. All methods throw `KernelError`. */
export class Addresses {
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /**
   * Gives a link an address. C twin: `ip address add`.
   *
   * @param spec - which
   * @throws KernelError `EEXIST`: it has it; `ENODEV`: no such link
   */
  add(spec: AddressSpec): void {
    this.#requester.run(addAddress(spec));
  }

  /**
   * Gives a link an address, or changes the one that it has. C twin: `ip address replace`.
   *
   * @param spec - which, and what is to be of it
   */
  replace(spec: AddressSpec): void {
    this.#requester.run(replaceAddress(spec));
  }

  /**
   * Changes an address. C twin: `ip address change`.
   *
   * @param spec - which, and what is to be of it
   * @throws KernelError `ENOENT`: IPv6 has no such address; IPv4 makes it
   */
  change(spec: AddressSpec): void {
    this.#requester.run(changeAddress(spec));
  }

  /**
   * Takes an address away. C twin: `ip address delete`.
   *
   * @param spec - which
   * @throws KernelError `EADDRNOTAVAIL`: the link does not have it
   */
  delete(spec: AddressSpec): void {
    this.#requester.run(deleteAddress(spec));
  }

  /**
   * Tells of addresses. C twin: `ip address show`.
   *
   * @param filter - of which
   * @returns in the kernel's order: by link, those of IPv4 first
   * @throws KernelError `ENODEV`: no such link; `EINTR`: they changed each time that they were read
   */
  list(filter: AddressFilter = {}): Address[] {
    return this.#requester.dump(dumpAddresses(filter)).filter((address) => matchesAddress(address, filter));
  }

  /**
   * Takes addresses away, all that there are. C twin: `ip address flush`.
   *
   * @param filter - which
   * @returns how many
   * @throws KernelError: one could not be deleted; `EINTR`: more came each time
   */
  flush(filter: AddressFilter): number {
    return flushed(
      this.#requester,
      () => this.list(filter),
      ({ index, local, address, prefixLength }) => {
        const own = local ?? address ?? '';
        return deleteAddress({ index, address: `${own}/${String(prefixLength)}`, peer: `${address ?? own}/${String(prefixLength)}` });
      },
    );
  }
}
