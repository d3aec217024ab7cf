import { describe, expect, it } from 'vitest';
import { casesOf } from '../src/scripts/cases.ts';
import { compareScript, scriptTable } from '../src/scripts/report.ts';
import type { ScriptOutcome } from '../src/scripts/run.ts';
import { partsOf } from '../src/scripts/suite.ts';

function outcome(more: Partial<ScriptOutcome>): ScriptOutcome {
  const output = more.output ?? '';
  return { script: 'some.sh', result: 'pass', cases: casesOf(output), seconds: 1, ...more, output };
}

describe('casesOf', () => {
  it.each([
    ['    TEST: IPv4 fibmatch                              [ OK ]', 'IPv4 fibmatch', 'pass'],
    ['TEST: Nexthop group      [FAIL]', 'Nexthop group', 'fail'],
    ['TEST: Large groups   [SKIP]', 'Large groups', 'skip'],
    ['netns-name.sh \t\t\t\t[  OK  ]', 'netns-name.sh', 'pass'],
    ['PASS: policy routing', 'policy routing', 'pass'],
    ['FAIL: ip netconf show neta', 'ip netconf show neta', 'fail'],
    ['XFAIL: veth0: set IP address unsupported for veth*', 'veth0: set IP address unsupported for veth*', 'pass'],
    ['SKIP: macsec_offload can\'t load netdevsim', 'macsec_offload can\'t load netdevsim', 'skip'],
    ['default - gro flag                                  ok  ', 'default - gro flag', 'pass'],
    ['./tests/ip/link/new_link.t: Add dev-x dummy interface succeeded', 'Add dev-x dummy interface', 'pass'],
    ['./tests/ip/link/new_link.t: Add dev-x dummy interface failed:', 'Add dev-x dummy interface', 'fail'],
    ['test on: "dev-x" [FAILED]', '"dev-x"', 'fail'],
  ])('reads %j', (line, name, result) => {
    expect(casesOf(`before\n${line}\nafter\n`)).toEqual([{ name, result }]);
  });

  it('finds none in other lines', () => {
    expect(casesOf('Tests passed:  12\nTests failed:   0\nRTNETLINK answers: Operation not supported\n\n')).toEqual([]);
  });
});

describe('partsOf', () => {
  it('finds what can be run by itself, where a script takes the name of a part', () => {
    const lists = 'TESTS="unregister down \\\n   carrier"\nIPV6_TESTS="\n\tsix\n\t${OTHERS}\n"\nwhile getopts :t:pPhv o\n';
    expect(partsOf(lists)).toEqual(['unregister', 'down', 'carrier', 'six']);
    expect(partsOf('TESTS="a b"\nwhile getopts "hv" o\n')).toEqual([]);
  });
});

describe('compareScript', () => {
  it('names what nobody has explained, and the first line that the host does not have', () => {
    const host = outcome({ output: 'PASS: one\nPASS: ns-abcdef\n' });
    const embedded = outcome({ result: 'fail', output: 'PASS: one\nPASS: ns-uvwxyz\nFAIL: two\n' });
    const { unexplained, firstDifference } = compareScript(embedded, host);
    expect(unexplained).toEqual(['two']);
    expect(firstDifference).toBe('FAIL: two');
  });

  it('wants a reason for a script that fails, ends early or never, without a case that does', () => {
    const host = outcome({});
    expect(compareScript(outcome({ result: 'skip' }), host).unexplained).toEqual(['(all of it)']);
    expect(compareScript(outcome({ result: 'timeout', output: 'FAIL: a\n' }), host).unexplained).toEqual(['a', '(all of it)']);
    expect(compareScript(outcome({ result: 'pass', output: 'XFAIL: a\n' }), host).unexplained).toEqual([]);
  });
});

describe('scriptTable', () => {
  it('counts cases', () => {
    const host = outcome({ output: 'PASS: a\nSKIP: b\n' });
    const embedded = outcome({ result: 'fail', output: 'PASS: a\nFAIL: b\n' });
    expect(scriptTable([compareScript(embedded, host)]).split('\n')[2]).toBe('| `some.sh` | fail, 1 of 2 | pass, 1 of 1, 1 skipped | **b** |');
  });
});
