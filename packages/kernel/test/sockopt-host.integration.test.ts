import { AF_NETLINK, AF_PACKET, NETLINK_USERSOCK, SOCK_RAW, SOL_SOCKET, sock_filter, sock_fprog } from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import { expect, it } from 'vitest';
import { Kernel, bufferMemory } from '../src/index.ts';
import { runOnHost } from './host.ts';

/** One call on the socket of a family: a value to set, or the length of a buffer to read into. */
interface Call {
  readonly family: number;
  readonly name: number;
  readonly value?: string;
  readonly length?: number;
}

interface Answer {
  readonly errno: number;
  readonly value: string;
}

const SCRIPT = `
import ctypes, json, socket, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
sockets = {16: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 2), 17: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)}
out = []
for call in json.load(sys.stdin):
    fd = sockets[call['family']].fileno()
    if 'value' in call:
        value = bytes.fromhex(call['value'])
        result = libc.setsockopt(fd, 1, call['name'], value, len(value))
        answer = ''
    else:
        buffer = ctypes.create_string_buffer(256)
        length = ctypes.c_int(call['length'])
        result = libc.getsockopt(fd, 1, call['name'], buffer, ctypes.byref(length))
        answer = buffer.raw[:max(0, min(length.value, call['length']))].hex() + '/' + str(length.value) if result == 0 else ''
    out.append({'errno': ctypes.get_errno() if result < 0 else 0, 'value': answer})
json.dump(out, sys.stdout)
`;

/** Integers from a fixed sequence. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}

/**
 * Options whose values are the host's own affair: SO_COOKIE, SO_NETNS_COOKIE; SO_PEERSEC, which security modules have;
 * SO_INCOMING_NAPI_ID; SO_PASSCRED, SO_PASSSEC, SO_PASSPIDFD, which packet sockets lost in 6.16; SO_TXREHASH, whose default
 * changed; and what came after 6.12.
 */
const LEFT_OUT = new Set([57, 71, 31, 56, 16, 34, 76, 74, 78, 79, 80, 81, 82, 83, 84]);

function calls(count: number): Call[] {
  const random = generator(7);
  const made: Call[] = [];
  while (made.length < count) {
    const family = random(2) === 0 ? AF_NETLINK : AF_PACKET;
    const name = random(86);
    if (LEFT_OUT.has(name)) continue;
    if (random(2) === 0) {
      made.push({ family, name, length: [4, 4, 4, 8, 16, 0, 1, 3, 7, 24, 40, -1][random(12)] ?? 4 });
      continue;
    }
    const value = Buffer.alloc([4, 4, 4, 4, 8, 16, 16, 0, 3, 12][random(10)] ?? 4);
    const numbers = [0, 1, 2, -1, 6, 7, 1000, 0x7fff_ffff, -5, 70_000, 100_000, 3, 11];
    const scale = name === 37 || name === 65 ? 0x3_ffff : -1;
    for (let at = 0; at + 4 <= value.length; at += at === 0 && random(2) === 0 ? 8 : 4) {
      value.writeInt32LE((numbers[random(numbers.length)] ?? 0) & (at === 0 ? scale : -1), at);
    }
    // Where Linux 6.12 has another limit than later ones: buffers, and reserved memory.
    if ((name === 7 || name === 8 || name === 73) && value.length >= 4 && value.readUInt32LE(0) > 70_000) continue;
    // Timeouts of whole hundredths of a second, which every host's clock divides.
    if ([20, 21, 66, 67].includes(name) && value.length === 16) value.writeBigInt64LE(BigInt(random(102)) * 10_000n - 10_000n, 8);
    // A pointer would be the host's.
    if ((name === 26 || name === 51) && value.length === 16) value.fill(0, 8);
    if (name === 25 && value.length >= 3) value.write(['lo\0', 'lo\0', '\0', 'xx\0'][random(4)] ?? '', 'latin1');
    made.push({ family, name, value: value.toString('hex') });
  }
  return made;
}

it('answers options of SOL_SOCKET as the host does', ({ skip }) => {
  const asked = calls(30_000);
  const host = runOnHost(SCRIPT, asked);
  if ('reason' in host) {
    skip(`no private namespace with Python: ${host.reason}`);
    return;
  }
  // CAST: the script writes one answer for each call.
  const expected = host.answer as Answer[];
  using kernel = new Kernel();
  using netlink = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
  using packet = kernel.socket(AF_PACKET, SOCK_RAW, 0);
  const different = asked.flatMap((call, i) => {
    const socket = call.family === AF_NETLINK ? netlink : packet;
    let errno = 0;
    let value = '';
    try {
      if (call.value !== undefined) socket.setsockopt(SOL_SOCKET, call.name, Buffer.from(call.value, 'hex'));
      else {
        const got = socket.getsockopt(SOL_SOCKET, call.name, call.length ?? 0);
        value = `${Buffer.from(got.bytes).toString('hex')}/${String(got.length)}`;
      }
    } catch (error) {
      if (!isKernelError(error)) throw error;
      ({ errno } = error);
    }
    const wanted = expected[i];
    return wanted?.errno === errno && wanted.value === value ? [] : [{ i, call, got: { errno, value }, wanted }];
  });
  expect(different.slice(0, 8)).toEqual([]);
});

