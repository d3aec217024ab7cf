// A driver as an interface of this machine, beside a loop in C on the same kind of interface, in a network namespace of their own.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('inside.mjs', import.meta.url));
const { status, error } = spawnSync('unshare', ['--user', '--map-root-user', '--net', process.execPath, here], { stdio: 'inherit' });
if (error !== undefined) console.log(`  not measured: unshare: ${error.message}`);
else if (status !== 0) process.exitCode = 1;
