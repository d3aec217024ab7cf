import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { support } from '@netdevkit/sandbox';
import { describe, expect, it } from 'vitest';
import { compare, table } from '../src/programs/compare.ts';
import { mayUnshare, missingPackages, runEmbedded, runOnHost } from '../src/programs/run.ts';

const document = fileURLToPath(new URL('../../../docs/programs.md', import.meta.url));
const missing = missingPackages();
const reasons = [
  ...(support().available ? [] : support().reasons),
  ...(missing.length === 0 ? [] : [`packages are missing: ${missing.join(', ')}`]),
  ...((await mayUnshare()) ? [] : ['this process may make no network namespace']),
];

describe('programs', () => {
  it('do the same on the embedded kernel as on the host’s', async (context) => {
    if (reasons.length > 0) context.skip(reasons.join('; '));
    const [host, embedded] = await Promise.all([runOnHost(), runEmbedded()]);
    const comparisons = compare(host, embedded);
    const differing = comparisons.filter(({ equal, explanation }) => !equal && explanation === undefined);
    expect(differing.map((one) => [one.host, one.embedded])).toEqual([]);
    expect(comparisons.filter(({ equal }) => equal).length).toBeGreaterThan(150);

    const text = readFileSync(document, 'utf8');
    const updated = text.replace(/\| command \|[\s\S]*?(?=\n\n)/, () => table(comparisons));
    if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(document, updated);
    else expect(text, 'docs/programs.md: UPDATE_DOCS=1 writes its table anew').toBe(updated);
  });
});
