import { parseForESLint } from '@typescript-eslint/parser';
import { AST_NODE_TYPES as T, type TSESTree } from '@typescript-eslint/utils';
import { compileFunction } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { FlowAnalysis } from '../../src/flow/analysis.ts';
import type { FunctionNode, Transfer } from '../../src/flow/transfer.ts';
import { ProgramWriter, randomStream } from './random-program.ts';

/** Which traces a path may have left, and which every path has. */
interface Traces {
  readonly may: ReadonlySet<number>;
  readonly must: ReadonlySet<number>;
}

class TraceTransfer implements Transfer<Traces> {
  join(a: Traces, b: Traces): Traces {
    return { may: new Set([...a.may, ...b.may]), must: new Set([...a.must].filter((hit) => b.must.has(hit))) };
  }

  equals(a: Traces, b: Traces): boolean {
    return a.may.size === b.may.size && a.must.size === b.must.size;
  }

  evaluate(node: TSESTree.Node, state: Traces): Traces {
    const hit = hitOf(node);
    return hit === undefined ? state : { may: new Set([...state.may, hit]), must: new Set([...state.must, hit]) };
  }

  assume(_test: TSESTree.Expression, _outcome: boolean, state: Traces): Traces {
    return state;
  }

  isExhaustive(): boolean {
    return false;
  }

  thrownBy(node: TSESTree.Node, state: Traces): Traces | undefined {
    return node.type === T.CallExpression ? state : undefined;
  }
}

function hitOf(node: TSESTree.Node): number | undefined {
  if (node.type !== T.CallExpression || node.callee.type !== T.Identifier || node.callee.name !== 'hit') return undefined;
  const [argument] = node.arguments;
  return argument?.type === T.Literal && typeof argument.value === 'number' ? argument.value : undefined;
}

/** What the analysis says of a function body, by the number in `return end(n)`, and 0 for its end. */
function analyse(body: string): Map<number, Traces> {
  const { ast, visitorKeys } = parseForESLint(`function f() { ${body}\n}`, { range: true, loc: true });
  const [fn] = ast.body;
  if (fn?.type !== T.FunctionDeclaration) throw new TypeError('expected a function');
  const exits = new FlowAnalysis(new TraceTransfer(), visitorKeys).run(fn satisfies FunctionNode, { may: new Set(), must: new Set() });
  return new Map(exits.map(({ node, state }) => [node.type === T.ReturnStatement ? endOf(node) : 0, state]));
}

function endOf({ argument }: TSESTree.ReturnStatement): number {
  const [value] = argument?.type === T.CallExpression ? argument.arguments : [];
  return value?.type === T.Literal ? Number(value.value) : -1;
}

/** Runs a function body; `undefined` when it throws or takes too long. */
function run(body: string, seed: number): { exit: number; hits: ReadonlySet<number> } | undefined {
  const random = randomStream(seed);
  const hits = new Set<number>();
  const error = new Error('thrown by the program');
  let steps = 40;
  const world = {
    hit: (n: number) => {
      hits.add(n);
      return random(2) === 0;
    },
    ask: () => random(2) === 0,
    risk: () => {
      if (random(3) === 0) throw error;
      return random(2) === 0;
    },
    pick: () => random(3),
    maybe: () => (random(2) === 0 ? undefined : { call: () => 1, inner: random(2) === 0 ? undefined : { call: () => 1 } }),
    end: (n: number) => n,
    step: () => steps-- > 0,
    error,
  };
  try {
    const names = Object.keys(world);
    const program = compileFunction(`${body}\nreturn 0;`, names);
    return { exit: program(...Object.values(world)), hits };
  } catch (thrown) {
    if (thrown !== error) throw thrown;
    return undefined;
  }
}

function traces(may: number[], must: number[]): Traces {
  return { may: new Set(may), must: new Set(must) };
}

describe('FlowAnalysis', () => {
  it('joins the branches of a condition', () => {
    expect(analyse('hit(1); if (ask()) hit(2); else hit(3);')).toEqual(new Map([[0, traces([1, 2, 3], [1])]]));
  });

  it('knows a loop whose body may not run from one whose body does', () => {
    expect(analyse('while (ask()) hit(1); do hit(2); while (ask());')).toEqual(new Map([[0, traces([1, 2], [2])]]));
  });

  it('ends no path behind a loop without an end', () => {
    expect(analyse('for (;;) { hit(1); if (ask()) return end(1); }')).toEqual(new Map([[1, traces([1], [1])]]));
  });

  it('passes through finally what leaves try', () => {
    expect(analyse('try { if (ask()) return end(1); hit(1); } finally { hit(2); }')).toEqual(
      new Map([
        [1, traces([2], [2])],
        [0, traces([1, 2], [1, 2])],
      ]),
    );
  });

  it('lets finally leave for somewhere else', () => {
    expect(analyse('for (;;) { try { return end(1); } finally { hit(1); break; } } hit(2);')).toEqual(new Map([[0, traces([1, 2], [1, 2])]]));
  });

  it('enters catch from wherever something may throw', () => {
    expect(analyse('try { hit(1); risk(); hit(2); } catch { return end(1); }')).toEqual(
      new Map([
        [1, traces([1], [])],
        [0, traces([1, 2], [1, 2])],
      ]),
    );
  });

  it('falls through the cases of a switch', () => {
    expect(analyse('switch (pick()) { case 0: hit(1); case 1: hit(2); break; default: hit(3); }')).toEqual(new Map([[0, traces([1, 2, 3], [])]]));
  });

  it('cuts an optional chain short', () => {
    expect(analyse('maybe()?.inner.call(hit(1)); hit(2);')).toEqual(new Map([[0, traces([1, 2], [2])]]));
  });

  it('agrees with what random programs do', { timeout: 60_000 }, () => {
    let runs = 0;
    for (let seed = 1; seed <= 1000; seed++) {
      const body = new ProgramWriter(seed).write();
      const exits = analyse(body);
      for (let world = 1; world <= 8; world++) {
        const outcome = run(body, seed * 1000 + world);
        if (outcome === undefined) continue;
        runs++;
        const { may, must } = exits.get(outcome.exit) ?? {};
        const unknown = [...outcome.hits].filter((hit) => may?.has(hit) !== true);
        const absent = [...(must ?? [])].filter((hit) => !outcome.hits.has(hit));
        if (may !== undefined && unknown.length === 0 && absent.length === 0) continue;
        expect.fail(
          `program ${String(seed)}, world ${String(world)}, left by ${String(outcome.exit)}: ` +
            `${may === undefined ? 'no path is known' : `no path leaves ${unknown.join()}, every path leaves ${absent.join()}`}\n${body}`,
        );
      }
    }
    // Were most programs to throw, nothing would be shown.
    expect(runs).toBeGreaterThan(4_000);
  });
});
