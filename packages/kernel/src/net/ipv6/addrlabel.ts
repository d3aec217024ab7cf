import { errno } from '@netdevkit/errno';
import type { Net } from '../core/net-namespace.ts';
import { ADDR, ANY, LOOPBACK, equal, prefixOf, samePrefix, typeOf, type In6 } from './ipv6-address.ts';

/** A rule about which source addresses go with which destinations: `struct ip6addrlbl_entry`. */
export interface AddressLabel {
  readonly prefix: In6;
  readonly prefixLength: number;
  /** 0 for every device. */
  readonly ifindex: number;
  /** Which of the kinds that look like others it is meant for; 0 for any address. */
  readonly kind: number;
  readonly label: number;
}

/** The kinds of address whose prefix is no network of the rest. */
const KINDS = ADDR.MAPPED | ADDR.COMPATV4 | ADDR.LOOPBACK;

function address(...octets: number[]): In6 {
  const bytes = new Uint8Array(16);
  bytes.set(octets);
  return bytes;
}

/** What a namespace begins with: RFC 6724 and what came since. From net/ipv6/addrlabel.c:ip6addrlbl_init_table. */
const DEFAULTS: readonly (readonly [prefix: In6, length: number, label: number])[] = [
  [ANY, 0, 1],
  [address(0xfc), 7, 5],
  [address(0xfe, 0xc0), 10, 11],
  [address(0x20, 0x02), 16, 2],
  [address(0x3f, 0xfe), 16, 12],
  [address(0x20, 0x01), 32, 6],
  [address(0x20, 0x01, 0x00, 0x10), 28, 7],
  [address(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff), 96, 4],
  [ANY, 96, 3],
  [LOOPBACK, 128, 0],
];

/**
 * The labels of one namespace: `struct netns_ipv6.ip6addrlbl_table` (net/ipv6/addrlabel.c).
 */
export class AddressLabels {
  /** In the order in which they are looked through: long prefixes first. */
  readonly entries: AddressLabel[] = [];
  /** Moves with every addition. */
  seq = 0;

  constructor() {
    for (const [prefix, length, label] of DEFAULTS) this.add(prefix, length, 0, label, false);
  }

  /** `ip6addrlbl_add`: 0; -EEXIST, -EINVAL for a part of the IPv4 addresses. */
  add(prefix: In6, prefixLength: number, ifindex: number, label: number, replace: boolean): number {
    let kind = typeOf(prefix) & KINDS;
    if (kind === ADDR.MAPPED && prefixLength > 96) return -errno.EINVAL;
    const whole = kind === ADDR.LOOPBACK ? 128 : 96;
    if (prefixLength !== whole) kind = 0;
    const entry: AddressLabel = { prefix: prefixOf(prefix, prefixLength), prefixLength, ifindex, kind, label };
    const at = this.entries.findIndex(
      (other) => isSame(other, entry) || (other.prefixLength === prefixLength && other.ifindex === 0) || other.prefixLength < prefixLength,
    );
    const there = this.entries[at];
    if (there === undefined) this.entries.push(entry);
    else if (!isSame(there, entry)) this.entries.splice(at, 0, entry);
    else if (replace) this.entries[at] = entry;
    else return -errno.EEXIST;
    this.seq = (this.seq + 1) >>> 0;
    return 0;
  }

  /** `ip6addrlbl_del`: 0, -ESRCH. */
  delete(prefix: In6, prefixLength: number, ifindex: number): number {
    const wanted = { prefix: prefixOf(prefix, prefixLength), prefixLength, ifindex };
    const at = this.entries.findIndex((entry) => isSame(entry, wanted));
    if (at === -1) return -errno.ESRCH;
    this.entries.splice(at, 1);
    return 0;
  }

  /**
   * `__ipv6_addr_label`: the first that an address has. From net/ipv6/addrlabel.c:ip6addrlbl_get, which compares more of the
   * address's kind than entries have, so that none meant for ::1 or for IPv4's is found.
   */
  find(addr: In6, ifindex: number): AddressLabel | undefined {
    const kind = typeOf(addr);
    return this.entries.find(
      (entry) =>
        (entry.ifindex === 0 || entry.ifindex === ifindex) &&
        (entry.kind === 0 || entry.kind === kind) &&
        samePrefix(addr, entry.prefix, entry.prefixLength),
    );
  }
}

function isSame(a: Omit<AddressLabel, 'kind' | 'label'>, b: Omit<AddressLabel, 'kind' | 'label'>): boolean {
  return a.prefixLength === b.prefixLength && a.ifindex === b.ifindex && equal(a.prefix, b.prefix);
}

/** The labels of all namespaces. */
export class AddressLabelTables {
  readonly #tables = new Map<Net, AddressLabels>();

  of(net: Net): AddressLabels {
    let table = this.#tables.get(net);
    if (table === undefined) this.#tables.set(net, (table = new AddressLabels()));
    return table;
  }

  /** Forgets a namespace that has gone. */
  forget(net: Net): void {
    this.#tables.delete(net);
  }
}
