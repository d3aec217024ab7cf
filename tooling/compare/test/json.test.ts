import { describe, expect, it } from 'vitest';
import { goldenOf, goldens, hasTranscript } from '../src/golden.ts';
import { compareWithJson } from '../src/json/compare-capture.ts';
import { EXPLANATIONS } from '../src/json/explained.ts';
import { JsonComparison } from '../src/json/rules.ts';
import { isSame } from '../src/json/value.ts';
import { World } from '../src/json/world.ts';

/** At least as many values of each kind of command are compared: what is compared cannot get less unnoticed. */
const LEAST: Readonly<Record<string, number>> = {
  addr: 630, link: 3700, route: 1200, rule: 240, neigh: 110, nexthop: 110, netns: 15, 'bridge link': 110, 'bridge vlan': 280,
  'bridge fdb': 340, 'bridge mdb': 210, 'tc qdisc': 1680, 'tc class': 130, 'tc filter': 650, 'tc actions': 970, nft: 300,
  'ethtool -k': 450, ethtool: 30, devlink: 3,
}; // prettier-ignore

describe('what commands print as JSON', () => {
  const equal = new Map<string, number>();
  const found: string[] = [];
  const left: string[] = [];
  const used = new Set<unknown>();
  for (const golden of goldens().filter(hasTranscript)) {
    const result = compareWithJson(golden);
    for (const [name, count] of result.equal) equal.set(name, (equal.get(name) ?? 0) + count);
    for (const { command, path, theirs, ours } of result.differences) found.push(`${golden.name} ${command}: ${path}: ${JSON.stringify(theirs)}, here ${JSON.stringify(ours)}`);
    left.push(...result.left.map((command) => `${golden.name} ${command}`));
    for (const reason of result.used) used.add(reason);
  }

  it('is what the same capture decodes to, but for what is explained', () => {
    expect(found).toEqual([]);
    expect(EXPLANATIONS.filter((reason) => !used.has(reason)).map(({ why }) => why)).toEqual([]);
  });

  it('is compared, whatever the command', () => {
    expect(left).toEqual([]);
    expect([...equal.keys()].sort()).toEqual(Object.keys(LEAST).sort());
  });

  it.each(Object.entries(LEAST))('has values enough: %s', (name, least) => {
    expect(equal.get(name)).toBeGreaterThanOrEqual(least);
  });

  it('is found out when it is of another capture', () => {
    const { equal: none, left: notFound } = compareWithJson({ ...goldenOf('link.k6.12'), kernel: 'k6.1' });
    expect(none.size).toBe(0);
    expect(notFound.length).toBeGreaterThan(1);
  });
});

describe('JsonComparison', () => {
  it('finds what is different, missing or more', () => {
    const comparison = new JsonComparison();
    comparison.object('x', { a: 1, b: 'two', c: [{ d: 1 }, { d: 2 }], e: null }, { a: 1, b: 'three', c: [{ d: 1 }] }, {}, new World());
    expect(comparison.equal).toBe(2);
    expect(comparison.differences.map(({ path }) => path)).toEqual(['x.b', 'x.c.length', 'x.c.d', 'x.e']);
  });
});

describe('isSame', () => {
  it.each([
    [0x10, '0x10', false], ['0x10', 16, true], ['802.1ad', '8021ad', true], ['UP', 'up', true], ['up', 'down', false], [null, true, true],
    [null, undefined, false], [false, undefined, true], [true, 0, false], [1, '1', true], [['a', 'b'], ['b', 'a'], true], [['a'], ['a', 'a'], false],
    [[1, 2], [2, 1], false], [[], undefined, true], [{}, {}, false],
  ] as const)('%j and %j: %s', (theirs, ours, expected) => { // prettier-ignore
    expect(isSame(theirs, ours)).toBe(expected);
  });
});
