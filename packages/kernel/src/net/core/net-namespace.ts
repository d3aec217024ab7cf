import { errno } from '@netdevkit/errno';
import type { kernel, net, net_device } from '@netdevkit/bindings/raw';
import type { Faults } from '../../faults.ts';

/** The inode number of the first namespace, as Linux gives it. */
const FIRST_INUM = 4_026_531_840;

/** Namespace numbers that a peer may be given: as many as a positive int counts. */
const NSID_MAX = 0x7fff_ffff;

/** The numbers that will be given next. */
export class Serials {
  /** `net_cookie` of namespaces. */
  namespaces = 1;
  /** Inode numbers of sockets. As on Linux they do not start at 1. */
  inodes = 4097;
  /** Cookies of sockets: `sk_cookie`. */
  cookies = 1;
}

/**
 * A network namespace: `struct net`.
 *
 * Subsystems keep their own state by {@link id}, as C's `net_generic` does, so this record knows none of them.
 */
export class Net implements net {
  readonly kernel: kernel;
  readonly inum: number;
  /** A small number for dense tables; used again after the namespace has gone. */
  readonly id: number;
  /** What `ip netns` would call it; empty for the initial one. */
  readonly name: string;
  /** Devices by name and by alternative name. */
  readonly names: Map<string, net_device> = new Map();
  /** Devices by index. */
  readonly indexes: Map<number, net_device> = new Map();
  /** Devices by ascending index. */
  readonly devices: net_device[] = [];
  /** The index that was given last. */
  ifindex = 0;
  /** Moves whenever the device list changes: what dumps compare for NLM_F_DUMP_INTR. Never 0. */
  devBaseSeq = 1;
  /** This namespace's numbers for others (`nsid`). */
  readonly nsids: Map<number, Net> = new Map();
  /** Whether the namespace still stands. */
  alive = true;
  /** What numbers sockets and namespaces, of the whole kernel: inodes and cookies. */
  readonly serials: Serials;
  /** `net_cookie`. */
  readonly cookie: number;

  constructor(owner: kernel, id: number, inum: number, name: string, serials: Serials = new Serials()) {
    this.kernel = owner;
    this.id = id;
    this.inum = inum;
    this.name = name;
    this.serials = serials;
    this.cookie = serials.namespaces++;
  }

  /** The device with this index. */
  byIndex(ifindex: number): net_device | undefined {
    return this.indexes.get(ifindex);
  }

  /** The device with this name or alternative name. */
  byName(name: string): net_device | undefined {
    return this.names.get(name);
  }
}

/** What leads to a namespace, which may have gone. */
export interface NetHandle {
  readonly isAlive: boolean;
  /** @throws KernelError `ENOENT`: it has gone */
  net(): Net;
}

/** What the numbers in a program's requests mean to it: its descriptors, and processes as it numbers them. */
export interface ProcessNames {
  /** The namespace that a descriptor of the program is of; `undefined` when it is of none. */
  readonly byDescriptor: (fd: number) => Net | undefined;
  /** The namespace that a process is in; `undefined` when there is no such process. */
  readonly byProcess: (pid: number) => Net | undefined;
}

/** What a subsystem does when a namespace comes and goes: `struct pernet_operations`. */
export interface PernetOperations {
  /** 0, or a negative errno: then no namespace is made. */
  init(namespace: Net): number;
  exit(namespace: Net): void;
}

/**
 * The namespaces of a kernel, and the numbers by which messages name them: net/core/net_namespace.c.
 */
export class Namespaces {
  readonly #kernel: kernel;
  readonly #faults: Faults;
  readonly #operations: PernetOperations[] = [];
  readonly #all: (Net | undefined)[] = [];
  readonly #descriptors = new Map<number, Net>();
  readonly #processes = new Map<number, Net>();
  readonly #serials = new Serials();
  #made = 0;
  /** Whose request is handled, where numbers mean what they mean to a program; `null`: what {@link open} and {@link attach} say. */
  current: ProcessNames | null = null;
  /** Told when a namespace gives another a number by itself, and when the other is gone: rtnetlink has listeners. */
  nsidChanged: ((namespace: Net, nsid: number, gone: boolean) => void) | null = null;

  constructor(kernel: kernel, faults: Faults) {
    this.#kernel = kernel;
    this.#faults = faults;
  }

  /** Every namespace, the initial one first. */
  get all(): Net[] {
    return this.#all.filter((namespace) => namespace !== undefined);
  }

