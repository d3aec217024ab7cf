// `npm run bench [PART…]`: all benchmarks, or some of them. Everything that is compared runs in turns, in processes of its own, so
// that what disturbs one disturbs the other. Read the ratios: times belong to one machine.
const PARTS = { kernel: './kernel.mjs', decode: './decode/main.mjs', host: './host/main.mjs', port: './port/main.mjs', ring: './ring/main.mjs', sandbox: './sandbox/main.mjs' };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((part) => !(part in PARTS));
if (unknown.length > 0) {
  console.error(`bench: there is no ${unknown.join(', ')}; parts: ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}
console.log(`Node ${process.version}`);
for (const [part, file] of Object.entries(PARTS)) if (wanted.length === 0 || wanted.includes(part)) await import(file);
