// The embedded kernel: the transmit path, the tap, the heap, ten thousand links. Figures are medians of the turns' medians, the
// least in brackets.
import { fileURLToPath } from 'node:url';
import { inTurns as runInTurns, run } from './turns.mjs';

const TURNS = 5;
const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const node = (file, ...args) => run(process.execPath, here(file), ...args);
const inTurns = (...runs) => runInTurns(TURNS, ...runs);

const ns = ({ median: middle, min }) => `${middle.toFixed(1)} (${min.toFixed(1)}) ns`;
const ratio = (a, b) => `${(a / b).toFixed(2)}x`;

console.log('\nTransmit path: alloc, copy, dev_queue_xmit, startXmit, counters, consume');
for (const [size, drivers] of [[256, 1], [256, 16], [3776, 16]]) {
  const [ours, floor] = inTurns(() => node('./xmit.mjs', size, drivers), () => node('./xmit-floor.mjs', size, drivers));
  console.log(`  ${size} B, ${drivers} drivers: ${ns(ours)}, floor ${ns(floor)}: ${ratio(ours.min, floor.min)} of the floor`);
}

console.log('\nEach packet handler more (256 B, 16 drivers)');
{
  const [none, one, four] = inTurns(...[0, 1, 4].map((handlers) => () => node('./xmit.mjs', 256, 16, handlers)));
  console.log(`  the first: +${(one.min - none.min).toFixed(1)} ns, then +${((four.min - one.min) / 3).toFixed(1)} ns each`);
}

console.log('\nA packet through a veth pair: sent at one end, taken by a handler at the other');
for (const size of [64, 1500]) {
  const [one] = inTurns(() => node('./veth.mjs', size));
  console.log(`  ${size} B: ${ns(one)}: ${(1000 / one.median).toFixed(2)} M packets/s`);
}

console.log('\nA netlink message through the tap into a packet socket and out of it');
{
  const [small, page] = inTurns(() => node('./tap.mjs', 256), () => node('./tap.mjs', 3776));
  console.log(`  256 B: ${ns(small)}\n  3776 B: ${ns(page)}`);
}

console.log('\nHeap');
{
  const { packets, xmit, tap } = node('./heap.mjs');
  for (const [label, { bytes, most }] of [['a packet sent', xmit], ['a message captured', tap]]) {
    console.log(`  ${label}: ${(bytes / packets).toFixed(4)} octets (of ${packets}, most in ${most})`);
  }
}

console.log('\n10 000 links: created in batches, dumped, deleted by group');
{
  const ours = node('./links.mjs');
  const sum = ({ create, dump, remove }) => create + dump + remove;
  const line = (label, times) => console.log(`  ${label}: ${times.create.toFixed(2)} + ${times.dump.toFixed(2)} + ${times.remove.toFixed(2)} = ${sum(times).toFixed(2)} s`);
  line('embedded kernel', ours);
  for (const kind of ['dummy', 'ifb']) {
    const theirs = run('sh', here('./links-ip.sh'), kind);
    if ('missing' in theirs) {
      console.log(`  ip -batch, ${kind}: not measured, for want of ${theirs.missing}`);
      continue;
    }
    line(`ip -batch, ${kind}, this machine's kernel`, theirs);
    console.log(`  ${ratio(sum(ours), sum(theirs))} of its time`);
    break;
  }
}
