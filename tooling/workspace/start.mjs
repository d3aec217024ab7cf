// `npm start`: sets the clone up, builds the nlmon command and runs it; without arguments it runs the demonstration.
import { build, install, run } from './bootstrap.mjs';

install();
build('--filter=netdevkit');
const args = process.argv.slice(2);
run('node', ['packages/cli/dist/bin/main.js', ...(args.length > 0 ? args : ['demo', '-w', 'nlmon.pcapng'])]);
