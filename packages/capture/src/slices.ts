/** What is compressed may grow a thousandfold, so a chunk that is handed to a reader at once may mean 1000 times as much. */
const SLICE = 0x4000;

/**
 * A chunk in small parts.
 *
 * @param chunk - octets of a file that may be compressed
 */
export function* slices(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < chunk.length; at += SLICE) yield chunk.subarray(at, at + SLICE);
}
