import {
  AF_NETLINK,
  NETLINK_FIB_LOOKUP,
  NETLINK_ROUTE,
  NLM_F_CREATE,
  RTM_NEWADDR,
  RTM_NEWROUTE,
  RTN_BLACKHOLE,
  RTN_PROHIBIT,
  RTN_THROW,
  RTN_UNREACHABLE,
  SOCK_RAW,
} from '@netdevkit/bindings';
import { expect, it } from 'vitest';
import { Kernel } from '../src/index.ts';
import { runOnHost } from './host.ts';
import { address, linkUp, route } from './route-requests.ts';

/** Sets routes, then sends each datagram and gives what comes back; of what has no answer, that of the next one. */
const SCRIPT = `
import json, socket, sys
given = json.load(sys.stdin)
routes = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
acks = []
for request in given['routes']:
    routes.send(bytes.fromhex(request))
    acks.append(int.from_bytes(routes.recv(65536)[16:20], 'little', signed=True))
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 10)
s.bind((7000, 0)); s.settimeout(10)
answers = []
for request in given['lookups']:
    s.send(bytes.fromhex(request['octets']))
    if request['answered']: answers.append(s.recv(65536).hex())
json.dump({'acks': acks, 'answers': answers}, sys.stdout)
`;

const LO = 1;
const add = (to: string, options: Parameters<typeof route>[3]): Uint8Array => route(RTM_NEWROUTE, NLM_F_CREATE, to, options);
const ROUTES: readonly Uint8Array[] = [
  linkUp(LO),
  address(RTM_NEWADDR, NLM_F_CREATE, LO, '192.0.2.1/24'),
  add('10.0.0.0/8', { dev: LO, via: '192.0.2.9' }),
  add('10.1.0.0/16', { dev: LO, scope: 253 }),
  add('10.1.0.0/16', { dev: LO, tos: 0x10, metric: 5 }),
  add('10.2.0.0/16', { type: RTN_BLACKHOLE }),
  add('10.3.0.0/16', { type: RTN_UNREACHABLE }),
  add('10.4.0.0/16', { type: RTN_PROHIBIT }),
  add('10.5.0.0/16', { type: RTN_THROW }),
  add('10.6.0.0/16', { hops: [[LO, '192.0.2.10'], [LO, '192.0.2.11']] }),
  add('10.7.0.0/16', { dev: LO, table: 100 }),
  add('0.0.0.0/0', { dev: LO, table: 100, scope: 253 }),
];

interface Lookup {
  readonly octets: string;
  readonly answered: boolean;
}

function lookup(to: string, table: number, { tos = 0, scope = 0, mark = 0, length = 36, said = length }: { tos?: number; scope?: number; mark?: number; length?: number; said?: number } = {}): Lookup {
  const bytes = Buffer.alloc(Math.max(length, 36), 0xee);
  bytes.writeUInt32LE(said, 0);
  bytes.writeUInt16LE(0x1234, 4);
  bytes.writeUInt16LE(1, 6);
  bytes.writeUInt32LE(77, 8);
  bytes.set(to.split('.').map(Number), 16);
  bytes.writeUInt32LE(mark, 20);
  bytes.set([tos, scope, table], 24);
  return { octets: bytes.toString('hex', 0, length), answered: length >= 36 && said >= 36 && said <= length };
}

const LOOKUPS: readonly Lookup[] = [
  ...['10.0.0.1', '10.1.2.3', '10.2.2.3', '10.3.2.3', '10.4.2.3', '10.5.2.3', '10.6.2.3', '10.7.2.3', '192.0.2.1', '192.0.2.7', '192.0.2.255', '127.0.0.1', '127.1.2.3', '203.0.113.1', '0.0.0.0', '255.255.255.255'].flatMap(
    (to) => [0, 100, 77, 253, 254, 255].flatMap((table) => [{}, { tos: 0x10 }, { tos: 0x11 }, { scope: 253 }, { scope: 254 }, { mark: 9 }].map((more) => lookup(to, table, more))),
  ),
  // More than is read comes back, too; what is too short, or says that it is longer than it is, does not.
  lookup('10.1.2.3', 0, { length: 40 }),
  lookup('10.1.2.3', 0, { length: 72, said: 36 }),
  lookup('10.1.2.3', 0, { length: 35 }),
  lookup('10.1.2.3', 0, { length: 36, said: 35 }),
  lookup('10.1.2.3', 0, { length: 36, said: 37 }),
  lookup('10.1.2.3', 0),
];

it('looks addresses up in routing tables as the host does', ({ skip }) => {
  const host = runOnHost(SCRIPT, { routes: ROUTES.map((bytes) => Buffer.from(bytes).toString('hex')), lookups: LOOKUPS });
  if ('reason' in host) {
    skip(`no private namespace with Python: ${host.reason}`);
    return;
  }
  using kernel = new Kernel();
  using routes = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  const acks = ROUTES.map((request) => {
    routes.send(request);
    return Buffer.from(routes.receive()?.bytes ?? new Uint8Array(20)).readInt32LE(16);
  });
  expect(acks).toEqual(ROUTES.map(() => 0));
  using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_FIB_LOOKUP);
  socket.bind({ pid: 7000 });
  const answers = LOOKUPS.flatMap(({ octets, answered }) => {
    socket.send(Buffer.from(octets, 'hex'));
    const received = socket.receive();
    expect(received !== undefined).toBe(answered);
    return received === undefined ? [] : [Buffer.from(received.bytes).toString('hex')];
  });
  expect({ acks, answers }).toEqual(host.answer);
  expect(answers.length).toBeGreaterThan(500);
});
