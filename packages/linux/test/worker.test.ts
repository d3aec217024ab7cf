import { Worker } from 'node:worker_threads';
import { AF_PACKET, SOCK_RAW } from '@netdevkit/bindings';
import { expect, it } from 'vitest';
import type { HostNamespace } from '../src/index.ts';
import { HostRig } from './host-rig.ts';
import { describeInNamespace } from './private-namespace.ts';

const PROTOCOL = 0x88b5;
/** No more than the reader's ring has blocks: each may be handed over with one packet in it, before the reader has its turn. */
const BURST = 8;
/** All of them would not fit into the ring. */
const BURSTS = 60;
const LENGTH = 1500;
const PATIENCE = 60_000;

/** A thread that reads a ring, and what it has read. */
class Reader {
  /** How many packets were shown; in which descriptor the namespace is; how many waits have begun. */
  readonly counters: Int32Array = new Int32Array(new SharedArrayBuffer(12));
  readonly worker: Worker;
  /** Resolves when the thread has ended: asked for before it does, since its last message and its end may come in one turn. */
  readonly ended: Promise<unknown>;

  private constructor(namespace: HostNamespace) {
    this.counters[1] = namespace.fd;
    const workerData = { counters: this.counters, pid: process.pid, protocol: PROTOCOL };
    this.worker = new Worker(new URL('./ring-worker.ts', import.meta.url), { workerData, execArgv: ['--conditions=@netdevkit/source', '--disable-warning=ExperimentalWarning'] });
    this.ended = new Promise((resolve) => this.worker.once('exit', resolve));
  }

  static async start(namespace: HostNamespace): Promise<Reader> {
    const reader = new Reader(namespace);
    expect(await reader.next()).toBe('ready');
    return reader;
  }

  async next(): Promise<unknown> {
    return await new Promise((resolve, reject) => this.worker.once('message', resolve).once('error', reject));
  }

  /** Waits for packets without giving this thread's event loop a turn. */
  waitFor(count: number): void {
    this.#waitFor(0, count);
  }

  /** The same until the thread has begun to wait for the so-manieth time. */
  waitForWait(count: number): void {
    this.#waitFor(2, count);
  }

  #waitFor(counter: number, count: number): void {
    for (;;) {
      const counted = Atomics.load(this.counters, counter);
      if (counted >= count) return;
      expect(Atomics.wait(this.counters, counter, counted, PATIENCE), `${String(counted)} of ${String(count)}`).not.toBe('timed-out');
    }
  }
}

/** A host, and a namespace whose `lo` is up. */
class Rig extends HostRig {
  constructor() {
    super();
    this.ip.link.set('lo', { up: true });
  }

  send(count: number): void {
    using socket = this.host.socket(AF_PACKET, SOCK_RAW, 0, { namespace: this.namespace });
    const frame = new Uint8Array(LENGTH);
    new DataView(frame.buffer).setUint16(12, PROTOCOL);
    for (let sent = 0; sent < count; sent += 1) socket.send(frame, { to: { ifindex: 1, protocol: PROTOCOL } });
  }
}

describeInNamespace('a ring in a worker', () => {
  it('is read while the main thread is busy', async () => {
    using rig = new Rig();
    const reader = await Reader.start(rig.namespace);
    for (let burst = 1; burst <= BURSTS; burst += 1) {
      rig.send(BURST);
      reader.waitFor(burst * BURST);
    }
    const said = reader.next();
    reader.worker.postMessage('end');
    expect(await said).toEqual({ drops: 0, left: 0 });
    expect(reader.counters[0]).toBe(BURSTS * BURST);
    await reader.ended;
  });

  it('ends with its thread, in the middle of a wait', async () => {
    using rig = new Rig();
    const reader = await Reader.start(rig.namespace);
    rig.send(1);
    reader.waitFor(1);
    // Not on its way there: koffi ends the process where a thread is terminated in a call of it.
    reader.waitForWait(2);
    expect(await reader.worker.terminate()).toBe(1);
  });
});
