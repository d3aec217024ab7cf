import { describe, expect, it, vi } from 'vitest';
import { LiveOutputThread } from '../src/live/live-output-thread.ts';
import type { LivePacket } from '../src/live/live-packet.ts';

/** What stands for a thread. */
interface Thread {
  /** What it was told. */
  readonly told: unknown[];
  emit(event: 'error', error: Error): unknown;
  emit(event: 'exit', code: number): unknown;
}

const threads = vi.hoisted((): Thread[] => []);

/** A thread that begins well, and does nothing. */
vi.mock(import('node:worker_threads'), async (original) => {
  const { EventEmitter } = await import('node:events');
  class Worker extends EventEmitter {
    readonly told: unknown[] = [];

    constructor() {
      super();
      threads.push(this);
      setImmediate(() => this.emit('message', { type: 'open' }));
    }

    postMessage(request: unknown): void {
      this.told.push(request);
    }
  }
  return Object.assign({ ...(await original()) }, { Worker });
});

const packet: LivePacket = { bytes: new Uint8Array(1 << 24), protocol: 0, seconds: 0, nanoseconds: 0, place: 'netlink' };

describe('LiveOutputThread, whose thread ends by itself', () => {
  it.each([
    ['with an error', new Error('out of memory'), 'out of memory'],
    ['without a word', undefined, 'the thread that writes has ended'],
  ])('says so %s, and has nobody wait', async (_, error, message) => {
    await using output = await LiveOutputThread.open({ write: undefined, format: 'text', color: 'never', os: 'test' });
    const said: string[] = [];
    output.source = { pause: () => said.push('pause'), resume: () => said.push('resume') };
    output.onFailure = () => said.push('failure');
    output.push(packet);
    output.push(packet);
    expect(said).toEqual(['pause']);
    const thread = threads.at(-1);
    if (error !== undefined) thread?.emit('error', error);
    thread?.emit('exit', 1);
    expect(said).toEqual(['pause', 'resume', 'failure']);
    output.push(packet);
    await expect(output.close()).rejects.toThrow(message);
    await expect(output.close()).rejects.toThrow(message);
    expect(said).toEqual(['pause', 'resume', 'failure']);
  });

  it('is content when it ends because it was told to', async () => {
    const output = await LiveOutputThread.open({ write: undefined, format: 'text', color: 'never', os: 'test' });
    const closed = output.close();
    const thread = threads.at(-1);
    output.hurry();
    expect(thread?.told).toEqual([{ type: 'close' }, { type: 'hurry' }]);
    thread?.emit('exit', 0);
    await closed;
  });
});
