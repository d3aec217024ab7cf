import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AF_NETLINK, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { Host, linkKindSupport, type HostNamespace } from '@netdevkit/linux';
import type { Bench, BenchNamespace, TestedKernel } from './bench.ts';

/** How long what the kernel does behind a request's back may take: addresses of IPv6, the end of a namespace. */
const PATIENCE_MS = 250;
/** How long carriers may take, which are looked at once in a second. */
const SLOW_MS = 2500;
/** How often it is looked for. */
const LOOK_MS = 1;

/**
 * Settings that distributions change and namespaces inherit, and what the kernel itself has. A kernel built without one has no
 * file.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  // Where Docker runs, for one. It takes what follows from it along: forwarding of each link, and which redirects are accepted.
  'ipv4/ip_forward': '0',
  'ipv4/conf/all/promote_secondaries': '0',
  'ipv4/conf/default/promote_secondaries': '0',
  'ipv4/conf/all/rp_filter': '0',
  'ipv4/conf/default/rp_filter': '0',
  'ipv4/conf/all/accept_source_route': '0',
  'ipv4/conf/default/accept_source_route': '1',
  'ipv6/conf/all/use_tempaddr': '0',
  'ipv6/conf/default/use_tempaddr': '0',
};

/** Namespaces of the host, for one scenario. */
class HostBench implements Bench {
  readonly #host: Host;
  readonly #patience: number;
  readonly #open = new Set<HostNamespace>();

  constructor(host: Host, patience: number) {
    this.#host = host;
    this.#patience = patience;
  }

  namespace(): BenchNamespace {
    const host = this.#host;
    const namespace = host.createNamespace();
    this.#open.add(namespace);
    host.within(namespace, () => {
      for (const [file, value] of Object.entries(SETTINGS)) set(file, value);
    });
    return {
      fd: namespace.fd,
      socket: (protocol) => host.socket(AF_NETLINK, SOCK_RAW, protocol, { namespace }),
      close: () => {
        this.#open.delete(namespace);
        namespace.close();
      },
    };
  }

  async wait(milliseconds: number): Promise<void> {
    await sleep(milliseconds);
  }

  async settle(isDone: () => boolean, isSlow: boolean): Promise<void> {
    for (const end = performance.now() + (isSlow ? SLOW_MS : this.#patience); !isDone() && performance.now() < end; ) await sleep(LOOK_MS);
  }

  [Symbol.dispose](): void {
    for (const namespace of this.#open) namespace.close();
    this.#open.clear();
  }
}

/** The kernel that this process runs on, in namespaces that nobody else uses. */
export class HostKernel implements TestedKernel {
  readonly #host = new Host();
  readonly #patience: number;
  readonly #lacks = new Map<string, string | undefined>();
  readonly release: string = this.#host.version.release;
  readonly tgid: number = process.pid;
  readonly cpus: number = possibleCpus();

  /** @param patience - milliseconds that are waited for what the kernel does behind a request's back */
  constructor(patience: number = PATIENCE_MS) {
    this.#patience = patience;
  }

  lacks(kind: string): string | undefined {
    if (!this.#lacks.has(kind)) {
      using namespace = this.#host.createNamespace();
      using socket = this.#host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace });
      const support = linkKindSupport(socket, kind);
      this.#lacks.set(kind, support.supported ? undefined : support.reason);
    }
    return this.#lacks.get(kind);
  }

  open(): Bench {
    return new HostBench(this.#host, this.#patience);
  }

  [Symbol.dispose](): void {
    this.#host.close();
  }
}

/** Why scenarios cannot be played on the kernel that this process runs on; nothing if they can. */
export function whyNoHost(): string | undefined {
  try {
    using host = new Host();
    host.createNamespace().close();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The ranges in `cpu/possible`, such as `0-3`. */
function possibleCpus(): number {
  const ranges = readFileSync('/sys/devices/system/cpu/possible', 'latin1').trim().split(',');
  return ranges.reduce((sum, range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return sum + last - first + 1;
  }, 0);
}

function set(file: string, value: string): void {
  try {
    writeFileSync(`/proc/sys/net/${file}`, value);
  } catch {
    // Such a kernel does not differ in it, or the scenarios say in what.
  }
}
