import { AF_NETLINK, AF_PACKET, NETLINK_SOCK_DIAG, NLMSG_DONE, NLMSG_ERROR, SOCK_RAW, netlink_diag_msg, packet_diag_msg } from '@netdevkit/bindings';
import { expect, it } from 'vitest';
import { Kernel, bufferMemory } from '../src/index.ts';
import { runOnHost } from './host.ts';

/**
 * Opens the sockets that the test opens here too, sends each request on a socket of its own, and gives all that comes back
 * until a DONE or an error.
 */
const SCRIPT = `
import ctypes, json, os, socket, struct, subprocess, sys
libc = ctypes.CDLL(None)
subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
a = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0); a.bind((5001, 0x11))
a.setsockopt(270, 3, 1); a.setsockopt(270, 10, 1); a.setsockopt(270, 8, 1)
b = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, 2); b.bind((5002, 0)); b.connect((77, 4))
c = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
c.setsockopt(270, 1, 16)
p = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
q = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
q.bind(('lo', 0x0806))
q.setsockopt(263, 8, 1); q.setsockopt(263, 1, struct.pack('IHH8s', 1, 1, 0, b'')); q.setsockopt(263, 1, struct.pack('IHH8s', 1, 2, 0, b''))
program = ctypes.create_string_buffer(struct.pack('HBBI', 6, 0, 0, 0))
libc.setsockopt(q.fileno(), 1, 26, struct.pack('HxxxxxxQ', 1, ctypes.addressof(program)), 16)
out = []
for request in json.load(sys.stdin):
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4)
    s.bind((6000, 0))
    s.settimeout(1)
    s.send(bytes.fromhex(request))
    answers = []
    try:
        while True:
            data = s.recv(65536)
            answers.append(data.hex())
            types, at = [], 0
            while at < len(data):
                length, kind = struct.unpack_from('IH', data, at)
                types.append(kind)
                at += (length + 3) & ~3
            if types[-1] in (2, 3):
                break
    except TimeoutError:
        answers.append('nothing')
    s.close()
    out.append(answers)
json.dump(out, sys.stdout)
`;

const REQUEST = 1;
const DUMP = 0x300;

function message(type: number, flags: number, payload: Uint8Array): string {
  const bytes = Buffer.alloc(16 + payload.length);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes.writeUInt16LE(type, 4);
  bytes.writeUInt16LE(flags, 6);
  bytes.writeUInt32LE(9, 8);
  bytes.set(payload, 16);
  return bytes.toString('hex');
}

/** A request about a family: its first octets, and how long it is. */
function about(octets: readonly number[], length: number, more: readonly number[] = []): Uint8Array {
  const bytes = new Uint8Array(length + more.length);
  bytes.set(octets);
  bytes.set(more, length);
  return bytes;
}

const netlink = (protocol: number, show: number): Uint8Array => about([16, protocol, 0, 0, 0, 0, 0, 0, show], 20);
const packet = (show: number, protocol = 0): Uint8Array => about([17, protocol, 0, 0, 0, 0, 0, 0, show], 20);
const inet = (family: number, protocol: number, more: readonly number[] = []): Uint8Array => about([family, protocol, 0, 0, 0xff, 0xff], 56, more);
const attribute = (type: number, ...payload: number[]): number[] => [4 + payload.length, 0, type, 0, ...payload];

