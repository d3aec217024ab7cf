import * as bindings from '@netdevkit/bindings';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, type TestContext } from 'vitest';
import { AREAS } from '../src/areas.ts';
import { Btf } from '../src/btf.ts';
import { committedConstants, committedRecords, moved } from '../src/committed.ts';
import { layout } from '../src/layout.ts';

const VMLINUX = '/sys/kernel/btf/vmlinux';
const records = committedRecords(bindings);
const own = new Set(records.keys());
const kernel = existsSync(VMLINUX) ? new Btf(readFileSync(VMLINUX)) : undefined;

// Every kernel with a network stack has these: when one of them is not found, the reader is at fault.
const ALWAYS = new Set([
  'nlmsghdr',
  'nlattr',
  'nlmsgerr',
  'sockaddr_nl',
  'ifinfomsg',
  'rtgenmsg',
  'rtnl_link_stats',
  'rtnl_link_stats64',
  'ifreq',
]);

function running(ctx: TestContext): Btf {
  return kernel ?? ctx.skip(`the running kernel tells nothing of its types: no ${VMLINUX}`);
}

describe('the accessors of a record', () => {
  it.for([...records])('have the size and the offsets that the running kernel has: %s', ([name, record], ctx) => {
    const btf = running(ctx);
    const twins = btf.find('struct', name);
    if (twins.length === 0 && !ALWAYS.has(name)) ctx.skip(`the running kernel has no struct ${name}`);
    expect(twins).toHaveLength(1);
    expect(moved(record, layout(btf, name, own, new Map()))).toEqual([]);
  });
});

describe('the named constants', () => {
  it('have the values that the running kernel has', (ctx) => {
    const enumerators = running(ctx).enumerators();
    const tables = new Map<string, unknown>(Object.entries({ ...bindings }));
    const constants = committedConstants(bindings);
    let agreed = 0;
    for (const { name: table, enumOf } of AREAS.flatMap((area) => area.tables ?? [])) {
      const names = Object.values<unknown>(Object(tables.get(table)));
      expect(names.length, table).toBeGreaterThan(0);
      // A macro may share its name with an enumerator that only the kernel's inside knows.
      if (enumOf === undefined) continue;
      for (const name of names.map(String)) {
        const value = enumerators.get(name);
        if (value === undefined) continue;
        expect(constants.get(name), name).toBe(value);
        agreed++;
      }
    }
    expect(agreed).toBeGreaterThan(300);
  });
});
