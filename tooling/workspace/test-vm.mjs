// `npm run test:vm`: what needs a kernel of Linux, on the reference kernel in a virtual machine.
import { build, install, run } from './bootstrap.mjs';

install();
build('--filter=netdevkit...');
run('node', ['tooling/oracle/src/vm/main.ts', ...process.argv.slice(2)]);
