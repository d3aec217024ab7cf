import { AF_NETLINK, IFAL_ADDRESS, IFAL_LABEL, NETLINK_ROUTE, RTM_DELADDRLABEL, RTM_GETADDRLABEL, RTM_NEWADDRLABEL, SOCK_RAW } from '@netdevkit/bindings';
import { expect, it } from 'vitest';
import { Kernel } from '../src/index.ts';
import { runOnHost } from './host.ts';

/** Sends each request on one of two sockets, the second one with strict checks, and gives all that comes back. */
const SCRIPT = `
import json, socket, struct, sys
sockets = []
for strict in (0, 1):
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    s.bind((7000 + strict, 0)); s.settimeout(1); s.setsockopt(270, 11, 1); s.setsockopt(270, 12, strict)
    sockets.append(s)
out = []
for request in json.load(sys.stdin):
    s = sockets[request['strict']]
    s.send(bytes.fromhex(request['octets']))
    answers = ''
    while True:
        data = s.recv(65536)
        answers += data.hex()
        types, at = [], 0
        while at < len(data):
            length, kind, flags = struct.unpack_from('IHH', data, at)
            types.append(kind)
            at += (length + 3) & ~3
        if types[-1] in (2, 3) or not flags & 2:
            break
    out.append(answers)
json.dump(out, sys.stdout)
`;

interface Request {
  readonly strict: 0 | 1;
  readonly octets: string;
}

function requests(count: number): Request[] {
  let state = 11;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
  const pick = <T>(list: readonly [T, ...T[]]): T => list[random(list.length)] ?? list[0];
  const addresses = ['00000000000000000000000000000000', '00000000000000000000000000000001', '00000000000000000000ffff0a000001', '00000000000000000000000000000a01', '20010db8000000000000000000000001', 'fd000000000000000000000000000001', 'fe800000000000000000000000000001', '20020a0000000000000000000000000f'] as const;
  return Array.from({ length: count }, () => {
    const type = pick([RTM_NEWADDRLABEL, RTM_NEWADDRLABEL, RTM_DELADDRLABEL, RTM_GETADDRLABEL, RTM_GETADDRLABEL]);
    const dumps = type === RTM_GETADDRLABEL && random(3) === 0;
    const isGet = type === RTM_GETADDRLABEL && !dumps;
    const payload = Buffer.alloc(12);
    payload[0] = pick([10, 10, 10, 10, 10, 10, 2]);
    if (!dumps || random(6) === 0) {
      payload[2] = isGet ? pick([128, 128, 128, 64]) : pick([0, 7, 8, 32, 64, 96, 97, 128, 128, 129]);
      payload.writeUInt32LE(pick([0, 0, 0, 1, 9]), 4);
      if (random(12) === 0) payload[pick([1, 3, 8])] = 1;
    }
    const attributes: Buffer[] = [];
    const put = (kind: number, octets: Buffer): void => {
      const header = Buffer.alloc(4);
      header.writeUInt16LE(4 + octets.length, 0);
      header.writeUInt16LE(kind, 2);
      attributes.push(header, octets);
    };
    if (dumps ? random(8) === 0 : random(10) !== 0) put(IFAL_ADDRESS, Buffer.from(pick(addresses), 'hex').subarray(0, random(15) === 0 ? 12 : 16));
    const label = Buffer.alloc(4);
    label.writeUInt32LE(pick([0, 1, 5, 99, 0xffff_ffff]));
    if (isGet || dumps ? random(8) === 0 : random(10) !== 0) put(IFAL_LABEL, label);
    const body = Buffer.concat([random(25) === 0 ? payload.subarray(0, 8) : payload, ...attributes]);
    const header = Buffer.alloc(16);
    header.writeUInt32LE(16 + body.length, 0);
    header.writeUInt16LE(type, 4);
    header.writeUInt16LE(dumps ? 0x301 : isGet ? 1 : 5 | pick([0, 0x100, 0x400, 0x500]), 6);
    header.writeUInt32LE(3, 8);
    return { strict: pick([0, 1] as const), octets: Buffer.concat([header, body]).toString('hex') };
  });
}

it('keeps labels of addresses as the host does', ({ skip }) => {
  const asked = requests(1500);
  const host = runOnHost(SCRIPT, asked);
  if ('reason' in host) {
    skip(`no private namespace with Python: ${host.reason}`);
    return;
  }
  // CAST: the script writes what answers each request.
  const expected = host.answer as string[];
  using kernel = new Kernel();
  const sockets = [0, 1].map((strict) => {
    const socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    socket.bind({ pid: 7000 + strict });
    socket.setOption(270, 11, 1);
    socket.setOption(270, 12, strict);
    return socket;
  });
  const different = asked.flatMap(({ strict, octets }, i) => {
    const socket = sockets[strict];
    socket?.send(Buffer.from(octets, 'hex'));
    let got = '';
    for (let answer = socket?.receive(); answer !== undefined; answer = socket?.receive()) got += Buffer.from(answer.bytes).toString('hex');
    return got === expected[i] ? [] : [{ i, octets, strict, got, wanted: expected[i] }];
  });
  for (const socket of sockets) socket.close();
  expect(different.slice(0, 5)).toEqual([]);
});
