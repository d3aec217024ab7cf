import { SO_TIMESTAMPING, SOL_SOCKET } from '@netdevkit/bindings';
import { KernelError, errno, type ErrnoCode } from '@netdevkit/errno';
import type { SkBuff, TxOutcome } from '@netdevkit/skbuff';
import { describe, expect, it } from 'vitest';
import { BASE, Rig, type TestDriver } from './rig.ts';

/** From include/uapi/linux/net_tstamp.h. */
const SOF_TIMESTAMPING_TX_SOFTWARE = 2;

/** A rig with one device that is up, which does this with its packets. */
function rigOf(startXmit: (skb: SkBuff) => unknown, more: Partial<TestDriver<object, 'tstats'>> = {}): Rig {
  // CAST: what a driver in JavaScript may do.
  const rig = new Rig({ ...BASE, ...more, startXmit: startXmit as (skb: SkBuff) => TxOutcome });
  rig.add({ up: true });
  return rig;
}

/** What became of the packets, since now. */
function watch(rig: Rig): () => { readonly live: number; readonly consumed: number; readonly dropped: object } {
  const before = rig.kernel.skbs();
  return () => {
    const after = rig.kernel.skbs();
    return { live: after.live - before.live, consumed: after.consumed - before.consumed, dropped: after.dropped };
  };
}

describe('startXmit', () => {
  it('consumes its packet', () => {
    using rig = rigOf((skb) => skb.consume());
    const since = watch(rig);
    rig.transmit();
    expect(since()).toEqual({ live: 0, consumed: 1, dropped: {} });
    expect(rig.complaints).toEqual([]);
  });

  it('drops its packet for a reason', () => {
    using rig = rigOf((skb) => skb.drop('TAP_FILTER'));
    const since = watch(rig);
    rig.transmit();
    expect(since()).toEqual({ live: 0, consumed: 0, dropped: { TAP_FILTER: 1 } });
    expect(rig.complaints).toEqual([]);
    // The drop is the driver's to count.
    expect(rig.ip.link.show('test0').stats).toMatchObject({ txDropped: 0n });
  });

  it('keeps its packet, which another callback settles', () => {
    const queue: SkBuff[] = [];
    using rig = rigOf(
      (skb) => {
        queue.push(skb);
        return skb.keep();
      },
      {
        stop: () => {
          for (const skb of queue.splice(0)) skb.drop('QUEUE_PURGE');
        },
      },
    );
    const since = watch(rig);
    rig.transmit(3);
    rig.transmit(4);
    expect(queue.map((skb) => [...skb.data()])).toEqual([
      [3, 3, 3],
      [4, 4, 4, 4],
    ]);
    expect(since()).toMatchObject({ live: 2, consumed: 0 });
    rig.ip.link.set('test0', { up: false });
    expect(rig.kernel.skbs()).toMatchObject({ live: 0, dropped: { QUEUE_PURGE: 2 } });
  });

  it('may settle a packet that it kept before it returns', () => {
    using rig = rigOf((skb) => {
      const outcome = skb.keep();
      skb.consume();
      return outcome;
    });
    rig.transmit();
    expect(rig.complaints).toEqual([]);
    expect(rig.kernel.skbs().live).toBe(0);
  });

  it('gives its packet back, which a device without a queue cannot have waiting', () => {
    using rig = rigOf((skb) => skb.busy());
    const since = watch(rig);
    expect(() => rig.transmit()).toThrow(expect.objectContaining({ code: 'ENETDOWN' }));
    expect(since()).toEqual({ live: 0, consumed: 0, dropped: { NOT_SPECIFIED: 1 } });
    expect(rig.complaints).toEqual(['Virtual device test0 asks to queue packet!']);
    expect(rig.ip.link.show('test0').stats).toMatchObject({ txDropped: 1n });
  });

  it('is not called for a device that is down: the core drops, and counts', () => {
    let called = 0;
    using rig = rigOf((skb) => {
      called++;
      return skb.consume();
    });
    using socket = rig.sender();
    rig.ip.link.set('test0', { up: false });
    expect(() => socket.send(new Uint8Array(1))).toThrow(expect.objectContaining({ code: 'ENETDOWN' }));
    expect(called).toBe(0);
  });

  it('may make packets of its own, which it owes an end', () => {
    using rig = rigOf((skb) => {
      skb.clone().consume();
      const own = skb.copy();
      own.writable().fill(0);
      own.drop('NO_TX_TARGET');
      return skb.consume();
    });
    const since = watch(rig);
    rig.transmit();
    expect(since()).toEqual({ live: 0, consumed: 2, dropped: { NO_TX_TARGET: 1 } });
  });

  it('tells the socket that asked when the packet left', () => {
    using rig = rigOf((skb) => {
      skb.txTimestamp();
      return skb.consume();
    });
    const socket = rig.sender();
    socket.setOption(SOL_SOCKET, SO_TIMESTAMPING, SOF_TIMESTAMPING_TX_SOFTWARE);
    const since = watch(rig);
    socket.send(new Uint8Array(5));
    // A stamped clone lies in the socket's error queue.
    expect(since()).toMatchObject({ live: 1, consumed: 1 });
    socket.close();
    expect(rig.kernel.skbs()).toMatchObject({ live: 0, dropped: { QUEUE_PURGE: 1 } });
  });
});

