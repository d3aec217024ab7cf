import {
  NETLINK_EXT_ACK,
  NETLINK_GET_STRICT_CHK,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV4_RULE,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_IPV6_RULE,
  RTNLGRP_LINK,
  RTNLGRP_NEIGH,
} from '@netdevkit/bindings';
import fc from 'fast-check';
import type { TestedKernel } from '../bench.ts';
import { Comparer, describeAll } from '../compare.ts';
import { newLink, up, LO } from '../scenarios/common.ts';
import type { Scenario } from '../scene.ts';
import { playSideBySide } from '../side-by-side.ts';
import { ALL_DUMPS, aRequest, D0, D1, type RandomRequest } from './grammar.ts';

const GROUPS = [RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV6_RULE];
const LONGEST = 40;

/** Requests drawn by lot, as a scenario. */
export function randomScenario(requests: readonly RandomRequest[], isStrict: boolean): Scenario {
  return {
    name: 'random: requests drawn by lot',
    needs: ['ifb'],
    async play(scene) {
      const client = scene.open('client', { on: isStrict ? [NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK] : [NETLINK_EXT_ACK] });
      for (const [name, index] of [['d0', D0], ['d1', D1]] as const) await scene.ask(client, `make ${name}`, newLink(name, 'ifb', { index }));
      scene.listen(...GROUPS);
      for (const index of [LO, D0, D1]) {
        await scene.ask(client, `${String(index)} up`, up(index));
        await scene.wait('IPv6 does its part', 5);
      }
      for (const [at, { what, bytes }] of requests.entries()) await scene.ask(client, `${String(at)}: ${what}`, bytes);
      for (const { what, bytes } of ALL_DUMPS) await scene.ask(client, `at the end: ${what}`, bytes);
    },
  };
}

/** How many runs there are, and what they begin with. */
export interface RandomOptions {
  readonly runs: number;
  readonly seed: number;
}

/**
 * Plays requests drawn by lot on two kernels, until they differ; then finds the fewest that do.
 *
 * @returns the requests and what differs; nothing if nothing does
 */
export async function tryRandomly(real: TestedKernel, embedded: TestedKernel, { runs, seed }: RandomOptions): Promise<string | undefined> {
  const property = fc.asyncProperty(fc.array(aRequest, { minLength: 1, maxLength: LONGEST, size: 'max' }), fc.boolean(), async (requests, isStrict) => {
    const { differs } = await playSideBySide(real, embedded, randomScenario(requests, isStrict));
    return !differs;
  });
  const { failed, counterexample, numShrinks, seed: used, counterexamplePath } = await fc.check(property, { numRuns: runs, seed });
  if (!failed) return undefined;
  if (counterexample === null) throw new Error('a failure without an example');
  const [requests, isStrict] = counterexample;
  const lines = requests.map(({ what, bytes }) => `  ${what}\n    ${Buffer.from(bytes).toString('hex')}`);
  const played = await playSideBySide(real, embedded, randomScenario(requests, isStrict));
  const found = describeAll(new Comparer(real.release).add(played.real, played.embedded));
  return [`seed ${String(used)}, path ${counterexamplePath ?? ''}, ${String(numShrinks)} times shorter${isStrict ? ', strictly checked' : ''}`, ...lines, ...found].join('\n');
}
