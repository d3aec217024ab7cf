import type { ByteWriter } from './byte-writer.ts';
import type { Entry } from './entry.ts';
import type { Walker } from './walker.ts';

/** A walker that writes. */
export interface LeafWriter extends Walker {
  /** Where it writes. */
  readonly out: ByteWriter;
  /** Whether it writes JSON. */
  readonly isJson: boolean;
  /** Writes a value and nothing around it. */
  leaf(entry: Entry, at: number, length: number): void;
}
