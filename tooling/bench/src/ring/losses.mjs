// What is lost in floods, beside what tcpdump loses with a ring of the same size.
import { figure } from '../decode/report.mjs';
import { underLoad } from './programs.mjs';

const ROUNDS = 4;
/** They compile what reads, and each fits into the smallest ring. */
const PORTIONS = 40;
const PORTION = 5000;
const FLOOD = 300_000;
const OCTETS = 200;
const MEBIBYTE = 1 << 20;
/** One that is full in 20 or 30 milliseconds, and that of the command. */
const RINGS = [4, 32];

/**
 * @param {{ floods: Record<string, readonly string[]>, programs: Record<string, (name: string, ring: number, file: string) => object>, file: string }} options -
 * who sends through an interface, who captures from it, and where to
 */
export async function compareLosses({ floods, programs, file }) {
  console.log(`  lost in each of ${ROUNDS} floods of ${FLOOD} packets, in turns, after ${PORTIONS * PORTION} in portions, and the share of all that were sent`);
  for (const [name, flood] of Object.entries(floods)) {
    for (const ring of RINGS) {
      const losses = Object.fromEntries(Object.keys(programs).map((program) => [program, []]));
      for (let round = 0; round < ROUNDS; round++) {
        for (const [program, on] of Object.entries(programs)) losses[program].push(await underLoad(on(name, ring * MEBIBYTE, file), { flood, octets: OCTETS, portions: PORTIONS, portion: PORTION, packets: FLOOD }));
      }
      const share = (program) => losses[program].reduce((sum, { drops }) => sum + drops, 0) / losses[program].reduce((sum, { sent }) => sum + sent, 0);
      const percent = (program) => `${(100 * share(program)).toFixed(2)} %`;
      for (const program of Object.keys(programs)) console.log(`  ${name} ${String(ring).padStart(2)} MiB ${program.padEnd(8)} ${losses[program].map(({ drops }) => drops).join(' ')} (${percent(program)})`);
      if (losses.tcpdump === undefined) continue;
      figure(`${name}, ${ring} MiB: lost by nlmon and not by tcpdump -B`, '0 %', 100 * Math.max(0, share('nlmon') - share('tcpdump')), { most: 0, unit: ' %', times: `${percent('nlmon')} : ${percent('tcpdump')}` });
    }
  }
}
