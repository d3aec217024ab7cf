import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canBeNobody, NOBODY } from './private-namespace.ts';

const LINUX = fileURLToPath(new URL('../src/index.ts', import.meta.url));
const IPROUTE = fileURLToPath(new URL('../../iproute/src/index.ts', import.meta.url));

/** What a client does, and what comes of each: a program of its own, since rights are a process's. */
const PROGRAM = `
  const { Host } = await import(${JSON.stringify(LINUX)});
  const { IpRoute } = await import(${JSON.stringify(IPROUTE)});
  const host = new Host();
  const open = () => host.socket(16, 3, 0);
  const ip = new IpRoute(open);
  const steps = {
    'read links': () => ip.link.list(),
    'read routes': () => ip.route.list(),
    'read rules': () => ip.rule.list(),
    'listen': () => ip.monitor().close(),
    'set a link up': () => ip.link.set('lo', { up: true }),
    'find a way': () => ip.route.get('127.0.0.1'),
    'make a link': () => ip.link.add({ kind: 'bridge', name: 'own' }),
    'name a link': () => ip.link.addAltNames('lo', ['own-lo']),
    'delete a link': () => ip.link.delete('own'),
    'add an address': () => ip.address.add({ index: 1, address: '192.0.2.1/32' }),
    'add a route': () => ip.route.add({ destination: '198.51.100.0/24', index: 1 }),
    'add a neighbour': () => ip.neighbour.add({ index: 1, destination: '2001:db8::1', linkAddress: '02:00:00:00:00:01' }),
    'add a rule': () => ip.rule.add({ table: 100, priority: 5 }),
    'number a namespace': () => ip.namespaceId.set({ pid: process.pid }, 7),
    'listen to all namespaces': () => ip.monitor({ allNamespaces: true }).close(),
    'listen to xfrm': () => host.socket(16, 3, 6).bind({ groups: 1 }),
    'open a packet socket': () => host.socket(17, 3, 0).close(),
    'make a namespace': () => host.createNamespace().close(),
  };
  const outcomes = {};
  for (const [what, run] of Object.entries(steps)) {
    try { run(); outcomes[what] = 'done'; } catch (error) { outcomes[what] = error.message; }
  }
  console.log(JSON.stringify(outcomes));
  host.close();`;

function outcomesOf(command: string, ...args: readonly string[]): Record<string, string> {
  const { stdout, stderr } = spawnSync(command, [...args, process.execPath, '--conditions=@netdevkit/source', '--input-type=module', '--eval', PROGRAM], { encoding: 'utf8' });
  expect(stderr).toBe('');
  // CAST: what the program above prints.
  return JSON.parse(stdout) as Record<string, string>;
}

const AS_NOBODY = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'];
const canRead = canBeNobody && spawnSync('setpriv', [...AS_NOBODY, 'test', '-r', LINUX, '-a', '-x', process.execPath]).status === 0;
const canUnshare = canRead && spawnSync('setpriv', [...AS_NOBODY, 'unshare', '-Urn', 'true']).status === 0;

describe('a client without rights', () => {
  it('reads, and is told which capability it would need for what else', ({ skip }) => {
    if (!canRead) skip('this user cannot become nobody, or nobody cannot read the sources');
    const change = expect.stringMatching(/^RTM_\w+: Operation not permitted; nothing can be changed without CAP_NET_ADMIN over the network namespace \(EPERM\)$/u);
    expect(outcomesOf('setpriv', ...AS_NOBODY)).toEqual({
      'read links': 'done',
      'read routes': 'done',
      'read rules': 'done',
      // Whether there is one is not for this user to say.
      'find a way': expect.any(String),
      listen: 'done',
      'set a link up': change,
      'make a link': change,
      'name a link': change,
      'delete a link': change,
      'add an address': change,
      'add a route': change,
      'add a neighbour': change,
      'add a rule': change,
      'number a namespace': change,
      'listen to all namespaces': 'monitor: hearing of other namespaces needs CAP_NET_BROADCAST (EPERM)',
      'listen to xfrm': 'bind: listening to groups of this protocol needs CAP_NET_ADMIN, or of audit CAP_AUDIT_READ (EPERM)',
      'open a packet socket': 'socket: packet sockets need CAP_NET_RAW: run it as root, or below `unshare -Urn` for a network of your own (EPERM)',
      'make a namespace': 'setns: making a network namespace, and coming back, needs CAP_SYS_ADMIN: run it as root, or below `unshare -Urn` (EPERM)',
    });
  });

  it('can do all of it below unshare -Urn', ({ skip }) => {
    if (!canUnshare) skip('nobody cannot have a network namespace here');
    const outcomes = outcomesOf('setpriv', ...AS_NOBODY, 'unshare', '-Urn');
    expect(Object.entries(outcomes).filter(([, outcome]) => outcome !== 'done')).toEqual([]);
    expect(Object.keys(outcomes)).toHaveLength(18);
  });
});
