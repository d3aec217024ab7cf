// Runs a command in a sandbox as in a container: under a filter such as Docker's by default, which denies what makes
// namespaces and takes descriptors from other processes, and in that of Docker 20.10 what reads their memory. Arguments: 'docker' or
// 'docker-20', the user to become, and the command.
import { Kernel } from '@netdevkit/kernel';
import { Libc } from '@netdevkit/libc/unsafe';
import nlmon from '@netdevkit/nlmon';
import { abiOf } from '../../src/abi.ts';
import { BpfAssembler } from '../../src/bpf.ts';
import { SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO } from '../../src/filter.ts';
import { Sandbox } from '../../src/index.ts';

const [profile = '', user = '', file = '', ...args] = process.argv.slice(2);
const EPERM = 1;
const SET_MODE_FILTER = 1;
const FLAG_TSYNC = 1;
const NO_NEW_PRIVS = 38;
const DUMPABLE = 4;
// By number on x86-64 and arm64: unshare, setns, mount, umount2, pivot_root, pidfd_getfd, bpf, perf_event_open.
const DENIED = process.arch === 'x64' ? [272, 308, 165, 166, 155, 438, 321, 298] : [97, 268, 40, 39, 41, 438, 280, 241];
// process_vm_readv and process_vm_writev.
if (profile === 'docker-20') DENIED.push(...(process.arch === 'x64' ? [310, 311] : [270, 271]));

if (process.getuid?.() === 0) {
  process.setgroups?.([]);
  process.setgid?.(Number(user));
  process.setuid?.(Number(user));
}
const libc = Libc.open();
const bpf = new BpfAssembler().load(0);
for (const number of DENIED) bpf.ifEqual(number, 'deny');
const program = bpf.ret(SECCOMP_RET_ALLOW).label('deny').ret(SECCOMP_RET_ERRNO | EPERM).assemble();
const memory = libc.map({ length: 16 + program.length });
memory.bytes.set(program, 16);
memory.view.setUint16(0, program.length / 8, true);
memory.view.setBigUint64(8, BigInt(memory.at(16, program.length)), true);
const prctl = libc.function('int prctl(int op, ulong a, ulong b, ulong c, ulong d)');
// Whoever changes its user owns its files below /proc no longer; in a container the user is not changed.
prctl(DUMPABLE, 1, 0, 0, 0);
prctl(NO_NEW_PRIVS, 1, 0, 0, 0);
const installed = libc.syscall(abiOf(libc.architecture).own.seccomp, SET_MODE_FILTER, FLAG_TSYNC, memory.at(0, 16));
if (installed !== 0) throw new Error(`seccomp: ${String(installed)}`);

using kernel = new Kernel({ modules: [nlmon] });
await using sandbox = await Sandbox.create(kernel);
const { code, stdout, stderr } = await sandbox.run(file, args);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code ?? 1;
