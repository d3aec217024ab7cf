import type { TestedKernel } from './bench.ts';
import type { Recording, ScenarioRecord } from './record.ts';
import { play, type Scenario } from './scene.ts';

/**
 * Plays scenarios on a kernel.
 *
 * @param expected - what another kernel did: as much is waited for
 */
export async function record(kernel: TestedKernel, scenarios: readonly Scenario[], expected?: Recording): Promise<Recording> {
  const theirs = new Map(expected?.scenarios.map((each) => [each.name, each]));
  const records: ScenarioRecord[] = [];
  for (const scenario of scenarios) records.push(await play(kernel, scenario, theirs.get(scenario.name)));
  return { release: kernel.release, cpus: kernel.cpus, scenarios: records };
}
