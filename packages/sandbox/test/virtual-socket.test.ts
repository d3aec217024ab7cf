import { closeSync } from 'node:fs';
import { Libc } from '@netdevkit/libc/unsafe';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Ring, SocketFace } from '../src/socket-face.ts';
import { VirtualSocket } from '../src/virtual-socket.ts';
import { Wakes } from '../src/wake.unsafe.ts';

const unused = (): never => {
  throw new Error('nobody should ask for this');
};

/** A ring whose reader is as fast as each answer says. */
function ringOf(answers: boolean[]): Ring {
  return {
    get shared() {
      return unused();
    },
    get readable() {
      return answers.shift() ?? false;
    },
    pending: false,
    fill: () => undefined,
  };
}

function faceOf(ring: Ring): SocketFace {
  return {
    ring, readable: false, receiveTimeout: 0, usedBy: unused, bind: unused, connect: unused, getsockname: unused, getpeername: unused, send: unused, receive: unused,
    setsockopt: unused, getsockopt: unused, onWake: unused, close: () => undefined,
  };
}

describe.skipIf(process.platform !== 'linux')('a socket with a ring', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  // The program reads its ring on another processor: it may be done at any of these moments.
  it.each([
    ['before it is looked at', [false]],
    ['as soon as it is told', [true, false]],
    ['a little later', [true, true, true, false]],
  ])('tells of packets no longer when they were read %s', (_, answers) => {
    const libc = Libc.open();
    using wakes = new Wakes(libc, (wake) => {
      wake.close();
    });
    const { wake, end } = wakes.make(true);
    const socket = new VirtualSocket(17, faceOf(ringOf([...answers])), wake, unused);
    socket.deliver();
    expect(wake.raised).toBe(answers[0]);
    vi.advanceTimersByTime(1000);
    expect(wake.raised).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
    socket.close();
    closeSync(end);
  });
});
