import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { support } from '@netdevkit/sandbox';
import { describe, expect, it } from 'vitest';
import { capturePath, goldenOf } from '../src/golden.ts';
import { EXPLAINED } from '../src/replay/explained.ts';
import { replay } from '../src/replay/replay.ts';

/** The goldens by the iproute2 that spoke in them: another one may ask in other words. */
const KERNELS: Readonly<Record<string, string>> = { '6.1.0': 'k6.1', '6.15.0': 'k6.12', '7.3.0': 'k7.2' };
const [, version = 'none'] = /iproute2-(\S+?),?\s/u.exec(`${spawnSync('ip', ['-V'], { encoding: 'utf8' }).stdout ?? ''} `) ?? [];
const kernel = KERNELS[version];
const reasons = [
  ...(support().available ? [] : support().reasons),
  ...(kernel === undefined ? [`there is no golden of iproute2 ${version}`] : []),
];
const workloads = ['link', 'route', 'xfrm', 'linktype-bridge', 'linktype-tunnel', 'tc-filter', 'tc-qdisc'];
const there = workloads.map((name) => `${name}.${kernel ?? 'k6.1'}`).filter((name) => existsSync(capturePath(goldenOf(name))));

describe.skipIf(reasons.length > 0)(`programs that a recording of Linux answers${reasons.length > 0 ? ` (not here: ${reasons.join('; ')})` : ''}`, () => {
  it.each(there)('print and exit as they did: %s', { timeout: 120_000 }, async (name) => {
    const { equal, differences } = await replay(goldenOf(name));
    expect(differences.filter(({ command }) => !EXPLAINED.some((one) => one.command.test(command)))).toEqual([]);
    expect(equal).toBeGreaterThan(20);
  });
});
