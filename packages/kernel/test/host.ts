import { spawnSync } from 'node:child_process';

/** A namespace forwards where the first one does, as on hosts with Docker; where this may not be written it stays so. */
const PREAMBLE = `
try:
    with open('/proc/sys/net/ipv4/ip_forward', 'w') as forwards: forwards.write('0')
except OSError: pass
`;

/**
 * What the host's kernel answers in a namespace of its own: `undefined` where there is none to be had, with the reason.
 *
 * @param script - Python that reads JSON from standard input and writes JSON
 */
export function runOnHost(script: string, input: unknown): { readonly answer: unknown } | { readonly reason: string } {
  if (process.platform !== 'linux') return { reason: `no Linux: ${process.platform}` };
  for (const flags of [['-mn'], ['-Urmn']]) {
    const { status, stdout, stderr, error } = spawnSync('unshare', [...flags, 'python3', '-c', `${PREAMBLE}${script}`], {
      input: JSON.stringify(input),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (error !== undefined) return { reason: error.message };
    if (status === 0) return { answer: JSON.parse(stdout) };
    if (flags[0] === '-Urmn') return { reason: stderr.trim().split('\n').at(-1) ?? 'unshare failed' };
  }
  return { reason: 'unreachable' };
}
