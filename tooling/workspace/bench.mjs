// `npm run bench`: the benchmarks of tooling/bench, on what is built.
import { build, install, run } from './bootstrap.mjs';

install();
build();
run('node', ['tooling/bench/src/main.mjs', ...process.argv.slice(2)]);