  /** Adds a subsystem; it is not told of namespaces that exist already. */
  register(operations: PernetOperations): void {
    this.#operations.push(operations);
  }

  /**
   * Makes a namespace.
   *
   * @param name - what to call it; `EEXIST` when one of that name stands
   */
  create(name: string): Net | number {
    if (name !== '' && this.byName(name) !== undefined) return -errno.EEXIST;
    if (this.#faults.shouldFail('net')) return -errno.ENOMEM;
    let id = this.#all.indexOf(undefined);
    if (id === -1) id = this.#all.length;
    const namespace = new Net(this.#kernel, id, FIRST_INUM + this.#made++, name, this.#serials);
    for (const [i, operations] of this.#operations.entries()) {
      const error = operations.init(namespace);
      if (error === 0) continue;
      for (const undone of this.#operations.slice(0, i).reverse()) undone.exit(namespace);
      return error;
    }
    this.#all[id] = namespace;
    return namespace;
  }

  /** Ends a namespace: the subsystems in reverse order, so that devices go before sockets do. */
  destroy(namespace: Net): void {
    if (!namespace.alive) return;
    namespace.alive = false;
    // From net/core/net_namespace.c:cleanup_net: nobody knows it any more when its devices go.
    for (const other of this.all) {
      for (const [nsid, target] of other.nsids) {
        if (target !== namespace) continue;
        other.nsids.delete(nsid);
        this.nsidChanged?.(other, nsid, true);
      }
    }
    namespace.nsids.clear();
    for (const operations of [...this.#operations].reverse()) operations.exit(namespace);
    this.#all[namespace.id] = undefined;
    for (const [fd, target] of this.#descriptors) if (target === namespace) this.#descriptors.delete(fd);
    for (const [pid, target] of this.#processes) if (target === namespace) this.#processes.delete(pid);
  }

  byName(name: string): Net | undefined {
    return this.#all.find((namespace) => namespace?.name === name);
  }

  /** A descriptor number for `IFLA_NET_NS_FD`, as a process would have from opening `/run/netns/NAME`. */
  open(namespace: Net): number {
    let fd = 3;
    while (this.#descriptors.has(fd)) fd++;
    this.#descriptors.set(fd, namespace);
    return fd;
  }

  /** Ends a descriptor number. */
  close(fd: number): void {
    this.#descriptors.delete(fd);
  }

  /** Says in which namespace a process is, for `IFLA_NET_NS_PID`. */
  attach(pid: number, namespace: Net): void {
    this.#processes.set(pid, namespace);
  }

  /** `get_net_ns_by_fd`: EBADF for a number that is no descriptor. */
  byDescriptor(fd: number): Net | number {
    return (this.current === null ? this.#descriptors.get(fd) : this.current.byDescriptor(fd)) ?? -errno.EBADF;
  }

  /** `get_net_ns_by_pid`: ESRCH for a process that is not known. */
  byProcess(pid: number): Net | number {
    return (this.current === null ? this.#processes.get(pid) : this.current.byProcess(pid)) ?? -errno.ESRCH;
  }

  /** `peernet2id`: the number by which one namespace knows another, or -1. */
  nsidOf(namespace: Net, peer: Net): number {
    for (const [nsid, target] of namespace.nsids) if (target === peer) return nsid;
    return -1;
  }

  /** `peernet2id_alloc`: the same, giving the lowest free number where there is none; -1 when either is going. */
  allocNsid(namespace: Net, peer: Net): number {
    const known = this.nsidOf(namespace, peer);
    if (known !== -1 || !namespace.alive || !peer.alive) return known;
    const nsid = this.#giveNsid(namespace, peer);
    this.nsidChanged?.(namespace, nsid, false);
    return nsid;
  }

  /**
   * Gives a number to a peer.
   *
   * @param nsid - the number; negative for the lowest that is free
   * @returns the number; -EEXIST when the peer has one, -ENOSPC when it is taken
   */
  setNsid(namespace: Net, peer: Net, nsid: number): number {
    if (this.nsidOf(namespace, peer) !== -1) return -errno.EEXIST;
    if (nsid < 0) return this.#giveNsid(namespace, peer);
    if (nsid > NSID_MAX || namespace.nsids.has(nsid)) return -errno.ENOSPC;
    namespace.nsids.set(nsid, peer);
    return nsid;
  }

  #giveNsid(namespace: Net, peer: Net): number {
    let nsid = 0;
    while (namespace.nsids.has(nsid)) nsid++;
    namespace.nsids.set(nsid, peer);
    return nsid;
  }
}