const BY_FAMILY = 20;
const DESTROY = 21;
const REQUESTS: readonly string[] = [
  ...[0, 0xf].flatMap((show) => [255, 0, 2, 16, 5, 31, 32, 200].map((protocol) => message(BY_FAMILY, REQUEST | DUMP, netlink(protocol, show)))),
  ...[0, 1, 2, 0x10, 0x20, 0x3f].map((show) => message(BY_FAMILY, REQUEST | DUMP, packet(show))),
  message(BY_FAMILY, REQUEST, netlink(255, 0)),
  message(BY_FAMILY, REQUEST, packet(0)),
  message(BY_FAMILY, REQUEST | DUMP, packet(0, 1)),
  message(BY_FAMILY, REQUEST | DUMP, about([16, 255], 19)),
  message(BY_FAMILY, REQUEST | DUMP, about([17, 0], 12)),
  message(BY_FAMILY, REQUEST | DUMP, about([16], 1)),
  message(BY_FAMILY, REQUEST | DUMP, about([16, 0], 2)),
  ...[0, 3, 4, 5, 9, 45, 46, 99, 255].map((family) => message(BY_FAMILY, REQUEST | DUMP, about([family], 56))),
  message(BY_FAMILY, REQUEST | DUMP, about([1, 0, 0, 0], 24)),
  message(BY_FAMILY, REQUEST, about([1], 24)),
  message(BY_FAMILY, REQUEST, about([1, 0, 0, 0, 0, 0, 0, 0, 5], 24)),
  message(BY_FAMILY, REQUEST, about([1], 23)),
  // Without IPPROTO_RAW, whose module hosts may not have.
  ...[2, 10].flatMap((family) => [6, 17, 136].flatMap((protocol) => [
    message(BY_FAMILY, REQUEST | DUMP, inet(family, protocol)),
    message(BY_FAMILY, REQUEST, inet(family, protocol)),
    message(DESTROY, REQUEST, inet(family, protocol)),
  ])),
  ...[0, 33, 200].map((protocol) => message(BY_FAMILY, REQUEST, inet(2, protocol))),
  message(BY_FAMILY, REQUEST | DUMP, inet(2, 200)),
  ...[16, 17, 1].map((family) => message(DESTROY, REQUEST, about([family], 56))),
  message(BY_FAMILY, REQUEST | DUMP, about([2, 6], 55)),
  message(18, REQUEST | DUMP, about([2], 60)),
  message(18, REQUEST, about([2], 60)),
  message(18, REQUEST, about([5], 60)),
  message(18, REQUEST, about([2], 59)),
  ...[16, 17, 22, 24, 100].map((type) => message(type, REQUEST | DUMP, about([2], 60))),
  // Filters: `ss 'sport = :22'`, and what is none.
  message(BY_FAMILY, REQUEST | DUMP, inet(2, 6, attribute(1, 11, 8, 12, 0, 0, 0, 22, 0))),
  message(BY_FAMILY, REQUEST | DUMP, inet(2, 6, attribute(1, 11, 8, 13, 0, 0, 0, 22, 0))),
  message(BY_FAMILY, REQUEST | DUMP, inet(2, 6, attribute(1, 99, 4, 4, 0))),
  message(BY_FAMILY, REQUEST | DUMP, inet(2, 6, attribute(1, 7, 12, 16, 0, 3, 0, 0, 0, 0, 0, 0, 0))),
  message(BY_FAMILY, REQUEST | DUMP, inet(2, 6, attribute(1, 7, 16, 20, 0, 2, 8, 0, 0, 255, 255, 255, 255, 127, 0, 0, 0))),
  message(BY_FAMILY, REQUEST | DUMP, inet(2, 6, attribute(1, 1, 4, 8, 0))),
  message(BY_FAMILY, REQUEST | DUMP, inet(2, 6, attribute(1, 1, 4, 4, 0))),
  message(BY_FAMILY, REQUEST | DUMP, inet(2, 6, attribute(1, 0, 4, 0, 0))),
  message(BY_FAMILY, REQUEST | DUMP, inet(2, 6, attribute(1, 0, 0, 0, 0))),
  message(BY_FAMILY, REQUEST | DUMP, inet(2, 6, attribute(1))),
  message(BY_FAMILY, REQUEST | DUMP, inet(2, 6, attribute(3, 200, 0))),
  message(BY_FAMILY, REQUEST, inet(2, 200, attribute(3, 6, 0, 0, 0))),
];

/** The parts of a buffer that begin with a length, of so many octets, and stand on multiples of 4. */
function parts(bytes: Buffer, octets: 2 | 4): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = octets === 4 ? bytes.readUInt32LE(at) : bytes.readUInt16LE(at);
    found.push(bytes.subarray(at, at + length));
    at += (length + 3) & ~3;
  }
  return found;
}

