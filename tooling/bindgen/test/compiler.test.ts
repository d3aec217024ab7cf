import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { Btf } from '../src/btf.ts';
import { Compiler, MissingToolError } from '../src/compiler.ts';
import { elfSection } from '../src/elf.ts';
import { evaluate } from '../src/evaluate.ts';

function gcc(ctx: TestContext): Compiler {
  try {
    return new Compiler();
  } catch (error) {
    if (error instanceof MissingToolError) return ctx.skip(error.message);
    throw error;
  }
}

/** A command that answers as some other compiler would. */
function fake(answer: string): { command: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'bindgen-test-'));
  const command = join(folder, 'cc');
  writeFileSync(command, `#!/bin/sh\ncat > /dev/null\n${answer}\n`);
  chmodSync(command, 0o755);
  return { command, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

describe('Compiler', () => {
  it('says what to install when there is no compiler', () => {
    expect(() => new Compiler('/nonexistent/gcc')).toThrow(
      new MissingToolError('the C compiler /nonexistent/gcc is missing: install gcc and libc6-dev, or name a GCC in CC'),
    );
  });

  it.each([
    ['clang', 'echo "4 1"'],
    ['an old GCC', 'echo "11 __clang__"'],
    ['something else', 'echo hello'],
  ])('refuses %s, which writes no BTF', (_, answer) => {
    using cc = fake(answer);
    expect(() => new Compiler(cc.command)).toThrow(MissingToolError);
  });

  it('says what to install when a header is missing', (ctx) => {
    using compiler = gcc(ctx);
    expect(() => compiler.preprocess('#include <linux/no-such-header.h>')).toThrow(/^a header is missing: install linux-libc-dev/u);
  });

  it('names the lines that it refuses', (ctx) => {
    using compiler = gcc(ctx);
    expect(compiler.compile('int a;\nint b = c;\n')).toMatchObject({ errors: [{ line: 2 }] });
  });

  it('writes BTF that the reader of this package reads', (ctx) => {
    using compiler = gcc(ctx);
    const result = compiler.compile('struct point { int x; short y; } point;');
    if (!('object' in result)) throw new Error('does not compile');
    const btf = new Btf(elfSection(result.object, '.BTF') ?? new Uint8Array());
    const [point] = btf.find('struct', 'point');
    expect(point?.size).toBe(8);
    expect(btf.members(point?.id ?? 0).map(({ name, bitOffset }) => [name, bitOffset])).toEqual([
      ['x', 0],
      ['y', 32],
    ]);
  });

  it('runs a program and tells when one does not run', (ctx) => {
    using compiler = gcc(ctx);
    expect(compiler.run('#include <stdio.h>\nint main(void) { puts("here"); return 0; }')).toBe('here\n');
    expect(() => compiler.run('int main(void) { return 1; }')).toThrow(/does not run here/u);
    expect(() => compiler.run('int main(')).toThrow(/failed/u);
  });
});

describe('evaluate', () => {
  it('keeps integer constants of any sign and width, and leaves out the rest', (ctx) => {
    using compiler = gcc(ctx);
    const prologue = `
#define NUMBER 7
#define NEGATIVE (-7)
#define WIDE 0xffffffffffffffffULL
#define UNSIGNED 0xffffffffU
#define TEXT "text"
#define MEMBER a.b
#define NOTHING
#define OTHER (NUMBER + THING)
enum { THING = 3 };
int variable;
`;
    const names = ['NUMBER', 'NEGATIVE', 'WIDE', 'UNSIGNED', 'TEXT', 'MEMBER', 'NOTHING', 'OTHER', 'THING', 'variable', 'missing', 'missing'];
    expect([...evaluate(compiler, prologue, names)]).toEqual([
      ['NUMBER', 7n],
      ['NEGATIVE', -7n],
      ['WIDE', 2n ** 64n - 1n],
      ['UNSIGNED', 0xffff_ffffn],
      ['OTHER', 10n],
      ['THING', 3n],
    ]);
  });

  it('fails when it is the headers that do not compile', (ctx) => {
    using compiler = gcc(ctx);
    expect(() => evaluate(compiler, 'int a = b;', ['__LINE__'])).toThrow(/^the headers do not compile/u);
  });
});
