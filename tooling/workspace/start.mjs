// `npm start`: sets the clone up, builds the nlmon command and runs it; without arguments it runs the demonstration.
import { install, run, turbo } from './bootstrap.mjs';

install();
turbo(['build'], ['--filter=netdevkit'], { stdio: ['ignore', 2, 2] });
const args = process.argv.slice(2);
run('node', ['packages/cli/dist/main.js', ...(args.length > 0 ? args : ['demo', '-w', 'nlmon.pcapng'])]);
