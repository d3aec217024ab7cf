import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const patterns = [...readFileSync(join(root, 'MAINTAINERS'), 'utf8').matchAll(/^F:\t(\S+)$/gm)].map((match) => match[1] ?? '');

describe('MAINTAINERS', () => {
  it('has an area for every package, tool and driver', () => {
    const folders = globSync('{packages,drivers,tooling}/*/package.json', { cwd: root }).map((manifest) => manifest.replace(/package\.json$/, ''));
    expect(folders.length).toBeGreaterThan(15);
    expect(folders.filter((folder) => !patterns.includes(folder))).toEqual([]);
  });

  it('names nothing that is not there', () => {
    expect(patterns.filter((pattern) => !existsSync(join(root, pattern)))).toEqual([]);
  });
});
