import { describe, expect, it } from 'vitest';
import { goldenOf } from '../src/golden.ts';
import { compareWithStrace } from '../src/strace/compare-capture.ts';
import { readExpression } from '../src/strace/expression.ts';

describe('readExpression', () => {
  it('reads structures, lists, strings and calls', () => {
    const { value, end } = readExpression('{a=1, b=[[X-1]=2, Y|0x4 /* Z_??? */], c="\\x41\\n\\0"..., d=f("x, y", 3)}, rest');
    expect(end).toBe(70);
    expect(value).toEqual({
      kind: 'struct',
      members: [
        { name: 'a', value: { kind: 'atom', text: '1' } },
        {
          name: 'b',
          value: {
            kind: 'list',
            items: [
              { name: 'X-1', value: { kind: 'atom', text: '2' } },
              { name: '', value: { kind: 'atom', text: 'Y|0x4' } },
            ],
          },
        },
        { name: 'c', value: { kind: 'text', octets: 'A\n\0' } },
        { name: 'd', value: { kind: 'atom', text: 'f("x, y",3)' } },
      ],
    });
  });

  it('refuses what does not end', () => {
    expect(() => readExpression('{a="b')).toThrow(SyntaxError);
    expect(() => readExpression('[1 2')).toThrow(SyntaxError);
  });
});

describe('compareWithStrace', () => {
  for (const [name, messages, equal] of [['strace.k6.12', 240, 16_000], ['strace.k7.2', 214, 4_900]] as const) { // prettier-ignore
    it(`finds strace to agree on ${name}`, () => {
      const result = compareWithStrace(goldenOf(name));
      expect(result.differences).toEqual([]);
      expect(result.lost).toEqual([]);
      expect(result.unused).toEqual([]);
      expect(result.messages).toBe(messages);
      expect(result.equal).toBeGreaterThan(equal);
    });
  }
});
