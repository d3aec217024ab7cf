/** Where a kernel takes its chances from. */
export interface Random {
  /** Fills octets with random ones. */
  fill(bytes: Uint8Array): void;
}

interface HostCrypto {
  getRandomValues(bytes: Uint8Array): void;
}

/** The host's generator. */
export function systemRandom(): Random {
  // CAST: `crypto` is a global of browsers and of Node, which the language's own library does not declare.
  const source = (globalThis as { crypto?: HostCrypto }).crypto;
  if (source === undefined) throw new TypeError('random: this host has no generator (globalThis.crypto): give the kernel one');
  return {
    fill(bytes) {
      // The host gives 65536 octets at a time at most.
      for (let at = 0; at < bytes.length; at += 65_536) source.getRandomValues(bytes.subarray(at, at + 65_536));
    },
  };
}

/**
 * A generator that gives the same octets in every run: for tests.
 *
 * @param seed - an integer of 32 bits; another one gives other octets
 */
export function seededRandom(seed: number): Random {
  // Mulberry32: 32 bits of state are enough for addresses that should differ.
  let state = seed >>> 0;
  return {
    fill(bytes) {
      for (let i = 0; i < bytes.length; i++) {
        state = (state + 0x6d2b_79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        bytes[i] = (mixed ^ (mixed >>> 14)) >>> 24;
      }
    },
  };
}

/** A generator of numbers that gives every kernel the same sequence: Marsaglia's xorshift32. */
export function deterministicRandom(seed = 0x9e37_79b9): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 0x1_0000_0000) * below);
  };
}
