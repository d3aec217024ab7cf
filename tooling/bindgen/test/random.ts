/** Numbers that look random and are the same in every run (a 32-bit xorshift). */
export function* randomNumbers(seed: number): Generator<number, never> {
  let state = seed | 1;
  for (;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}
