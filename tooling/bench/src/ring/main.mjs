// The ring of a packet socket under a flood on `lo`, beside a reader in C and tcpdump, all in a network namespace of their own.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('readers.mjs', import.meta.url));
// tcpdump gives up being root as it begins, for which a user namespace has no other user.
const user = process.getuid?.() === 0 ? [] : ['--user', '--map-current-user', '--keep-caps'];
const { status, error } = spawnSync('unshare', [...user, '--net', '--mount', process.execPath, here], { stdio: 'inherit' });
if (error !== undefined) console.log(`  not measured: unshare: ${error.message}`);
else if (status !== 0) process.exitCode = 1;
