import { Worker } from 'node:worker_threads';
import { AF_NETLINK, AF_PACKET, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { IpRoute } from '@netdevkit/iproute';
import { describe, expect, it } from 'vitest';
import { Host, type HostNamespace } from '../src/index.ts';
import { privateNamespace } from './private-namespace.ts';

const PROTOCOL = 0x88b5;
/** All of them would not fit into the reader's ring. */
const BURST = 300;
const BURSTS = 20;

/** A thread that reads a ring, and what it has read. */
class Reader {
  /** How many packets were shown; in which descriptor the namespace is. */
  readonly counters: Int32Array = new Int32Array(new SharedArrayBuffer(8));
  readonly worker: Worker;

  private constructor(namespace: HostNamespace) {
    this.counters[1] = namespace.fd;
    const workerData = { counters: this.counters, pid: process.pid, protocol: PROTOCOL };
    this.worker = new Worker(new URL('./ring-worker.ts', import.meta.url), { workerData, execArgv: ['--conditions=@netdevkit/source', '--disable-warning=ExperimentalWarning'] });
  }

  static async start(namespace: HostNamespace): Promise<Reader> {
    const reader = new Reader(namespace);
    expect(await reader.next()).toBe('ready');
    return reader;
  }

  async next(): Promise<unknown> {
    return await new Promise((resolve, reject) => this.worker.once('message', resolve).once('error', reject));
  }

  /** Waits without giving this thread's event loop a turn. */
  waitFor(count: number): void {
    for (;;) {
      const shown = Atomics.load(this.counters, 0);
      if (shown >= count) return;
      expect(Atomics.wait(this.counters, 0, shown, 30_000), `${String(shown)} of ${String(count)}`).not.toBe('timed-out');
    }
  }
}

/** A host, and a namespace whose `lo` is up. */
class Rig implements Disposable {
  readonly host: Host = new Host({ trackLeaks: true });
  readonly namespace: HostNamespace = this.host.createNamespace();

  constructor() {
    using ip = new IpRoute(() => this.host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace: this.namespace }));
    ip.link.set('lo', { up: true });
  }

  send(count: number): void {
    using socket = this.host.socket(AF_PACKET, SOCK_RAW, 0, { namespace: this.namespace });
    const frame = new Uint8Array(60);
    new DataView(frame.buffer).setUint16(12, PROTOCOL);
    for (let sent = 0; sent < count; sent += 1) socket.send(frame, { to: { ifindex: 1, protocol: PROTOCOL } });
  }

  [Symbol.dispose](): void {
    this.namespace.close();
    this.host.close();
  }
}

describe.runIf(privateNamespace.supported)('a ring in a worker', () => {
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
    await new Promise((resolve) => reader.worker.once('exit', resolve));
  });

  it('ends with its thread, in the middle of a wait', async () => {
    using rig = new Rig();
    const reader = await Reader.start(rig.namespace);
    rig.send(1);
    reader.waitFor(1);
    expect(await reader.worker.terminate()).toBe(1);
  });
});
