import { describe, expect, it } from 'vitest';
import { Comparer, describeAll } from '../src/compare.ts';
import { EmbeddedKernel } from '../src/embedded.ts';
import { HostKernel, whyNoHost } from '../src/host.ts';
import { SCENARIOS } from '../src/scenarios/index.ts';
import { playSideBySide } from '../src/side-by-side.ts';

/** The part of a scenario's name in front of the colon. */
function areaOf(name: string): string {
  return name.slice(0, name.indexOf(':'));
}

const reason = whyNoHost();
const areas = [...new Set(SCENARIOS.map(({ name }) => areaOf(name)))];

describe('the embedded kernel does as the kernel of this machine', () => {
  if (reason !== undefined) {
    it('where namespaces can be made', ({ skip }) => {
      skip(`no private namespaces: ${reason}`);
    });
    return;
  }
  const host = new HostKernel();
  const embedded = new EmbeddedKernel(host.cpus);
  const comparer = new Comparer(host.release);

  it.each(areas)('%s', async (area) => {
    const differences = [];
    for (const scenario of SCENARIOS.filter(({ name }) => areaOf(name) === area)) {
      const played = await playSideBySide(host, embedded, scenario);
      differences.push(...comparer.add(played.real, played.embedded));
    }
    expect(describeAll(differences).join('\n')).toBe('');
  });

  it('in enough to mean something, and no explanation is idle', () => {
    const { scenarios, steps, messages, idle } = comparer.result();
    expect(scenarios).toBeGreaterThan(150);
    expect(steps).toBeGreaterThan(5000);
    expect(messages).toBeGreaterThan(8000);
    expect(idle).toEqual([]);
    host[Symbol.dispose]();
  });
});
