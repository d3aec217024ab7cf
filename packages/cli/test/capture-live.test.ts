import { LinkType } from '@netdevkit/capture';
import { DecodeContext } from '@netdevkit/netlink';
import { describe, expect, it } from 'vitest';
import { Live } from '../src/capture/live.ts';
import type { Source, SourceHandler } from '../src/capture/source.ts';
import { StatusLine } from '../src/capture/status-line.ts';
import { Outputs } from '../src/outputs/outputs.ts';

/** Has some packets, and gives one now and then, or none. */
class SlowSource implements Source {
  readonly name = 'slow';
  readonly description = '';
  readonly linkType: number = LinkType.ETHERNET;
  readonly headroom = 0;
  readonly drops = 2;
  readonly #milliseconds: number;
  pending: number;

  constructor(pending: number, milliseconds: number) {
    this.pending = pending;
    this.#milliseconds = milliseconds;
  }

  get readable(): boolean {
    return this.#milliseconds < Infinity && this.pending > 0;
  }

  async waitReadable(_signal: AbortSignal): Promise<void> {
    await Promise.resolve();
  }

  drain(handler: SourceHandler): boolean {
    if (!this.readable) return false;
    for (const end = performance.now() + this.#milliseconds; performance.now() < end; );
    this.pending -= 1;
    handler(new Uint8Array(60), 0, 60, { sec: 0, nsec: 0, protocol: 0, pktType: 0, origLength: 60 });
    return false;
  }

  [Symbol.dispose](): void {
    // It has nothing.
  }
}

function liveOf(source: Source, status: StatusLine = new StatusLine(undefined)): Live {
  return new Live({ source, context: new DecodeContext({ families: [] }), filter: undefined, printer: undefined, files: undefined, outputs: new Outputs(), status, count: Infinity });
}

describe('Live', () => {
  it('says that it has begun, although nothing comes', async () => {
    class SilentSource extends SlowSource {
      override async waitReadable(signal: AbortSignal): Promise<void> {
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
      }
    }
    let said = '';
    const stop = new AbortController();
    using status = new StatusLine({ write: (text) => (said += text) });
    const running = liveOf(new SilentSource(0, 0), status).run(stop.signal);
    expect(said).toBe('\r0 packets, 0 messages, 2 packets lost\u001b[K');
    stop.abort();
    await running;
  });
});

describe('Live, at its end', () => {
  it('takes what came before, however slowly that goes', async () => {
    const live = liveOf(new SlowSource(4, 400));
    await live.run(AbortSignal.abort());
    expect(live.status).toMatchObject({ packets: 4, drops: 2 });
  });

  it('takes what can be had when the time is over, which it has slept away', async () => {
    class LateSource extends SlowSource {
      #isLate = false;

      /** Once it says that there is nothing to be had, and then it is late. */
      override get readable(): boolean {
        return this.#isLate && super.readable;
      }

      override drain(handler: SourceHandler): boolean {
        const hasEnded = super.drain(handler);
        if (!this.#isLate) for (const end = performance.now() + 1100; performance.now() < end; );
        this.#isLate = true;
        return hasEnded;
      }
    }
    const live = liveOf(new LateSource(4, 0));
    await live.run(AbortSignal.abort());
    expect(live.status).toMatchObject({ packets: 4, drops: 2 });
  });

  it('counts what came and was not to be had', async () => {
    const live = liveOf(new SlowSource(3, Infinity));
    await live.run(AbortSignal.abort());
    expect(live.status).toMatchObject({ packets: 0, drops: 5 });
  });
});
