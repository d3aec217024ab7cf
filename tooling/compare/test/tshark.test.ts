import { describe, expect, it } from 'vitest';
import { decodeCapture, readCapture } from '../src/capture.ts';
import { capturePath, goldenOf } from '../src/golden.ts';
import { TsharkComparison } from '../src/tshark/compare-capture.ts';
import { tsharkVersion } from '../src/tshark/run.ts';

/** One of each family that tshark knows, and everything that it takes to need each of the listed reasons. */
const SUBSET = [
  'addr.k6.12', 'link.k7.2', 'route.k6.12', 'errors.k6.12', 'nlmon-inject.k6.12', 'nft.k7.2', 'ipset.k6.12', 'conntrack.k6.12',
  'sockdiag.k6.12', 'genl.k6.1', 'ethtool.k7.2', 'wireless.k6.12', 'genl-misc.k6.12', 'nlmon-nano.k6.12', 'nlmon-any-sll2.k6.12',
] as const; // prettier-ignore

const version = tsharkVersion();

describe.skipIf(version === undefined)('tshark', () => {
  it('says the same of every field that both have, but for what is explained', { timeout: 300_000 }, async () => {
    const comparison = new TsharkComparison();
    const todo: string[] = [...SUBSET];
    const found: string[] = [];
    let equal = 0;
    const work = async (): Promise<void> => {
      for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
        const path = capturePath(goldenOf(name));
        const result = await comparison.compare(path, readCapture(path));
        equal += result.equal;
        for (const { frame, at, field, theirs, ours } of result.differences) {
          found.push(`${name} ${String(frame)} at ${String(at)} ${field}: tshark ${theirs}, here ${ours}`);
        }
      }
    };
    await Promise.all([work(), work()]);
    expect(found).toEqual([]);
    expect(comparison.unused.map(({ why }) => why)).toEqual([]);
    expect(equal).toBeGreaterThan(300_000);
  });

  it('is found out when it dissects something else', { timeout: 60_000 }, async () => {
    const capture = readCapture(capturePath(goldenOf('link.k6.12')));
    const result = await new TsharkComparison().compare(capturePath(goldenOf('addr.k6.12')), capture);
    expect(result.differences.length).toBeGreaterThan(100);
  });
});

describe.skipIf(version !== undefined)('without tshark', () => {
  it('compares nothing: install the package tshark to run the comparison', () => {
    expect(decodeCapture(new Uint8Array(0)).packets).toEqual([]);
  });
});
