// `npm run test:vm`: what needs a kernel of Linux, on the reference kernel in a virtual machine.
import { install, run } from './bootstrap.mjs';

install();
run('node', ['tooling/oracle/src/vm/main.ts', ...process.argv.slice(2)]);
