import type { TestedKernel } from './bench.ts';
import { Comparer } from './compare.ts';
import type { ScenarioRecord } from './record.ts';
import { play, type Scenario } from './scene.ts';

/** How often a scenario that differs is played before it counts: a machine that is busy says some things late. */
const ATTEMPTS = 3;

/** A scenario, played on two kernels. */
export interface Played {
  readonly real: ScenarioRecord;
  readonly embedded: ScenarioRecord;
  /** Whether something differs that is not explained. */
  readonly differs: boolean;
}

/**
 * Plays a scenario on two kernels. What differs once and not again was the machine's doing, and does not count.
 *
 * @param real - is waited for until it has said as much as the other
 */
export async function playSideBySide(real: TestedKernel, embedded: TestedKernel, scenario: Scenario): Promise<Played> {
  for (let attempt = 1; ; attempt++) {
    const ours = await play(embedded, scenario);
    const theirs = await play(real, scenario, ours);
    const differs = new Comparer(real.release).add(theirs, ours).length > 0;
    if (!differs || attempt === ATTEMPTS) return { real: theirs, embedded: ours, differs };
  }
}
