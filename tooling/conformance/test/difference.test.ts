import { NLM_F_REQUEST, RTM_GETLINK, RTM_SETLINK, IFLA_MTU } from '@netdevkit/bindings';
import { describe, expect, it } from 'vitest';
import { u32 } from '../src/attributes.ts';
import { compareRecordings, describeAll } from '../src/compare.ts';
import { EmbeddedKernel } from '../src/embedded.ts';
import type { Heard, Recording, ScenarioRecord } from '../src/record.ts';
import { link } from '../src/requests.ts';
import { record } from '../src/run.ts';
import { LO, asking } from '../src/scenarios/common.ts';
import { isAtLeast, isWithin, versionOf } from '../src/version.ts';

const scenario = asking('test: lo', {
  get: link(RTM_GETLINK, NLM_F_REQUEST, { index: LO }),
  refuse: link(RTM_SETLINK, NLM_F_REQUEST, { index: 99 }, u32(IFLA_MTU, 1)),
}, { groups: [1] });

async function recording(): Promise<Recording> {
  using kernel = new EmbeddedKernel(1);
  return { ...(await record(kernel, [scenario])), release: '6.12.0' };
}

/** The same, with something else in what came in a step. */
function changed(from: Recording, step: number, change: (heard: readonly Heard[]) => readonly Heard[]): Recording {
  const scenarios = from.scenarios.map((each): ScenarioRecord => ({
    ...each,
    steps: each.steps.map((one, at) => (at === step ? { ...one, heard: change(one.heard) } : one)),
  }));
  return { ...from, scenarios };
}

/** With other octets at a place of the first datagram. */
function poke(at: number, ...octets: readonly number[]): (heard: readonly Heard[]) => readonly Heard[] {
  return ([first, ...rest]) => {
    if (first === undefined || !('octets' in first)) throw new Error('no datagram');
    const bytes = Buffer.from(first.octets, 'hex');
    bytes.set(octets, at);
    return [{ ...first, octets: bytes.toString('hex') }, ...rest];
  };
}

describe('compareRecordings', () => {
  it('finds nothing between a kernel and itself', async () => {
    const { differences, steps, messages } = compareRecordings(await recording(), await recording());
    expect(differences).toEqual([]);
    expect([steps, messages]).toEqual([3, 2]);
  });

  it('finds a value, by name', async () => {
    const own = await recording();
    // ifi_index.
    const { differences } = compareRecordings(changed(own, 0, poke(20, 7)), own);
    expect(differences.map(({ path, real, embedded }) => [path, real, embedded])).toEqual([['client.RTM_NEWLINK.header.ifi-index', 7, 1]]);
  });

  it('finds what a meaning does not show', async () => {
    const own = await recording();
    // The pad of ifinfomsg.
    const [difference] = compareRecordings(changed(own, 0, poke(17, 1)), own).differences;
    expect(difference?.path).toMatch(/^client\.RTM_NEWLINK\.(octets|header)/);
  });

  it('finds messages that only one of them sent, and where datagrams end', async () => {
    const own = await recording();
    const missing = compareRecordings(changed(own, 0, () => []), own).differences;
    expect(missing.map(({ path, real }) => [path, real])).toEqual([['client.RTM_NEWLINK', undefined]]);
    const twice = compareRecordings(changed(own, 1, ([first]) => (first === undefined ? [] : [first, first])), own).differences;
    expect(twice.map(({ path, embedded }) => [path, embedded])).toEqual([['client.NLMSG_ERROR', undefined]]);
  });

  it('does not see ports that the kernel chose, and sees others', async () => {
    const own = await recording();
    const port = [...(own.scenarios[0]?.steps[0]?.heard ?? [])].flatMap((each) => ('octets' in each ? [Buffer.from(each.octets, 'hex').readUInt32LE(12)] : []))[0] ?? 0;
    const [only] = own.scenarios;
    if (only === undefined) throw new Error('no scenario');
    const moved = { ...changed(own, 0, poke(12, 1, 2, 3, 4)), scenarios: [{ ...only, ...changed(own, 0, poke(12, 1, 2, 3, 4)).scenarios[0], ports: { ...only.ports, [`0:${String(0x0403_0201)}`]: 'client' } }] };
    expect(compareRecordings(moved, own).differences).toEqual([]);
    expect(port).toBeGreaterThan(0);
    expect(compareRecordings(changed(own, 0, poke(12, 1, 2, 3, 4)), own).differences).not.toEqual([]);
  });

  it('passes over what a kernel could not play', async () => {
    const own = await recording();
    const skipped: Recording = { ...own, scenarios: own.scenarios.map(({ name }) => ({ name, skipped: 'no ifb', steps: [], sockets: {}, ports: {} })) };
    expect(compareRecordings(skipped, own)).toMatchObject({ differences: [], scenarios: 0, skipped: [{ name: 'test: lo', reason: 'no ifb' }] });
  });

  it('says alike differences once', async () => {
    const own = await recording();
    const { differences } = compareRecordings(changed(own, 0, poke(20, 7)), own);
    const lines = describeAll([...differences, ...differences]);
    expect(lines).toEqual(['test: lo › get › client.RTM_NEWLINK.header.ifi-index (and 1 more)\n    real     7\n    embedded 1']);
  });
});

describe('versionOf', () => {
  it('reads what uname says', () => {
    expect(versionOf('6.12.107+deb13-amd64')).toEqual([6, 12]);
    expect(() => versionOf('unknown')).toThrow(RangeError);
  });

  it('is compared number by number', () => {
    expect(isAtLeast([6, 9], [6, 12])).toBe(false);
    expect(isAtLeast([7, 0], [6, 12])).toBe(true);
    expect(isWithin([6, 12], { since: [6, 12], before: [6, 13] })).toBe(true);
    expect(isWithin([6, 13], { since: [6, 12], before: [6, 13] })).toBe(false);
  });
});