describe('a startXmit that does not do what it says', () => {
  const SPARE: { outcome?: TxOutcome } = {};
  const cases: ReadonlyArray<readonly [string, (skb: SkBuff) => unknown, string]> = [
    ['returns nothing', () => undefined, 'returned no outcome, but did not settle its packet'],
    ['returns nothing and has consumed', (skb) => void skb.consume(), 'returned no outcome, but settled its packet'],
    ['returns nothing and has given back', (skb) => void skb.busy(), 'returned no outcome, but gave back its packet'],
    ['returns a number', () => 0, 'returned no outcome, but did not settle its packet'],
    ['returns a look-alike', () => ({ what: 'settled' }), 'returned no outcome, but did not settle its packet'],
    ['returns a clone’s end', (skb) => skb.clone().consume(), 'returned "settled", but did not settle its packet'],
    ['returns an older packet’s end', () => SPARE.outcome, 'returned "settled", but did not settle its packet'],
    ['is async', async (skb) => Promise.resolve(skb.consume()), 'returned no outcome, but settled its packet'],
    ['is async, and late', async (skb) => Promise.resolve().then(() => skb.consume()).catch(() => undefined), 'returned no outcome, but did not settle its packet'],
    ['gives back and says that it consumed', (skb) => [skb.busy(), SPARE.outcome][1], 'returned "settled", but gave back its packet'],
  ];

  it.each(cases)('%s: the core settles what is left, and says so', async (_, startXmit, complaint) => {
    {
      using spare = rigOf((skb) => (SPARE.outcome = skb.consume()));
      spare.transmit();
    }
    using rig = rigOf(startXmit);
    rig.transmit();
    expect(rig.kernel.skbs().live).toBe(0);
    expect(rig.complaints).toEqual([`test0: startXmit: ${complaint}`]);
    // Not twice: the next packet is as the first, and what comes later of the first finds it settled.
    await Promise.resolve();
    rig.transmit();
    expect(rig.kernel.skbs().live).toBe(0);
    expect(rig.complaints).toEqual([`test0: startXmit: ${complaint}`, `test0: startXmit: ${complaint}`]);
    expect(rig.kernel.dmesg().filter(({ text }) => text.includes('use-after-free'))).toEqual([]);
  });

  it('returns the outcome of a packet that it kept before: that one is settled, the given one too', () => {
    const queue: SkBuff[] = [];
    using rig = rigOf((skb) => {
      const older = queue.pop();
      queue.push(skb);
      return older === undefined ? skb.keep() : older.consume();
    });
    const since = watch(rig);
    rig.transmit(1);
    expect(since()).toMatchObject({ live: 1 });
    rig.transmit(2);
    // The second was stored, but not kept.
    expect(since()).toEqual({ live: 0, consumed: 1, dropped: { NOT_SPECIFIED: 1 } });
    expect(rig.complaints).toEqual(['test0: startXmit: returned "settled", but did not settle its packet']);
    expect(() => queue[0]?.len).toThrow(TypeError);
  });

  it('cannot give another packet back: neither one that it kept nor a clone', () => {
    const queue: SkBuff[] = [];
    const thrown: unknown[] = [];
    using rig = rigOf((skb) => {
      const [kept] = queue;
      if (kept === undefined) {
        queue.push(skb);
        return skb.keep();
      }
      for (const other of [kept, skb.clone()]) {
        try {
          return other.busy();
        } catch (error) {
          thrown.push(error);
          other.consume();
        }
      }
      return skb.consume();
    });
    const since = watch(rig);
    rig.transmit();
    rig.transmit();
    const error = new TypeError('SkBuff: only the packet that startXmit was given can go back to the core');
    expect(thrown).toEqual([error, error]);
    expect(since()).toEqual({ live: 0, consumed: 3, dropped: {} });
    expect(rig.complaints).toEqual([]);
  });
});

