import { describe, expect, it } from 'vitest';
import { readCapture } from '../src/capture.ts';
import { count, emptyCensus } from '../src/census/census.ts';
import { UNNAMED } from '../src/census/unnamed.ts';
import { capturePath, goldens } from '../src/golden.ts';

describe('the census of all goldens', () => {
  const census = emptyCensus();
  const cut: string[] = [];
  for (const golden of goldens()) {
    const capture = readCapture(capturePath(golden));
    if (!capture.isWhole) cut.push(golden.name);
    count(census, golden.workload, capture);
  }

  it('decodes every capture to its end', () => {
    expect(goldens().length).toBe(107);
    expect(cut).toEqual([]);
    expect(census.messages).toBeGreaterThan(35_000);
  });

  it('names every message and attribute but those that are listed, and lists no others', () => {
    expect([...census.unnamed.keys()].sort()).toEqual(Object.keys(UNNAMED).sort());
  });

  it('leaves fewer than one attribute in a thousand without a name', () => {
    expect(census.attributes).toBeGreaterThan(500_000);
    expect(census.unnamedAttributes / census.attributes).toBeLessThan(0.001);
  });
});
