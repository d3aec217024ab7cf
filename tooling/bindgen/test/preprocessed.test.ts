import { describe, expect, it } from 'vitest';
import { declarations } from '../src/preprocessed.ts';

const list = (text: string) => declarations(text).map(({ name, file, text: body, enumeration }) => [name, file, body, enumeration]);

describe('declarations', () => {
  it('attributes macros to the file that the last line marker names', () => {
    expect(list('# 1 "/a.h" 1\n#define A 1\n# 1 "/b.h" 1 3\n#define B (A + 1)\n# 2 "/a.h" 2\n#define C')).toEqual([
      ['A', '/a.h', '1', undefined],
      ['B', '/b.h', '(A + 1)', undefined],
      ['C', '/a.h', '', undefined],
    ]);
  });

  it('leaves out functions and what is undefined again', () => {
    expect(list('#define F(x) x\n#define A 1\n#define B 2\n#undef A')).toEqual([['B', '', '2', undefined]]);
  });

  it('numbers enumerations and keeps the text of initialisers', () => {
    const text = 'enum first { A, B = 1<<3,\n C = F(1, 2), };\nstruct s { enum first x; };\nenum\n{\n D = 0x10\n};';
    expect(list(text)).toEqual([
      ['A', '', '', 0],
      ['B', '', '1<<3', 0],
      ['C', '', 'F(1,2)', 0],
      ['D', '', '0x10', 1],
    ]);
  });

  it('lets an enumerator win over the macro of the same name that announces it', () => {
    expect(list('enum {\n#define A A\n A,\n B,\n#define B B\n};')).toEqual([
      ['A', '', '', 0],
      ['B', '', '', 0],
    ]);
  });

  it('is not led astray by uses of an enumeration', () => {
    expect(list('enum first f(enum first x);\nenum second { A };')).toEqual([['A', '', '', 0]]);
  });

  it('takes text that is no C without an error', () => {
    expect(list('enum {{{ ,,, = } ) enum enum }')).toEqual([]);
  });
});