describe('a startXmit that throws', () => {
  const throwing: ReadonlyArray<readonly [string, unknown, ErrnoCode, RegExp | undefined]> = [
    ['a KernelError', new KernelError('ENOSPC'), 'ENOSPC', undefined],
    ['a TypeError', new TypeError('no such thing'), 'EIO', /^test0: startXmit: TypeError: no such thing/],
    ['a string', 'a word', 'EIO', /^test0: startXmit: a word$/],
    ['nothing', undefined, 'EIO', /^test0: startXmit: undefined$/],
  ];
  const deeds: ReadonlyArray<readonly [string, (skb: SkBuff) => unknown, object]> = [
    ['before it settled its packet', () => undefined, { live: 0, consumed: 0, dropped: { NOT_SPECIFIED: 1 } }],
    ['when it had consumed its packet', (skb) => skb.consume(), { live: 0, consumed: 1, dropped: {} }],
    ['when it had dropped its packet', (skb) => skb.drop('NOMEM'), { live: 0, consumed: 0, dropped: { NOMEM: 1 } }],
    ['when it had given its packet back', (skb) => skb.busy(), { live: 0, consumed: 0, dropped: { NOT_SPECIFIED: 1 } }],
  ];

  it.each(throwing.flatMap(([what, thrown, code, complaint]) => deeds.map(([when, act, report]) => [what, when, thrown, code, complaint, act, report] as const)))(
    '%s %s: the packet is accounted for, and the sender told',
    (_what, _when, thrown, code, complaint, act, report) => {
      using rig = rigOf((skb) => {
        act(skb);
        throw thrown;
      });
      const since = watch(rig);
      expect(() => rig.transmit()).toThrow(expect.objectContaining({ code, errno: errno[code] }));
      expect(since()).toEqual(report);
      expect(rig.complaints).toEqual(complaint === undefined ? [] : [expect.stringMatching(complaint)]);
    },
  );

  it('leaves a packet that it had kept to its driver', () => {
    const queue: SkBuff[] = [];
    using rig = rigOf((skb) => {
      queue.push(skb);
      skb.keep();
      throw new KernelError('ENOSPC');
    });
    const since = watch(rig);
    expect(() => rig.transmit()).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
    expect(since()).toMatchObject({ live: 1 });
    for (const skb of queue) skb.consume();
    expect(since()).toEqual({ live: 0, consumed: 1, dropped: {} });
  });
});

describe('a packet that was kept', () => {
  it('stays its driver’s however many packets follow, and its handle dead after it', () => {
    const queue: SkBuff[] = [];
    let seen = new Set<SkBuff>();
    using rig = new Rig(
      {
        ...BASE,
        startXmit: (skb) => {
          seen.add(skb);
          if (queue.length > 0) return skb.consume();
          queue.push(skb);
          return skb.keep();
        },
      },
      { trackLeaks: false },
    );
    rig.add({ up: true });
    rig.transmit(7);
    const [kept] = queue;
    if (kept === undefined) throw new Error('no packet came');
    using socket = rig.sender();
    for (let i = 0; i < 1000; i++) socket.send(new Uint8Array(9));
    expect([...kept.data()]).toEqual([7, 7, 7, 7, 7, 7, 7]);
    kept.consume();
    seen = new Set();
    for (let i = 0; i < 2000; i++) {
      socket.send(new Uint8Array(9));
      expect(() => kept.len).toThrow(TypeError);
    }
    expect(seen.has(kept)).toBe(false);
    // Handles serve again, so there are fewer than packets.
    expect(seen.size).toBeLessThan(600);
    expect(rig.kernel.skbs().live).toBe(0);
  });

  it('is a leak when its driver forgets it, which names where it came from', () => {
    const rig = rigOf((skb) => skb.keep());
    rig.transmit(33);
    expect(() => rig[Symbol.dispose]()).toThrow(/1 left over:\n {2}skb: 33 octets[\s\S]*sk_buff allocated here/);
  });
});
