// Requests to this machine's kernel beside other clients, in a network namespace of this run.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const INSIDE = fileURLToPath(new URL('inside.mjs', import.meta.url));

console.log("\nRequests to this machine's kernel, in a network namespace of their own");
const flags = ['-n', '-Urn'].find((one) => spawnSync('unshare', [one, 'true'], { stdio: 'ignore' }).status === 0);
if (flags === undefined) console.log('  not measured: this process may not make a network namespace (unshare -Urn, Debian: util-linux)');
else if (spawnSync('unshare', [flags, process.execPath, INSIDE], { stdio: 'inherit' }).status !== 0) process.exitCode = 1;