const FILTER_SCRIPT = `
import ctypes, json, socket, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
out = []
sender = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 2)
sender.bind((0, 0))
for case in json.load(sys.stdin):
    receiver = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 2)
    receiver.bind((0, 0))
    program = bytes.fromhex(case['program'])
    buffer = ctypes.create_string_buffer(program, max(len(program), 1))
    fprog = struct.pack('HxxxxxxQ', len(program) // 8, ctypes.addressof(buffer))
    result = libc.setsockopt(receiver.fileno(), 1, 26, fprog, 16)
    errno = ctypes.get_errno() if result < 0 else 0
    got = []
    if errno == 0:
        for packet in case['packets']:
            sender.sendto(bytes.fromhex(packet), (receiver.getsockname()[0], 0))
            try:
                got.append(receiver.recv(65536, socket.MSG_DONTWAIT).hex())
            except BlockingIOError:
                got.append(None)
    receiver.close()
    out.append({'errno': errno, 'got': got})
json.dump(out, sys.stdout)
`;

interface FilterCase {
  readonly program: string;
  readonly packets: readonly string[];
}

/** Programs that are mostly valid, and packets that they like. */
function filterCases(count: number): FilterCase[] {
  const random = generator(99);
  const codes = [0x00, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x60, 0x80, 0x81, 0x01, 0x61, 0xb1, 0x02, 0x03, 0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3c, 0x44, 0x4c, 0x54, 0x5c, 0x64, 0x6c, 0x74, 0x7c, 0x84, 0x94, 0x9c, 0xa4, 0xac, 0x05, 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d, 0x07, 0x87, 0x06, 0x16];
  const operands = [0, 1, 2, 3, 4, 8, 12, 15, 16, 31, 32, 40, 100, 255, 0x1000, 0xffff_ffff, 0x8000_0000, -4096, -4092, -4088, -4084, -4080, -4076, -4072, -4068, -4056, -4052, -4048, -4044, -4040, -4036, -4032, -0x10_0000, -0x10_0000 + 4, -0x20_0000, -0x20_0000 + 2];
  return Array.from({ length: count }, () => {
    const length = 1 + random(12);
    const program = Buffer.alloc(8 * (length + 1));
    for (let i = 0; i < length; i++) {
      program.writeUInt16LE(random(200) === 0 ? random(65_536) : (codes[random(codes.length)] ?? 0), 8 * i);
      program[8 * i + 2] = random(20) === 0 ? random(256) : random(length - i);
      program[8 * i + 3] = random(length - i);
      const scratch = [0x60, 0x61, 0x02, 0x03].includes(program.readUInt16LE(8 * i));
      program.writeUInt32LE(((scratch ? random(17) : (operands[random(operands.length)] ?? 0)) >>> 0), 8 * i + 4);
      if (program.readUInt16LE(8 * i) === 0x05) program.writeUInt32LE(random(length - i), 8 * i + 4);
    }
    program.writeUInt16LE(random(3) === 0 ? 0x16 : 0x06, 8 * length);
    program.writeUInt32LE([0, 1, 5, 64, 0xffff_ffff][random(5)] ?? 0, 8 * length + 4);
    const packets = Array.from({ length: 3 }, (_, n) => {
      const packet = Buffer.alloc(4 + random(60));
      for (let i = 0; i < packet.length; i++) packet[i] = n === 0 ? 8 * random(2) + random(2) : random(256);
      return packet.toString('hex');
    });
    return { program: program.toString('hex'), packets };
  });
}

it('accepts and runs filters as the host does', ({ skip }) => {
  const cases = filterCases(3000);
  const host = runOnHost(FILTER_SCRIPT, cases);
  if ('reason' in host) {
    skip(`no private namespace with Python: ${host.reason}`);
    return;
  }
  // CAST: the script writes one answer for each case.
  const expected = host.answer as { readonly errno: number; readonly got: readonly (string | null)[] }[];
  using kernel = new Kernel();
  using sender = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
  sender.bind();
  let accepted = 0;
  const different = cases.flatMap(({ program, packets }, i) => {
    using receiver = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    receiver.bind();
    const octets = Buffer.from(program, 'hex');
    const fprog = new Uint8Array(sock_fprog.SIZE);
    const view = new DataView(fprog.buffer);
    sock_fprog.set_len(view, 0, octets.length / sock_filter.SIZE);
    sock_fprog.set_filter(view, 0, 0x1000n);
    let errno = 0;
    const got: (string | null)[] = [];
    try {
      receiver.setsockopt(SOL_SOCKET, 26, fprog, bufferMemory(octets));
      accepted++;
      for (const packet of packets) {
        sender.send(Buffer.from(packet, 'hex'), { to: { pid: receiver.getsockname().pid, groups: 0 } });
        const message = receiver.receive();
        got.push(message === undefined ? null : Buffer.from(message.bytes).toString('hex'));
      }
    } catch (error) {
      if (!isKernelError(error)) throw error;
      ({ errno } = error);
    }
    const wanted = expected[i];
    return JSON.stringify(wanted) === JSON.stringify({ errno, got }) ? [] : [{ i, program, packets, got: { errno, got }, wanted }];
  });
  expect(different.slice(0, 5)).toEqual([]);
  expect(accepted).toBeGreaterThan(1000);
});