/** Answers with what is each kernel's own taken out: inodes, cookies, and the sockets of families that are not here. */
function comparable(answers: readonly string[]): string[] {
  const texts = answers.flatMap((hex) => {
    if (hex === 'nothing') return [hex];
    return parts(Buffer.from(hex, 'hex'), 4).flatMap((message) => {
      const type = message.readUInt16LE(4);
      if (type === NLMSG_DONE || type === NLMSG_ERROR) return [`${String(type)}: ${String(message.readInt32LE(16))}`];
      const isNetlink = message[16] === AF_NETLINK;
      if (isNetlink && ![0, 2, 4, 10, 16].includes(message[18] ?? 0)) return [];
      const { SIZE, FIELDS } = isNetlink ? { SIZE: netlink_diag_msg.SIZE, FIELDS: [netlink_diag_msg.FIELDS.ndiag_ino, netlink_diag_msg.FIELDS.ndiag_cookie] } : { SIZE: packet_diag_msg.SIZE, FIELDS: [packet_diag_msg.FIELDS.pdiag_ino, packet_diag_msg.FIELDS.pdiag_cookie] };
      const own = Buffer.from(message.subarray(4, 16 + SIZE));
      for (const { offset, size } of FIELDS) own.fill(0, 12 + offset, 12 + offset + size);
      const isKernel = isNetlink && own.readUInt32LE(12 + netlink_diag_msg.FIELDS.ndiag_portid.offset) === 0;
      const rest = parts(Buffer.from(message.subarray(16 + SIZE)), 2).map((part) => {
        const isMemory = part.readUInt16LE(2) === (isNetlink ? 0 : 6);
        // What a request takes of memory while it is answered, and what a filter takes, changed after 6.12.
        if (isMemory && isKernel) part.fill(0, 4, 8);
        if (isMemory && !isNetlink) part.fill(0, 28, 32);
        return part.subarray(2).toString('hex');
      });
      return [`${own.toString('hex')} ${rest.join(' ')}`];
    });
  });
  return texts.sort();
}

it('answers questions about sockets as the host does', ({ skip }) => {
  const host = runOnHost(SCRIPT, REQUESTS);
  if ('reason' in host) {
    skip(`no private namespace with Python: ${host.reason}`);
    return;
  }
  // CAST: the script writes a list of answers for each request.
  const expected = host.answer as string[][];
  using kernel = new Kernel();
  const up = new Uint8Array(40);
  up.set([0x6c, 0x6f]);
  up[16] = 1;
  kernel.initialNamespace.ioctl(0x8914, up);
  using a = kernel.socket(AF_NETLINK, SOCK_RAW, 0);
  a.bind({ pid: 5001, groups: 0x11 });
  for (const option of [3, 10, 8]) a.setOption(270, option, 1);
  using b = kernel.socket(AF_NETLINK, 2, 2);
  b.bind({ pid: 5002 });
  b.connect({ pid: 77, groups: 4 });
  using c = kernel.socket(AF_NETLINK, SOCK_RAW, 16);
  c.setOption(270, 1, 16);
  using p = kernel.socket(AF_PACKET, SOCK_RAW, 3);
  using q = kernel.socket(AF_PACKET, 2, 0);
  q.bind({ protocol: 0x0806, ifindex: 1 });
  q.setOption(263, 8, 1);
  q.addMembership({ ifindex: 1, type: 1 });
  q.addMembership({ ifindex: 1, type: 2 });
  const fprog = new Uint8Array(16);
  fprog.set([1, 0, 0, 0, 0, 0, 0, 0, 0, 0x10]);
  q.setsockopt(1, 26, fprog, bufferMemory(Uint8Array.of(6, 0, 0, 0, 0, 0, 0, 0)));
  const different = REQUESTS.flatMap((request, i) => {
    using socket = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
    socket.bind({ pid: 6000 });
    socket.send(Buffer.from(request, 'hex'));
    const answers: string[] = [];
    for (let answer = socket.receive(); answer !== undefined; answer = socket.receive()) answers.push(Buffer.from(answer.bytes).toString('hex'));
    const got = comparable(answers.length === 0 ? ['nothing'] : answers);
    const wanted = comparable(expected[i] ?? []);
    return JSON.stringify(got) === JSON.stringify(wanted) ? [] : [{ i, request, got, wanted }];
  });
  expect(p.closed).toBe(false);
  expect(different).toEqual([]);
});
