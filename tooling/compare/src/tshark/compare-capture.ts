import type { SeenCapture } from '../capture.ts';
import { Comparison, type Difference, type ValueNames } from './compare.ts';
import { EXPLANATIONS, explanationOf, type Explanation } from './explained.ts';
import { fieldsOf } from './fields.ts';
import { dissect, valueNames } from './run.ts';

/** What came of comparing a capture with tshark's dissection. */
export interface CaptureResult {
  /** How many packets were compared. */
  readonly packets: number;
  /** How many fields are equal. */
  readonly equal: number;
  /** How many differ with a reason. */
  readonly explained: number;
  /** What differs without one. */
  readonly differences: readonly Difference[];
}

/** Compares captures with tshark's dissection of them, and remembers which reasons were needed. */
export class TsharkComparison {
  readonly #names: ValueNames = valueNames();
  readonly #used: Set<Explanation> = new Set();

  /** The reasons that nothing needed so far. */
  get unused(): readonly Explanation[] {
    return EXPLANATIONS.filter((explanation) => !this.#used.has(explanation));
  }

  /**
   * Compares a capture.
   *
   * @param path - of the file, for tshark
   * @param capture - the same, decoded
   */
  async compare(path: string | URL, capture: SeenCapture): Promise<CaptureResult> {
    const comparison = new Comparison(this.#names);
    const differences: Difference[] = [];
    let packets = 0;
    let explained = 0;
    for await (const printed of dissect(path)) {
      const packet = capture.packets[packets++];
      if (packet === undefined) break;
      for (const difference of [...comparison.frame(packet, printed), ...comparison.packet(packet, fieldsOf(printed))]) {
        const explanation = explanationOf(difference);
        if (explanation === undefined) differences.push(difference);
        else {
          explained++;
          this.#used.add(explanation);
        }
      }
    }
    if (packets !== capture.packets.length) {
      differences.push({ frame: packets, at: 0, field: 'frame', theirs: `${String(packets)} packets`, ours: `${String(capture.packets.length)} packets` });
    }
    return { packets, equal: comparison.equal, explained, differences };
  }
}
