// `npm run bench`: the benchmarks of tooling/bench, on what is built.
import { install, run, turbo } from './bootstrap.mjs';

install();
turbo(['build'], [], { stdio: ['ignore', 2, 2] });
run('node', ['tooling/bench/src/main.mjs', ...process.argv.slice(2)]);
