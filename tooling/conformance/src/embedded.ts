import { AF_NETLINK, SOCK_RAW } from '@netdevkit/bindings';
import dummy from '@netdevkit/dummy';
import { Kernel, ManualClock, RELEASE, seededRandom } from '@netdevkit/kernel';
import nlmon from '@netdevkit/nlmon';
import veth from '@netdevkit/veth';
import type { Bench, BenchNamespace, TestedKernel } from './bench.ts';
import ifb from './ifb.ts';

const KINDS = new Set(['dummy', 'ifb', 'nlmon', 'veth']);
/** What one request takes, as far as the embedded kernel's clock is concerned. */
const MOMENT_NS = 1e6;
const TGID = 4711;

/** A kernel for each scenario, whose clock moves only as the scenario goes on. */
class EmbeddedBench implements Bench {
  readonly #clock = new ManualClock(1_700_000_000);
  readonly #kernel: Kernel;
  #made = 0;

  constructor(cpus: number) {
    this.#kernel = new Kernel({
      clock: this.#clock,
      random: seededRandom(1),
      modules: [dummy, ifb, nlmon, veth],
      moduleOptions: { dummy: 'numdummies=0' },
      cpus,
      tgid: TGID,
    });
  }

  namespace(): BenchNamespace {
    // None is the initial one: a scenario's namespace on a real kernel is not, either.
    const namespace = this.#kernel.createNamespace(`bench${String(this.#made++)}`);
    const descriptor = namespace.open();
    let isOpen = true;
    return {
      fd: descriptor.fd,
      socket: (protocol) => this.#kernel.socket(AF_NETLINK, SOCK_RAW, protocol, { namespace }),
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        descriptor[Symbol.dispose]();
        namespace[Symbol.dispose]();
      },
    };
  }

  wait(milliseconds: number): Promise<void> {
    this.#clock.advance(milliseconds * 1e6);
    return Promise.resolve();
  }

  settle(): Promise<void> {
    this.#clock.advance(MOMENT_NS);
    return Promise.resolve();
  }

  [Symbol.dispose](): void {
    this.#kernel.close();
  }
}

/** The embedded kernel. */
export class EmbeddedKernel implements TestedKernel {
  readonly release: string = RELEASE;
  readonly tgid: number = TGID;
  readonly cpus: number;

  /** @param cpus - as many as the kernel has that it is compared with */
  constructor(cpus: number) {
    this.cpus = cpus;
  }

  lacks(kind: string): string | undefined {
    return KINDS.has(kind) ? undefined : `the embedded kernel has no ${kind}`;
  }

  open(): Bench {
    return new EmbeddedBench(this.cpus);
  }

  [Symbol.dispose](): void {}
}
