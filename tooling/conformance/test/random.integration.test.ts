import { NLMSG_ERROR, NLMSG_HDRLEN } from '@netdevkit/bindings';
import type { NetlinkSocket } from '@netdevkit/netlink';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bench, BenchNamespace, TestedKernel } from '../src/bench.ts';
import { EmbeddedKernel } from '../src/embedded.ts';
import { HostKernel, whyNoHost } from '../src/host.ts';
import { aRequest } from '../src/random/grammar.ts';
import { randomScenario, tryRandomly } from '../src/random/run.ts';
import { play } from '../src/scene.ts';

/** More of them: `FC_RUNS=1000`. */
const RUNS = Number(process.env['FC_RUNS'] ?? 12);
const SEED = 612;

/** A kernel that says of every error that it is another one. */
function lying(kernel: TestedKernel): TestedKernel {
  const socketOf = (socket: NetlinkSocket): NetlinkSocket => {
    const receive = socket.receive.bind(socket);
    socket.receive = (options) => {
      const got = receive(options);
      if (got?.bytes[4] === NLMSG_ERROR && (got.bytes[NLMSG_HDRLEN] ?? 0) !== 0) got.bytes[NLMSG_HDRLEN] = 0xf0;
      return got;
    };
    return socket;
  };
  const namespaceOf = (namespace: BenchNamespace): BenchNamespace => ({
    fd: namespace.fd,
    socket: (protocol) => socketOf(namespace.socket(protocol)),
    close: () => {
      namespace.close();
    },
  });
  const benchOf = (bench: Bench): Bench => ({
    namespace: () => namespaceOf(bench.namespace()),
    wait: (milliseconds) => bench.wait(milliseconds),
    settle: (isDone, isSlow) => bench.settle(isDone, isSlow),
    [Symbol.dispose]: () => {
      bench[Symbol.dispose]();
    },
  });
  return { release: kernel.release, cpus: kernel.cpus, tgid: kernel.tgid, lacks: () => undefined, open: () => benchOf(kernel.open()), [Symbol.dispose]: () => undefined };
}

describe('requests drawn by lot', () => {
  it('make the embedded kernel do as the kernel of this machine', async ({ skip }) => {
    const reason = whyNoHost();
    if (reason !== undefined) skip(`no private namespaces: ${reason}`);
    using host = new HostKernel();
    const lack = host.lacks('ifb');
    if (lack !== undefined) skip(lack);
    using embedded = new EmbeddedKernel(host.cpus);
    expect(await tryRandomly(host, embedded, { runs: RUNS, seed: SEED })).toBeUndefined();
  });

  it('are mostly such that a kernel does something', async () => {
    using embedded = new EmbeddedKernel(1);
    const requests = fc.sample(aRequest, { numRuns: 300, seed: SEED });
    const { steps } = await play(embedded, randomScenario(requests, false));
    const answers = steps.flatMap(({ heard }) => heard.filter(({ socket }) => socket === 'client'));
    const told = steps.flatMap(({ heard }) => heard.filter(({ socket }) => socket === 'listener'));
    expect(answers.length).toBeGreaterThan(300);
    expect(told.length).toBeGreaterThan(100);
  });

  it('that are answered otherwise are found, and told in words', async () => {
    using embedded = new EmbeddedKernel(1);
    const liar = lying(new EmbeddedKernel(1));
    const found = await tryRandomly(liar, embedded, { runs: 20, seed: SEED });
    expect(found).toMatch(/^seed 612, path [\d:]+, \d+ times shorter/);
    expect(found).toMatch(/client\.NLMSG_ERROR\.error\.errno/);
    // No more requests than it takes.
    expect(found?.split('\n').filter((line) => /^ {4}[\da-f]{32}/.test(line))).toHaveLength(1);
  });
});
