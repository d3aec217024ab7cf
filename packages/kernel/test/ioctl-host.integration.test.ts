import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_PACKET,
  SIOCADDRT,
  SIOCDARP,
  SIOCDELRT,
  SIOCDIFADDR,
  SIOCGARP,
  SIOCGIFADDR,
  SIOCGIFBRDADDR,
  SIOCGIFCONF,
  SIOCGIFDSTADDR,
  SIOCGIFNETMASK,
  SIOCSARP,
  SIOCSIFADDR,
  SIOCSIFBRDADDR,
  SIOCSIFDSTADDR,
  SIOCSIFFLAGS,
  SIOCSIFNETMASK,
  SIOC_NAMES,
  arpreq,
  ifreq,
  rtentry,
} from '@netdevkit/bindings';
import { errno, isKernelError } from '@netdevkit/errno';
import { describe, expect, it } from 'vitest';
import { Kernel, bufferMemory, type NetNamespace } from '../src/index.ts';
import { runOnHost } from './host.ts';

/** One call: its argument, and what a pointer in it leads to. */
interface Call {
  readonly family: number;
  readonly command: number;
  /** Hexadecimal. */
  readonly argument: string;
  readonly data: string;
  /** Where the pointer is. */
  readonly at: number;
}

/** What came of it. */
interface Answer {
  readonly errno: number;
  readonly argument: string;
  readonly data: string;
}

/** Makes the calls on one socket of each family; a pointer is put into the argument where there is data. */
const SCRIPT = `
import ctypes, json, socket, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.ioctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p]
sockets = {socket.AF_INET6: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM), socket.AF_INET: socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.AF_PACKET: socket.socket(socket.AF_PACKET, socket.SOCK_RAW), socket.AF_NETLINK: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)}
out = []
for call in json.load(sys.stdin):
    size = len(call['argument']) // 2
    at = call['at']
    argument = ctypes.create_string_buffer(bytes.fromhex(call['argument']), 160)
    data = ctypes.create_string_buffer(bytes.fromhex(call['data']), 4096)
    if call['data']:
        argument[at:at + 8] = struct.pack('Q', ctypes.addressof(data))
    result = libc.ioctl(sockets[call['family']].fileno(), call['command'], argument)
    error = ctypes.get_errno() if result < 0 else 0
    argument = argument.raw[:size]
    if call['data']:
        argument = argument[:at] + bytes(8) + argument[at + 8:]
    out.append({'errno': error, 'argument': argument.hex(), 'data': data.raw[:len(call['data']) // 2].hex()})
json.dump(out, sys.stdout)
`;

const DATA_ADDRESS = 0x10_0000n;

function here(namespace: NetNamespace, { family, command, argument, data, at }: Call): Answer {
  const bytes = new Uint8Array(Buffer.from(argument, 'hex'));
  const behind = new Uint8Array(4096);
  behind.set(Buffer.from(data, 'hex'));
  if (data !== '') new DataView(bytes.buffer).setBigUint64(at, DATA_ADDRESS, true);
  let failure = 0;
  try {
    namespace.ioctl(command, bytes, { family, memory: bufferMemory(behind, DATA_ADDRESS) });
  } catch (error) {
    if (!isKernelError(error)) throw error;
    failure = error.errno;
  }
  if (data !== '') bytes.fill(0, at, at + 8);
  return { errno: failure, argument: Buffer.from(bytes).toString('hex'), data: Buffer.from(behind.subarray(0, data.length / 2)).toString('hex') };
}

/** Integers from a fixed sequence. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}

/** Every command about interfaces but those that wireless extensions, bridges and VLANs take, which hosts may have. */
const COMMANDS = Object.entries(SIOC_NAMES)
  .map(([number, name]) => [Number(number), name ?? ''] as const)
  .filter(([number, name]) => number >= 0x8910 && number < 0x8a00 && !/VLAN|BR$|^SIOCBR|IFCONF|GSKNS|PFLAGS/.test(name));

/** Commands of ethtool. */
const ETHTOOL = [1, 2, 3, 4, 5, 7, 8, 0xa, 0xe, 0x10, 0x14, 0x16, 0x18, 0x1b, 0x1c, 0x1e, 0x20, 0x23, 0x25, 0x27, 0x2b, 0x37, 0x3c, 0x41, 0x4c, 0x55];
/** ETOOSMALL, which is no errno of the ABI: a KernelError calls it EIO. */
const ETOOSMALL = 525;

function calls(count: number): Call[] {
  const random = generator(20_261_121);
  const names = ['lo', 'lo', 'lo', 'lo', 'lo:1', 'none', '', 'lo'];
  const made: Call[] = [];
  while (made.length < count) {
    const [command, name] = COMMANDS[random(COMMANDS.length)] ?? [0, ''];
    // What routes and neighbours answer is another test's matter; rings of the private range end the fixed part.
    if (/RT$|ARP$|RTMSG|IFADDR|BRDADDR|NETMASK|DSTADDR/.test(name)) continue;
    const argument = Buffer.alloc(40);
    argument.write(names[random(names.length)] ?? 'lo');
    const value = [0, 1, 2, 772, 0xffff, 65536, 1500, -1, 0x8043, 0x43, 0x49, 1000, 67, 40_000, 0x7fff_ffff][random(15)] ?? 0;
    argument.writeInt32LE(value, 16);
    if (random(4) === 0) for (let i = 20; i < 36; i++) argument[i] = random(256);
    // lo keeps its name, which the next calls know it by.
    if (name === 'SIOCSIFNAME') argument.fill(0, 16).write(['lo', 'lo', 'a b', 'x/y', '.', ''][random(6)] ?? '', 16, 16, 'latin1');
    // Linux 6.12 ends queues at 32767; later ones do not.
    if (name === 'SIOCSIFTXQLEN' && value > 0x7fff) continue;
    let data = '';
    if (name === 'SIOCETHTOOL' || name.includes('HWTSTAMP')) {
      const content = Buffer.alloc(name === 'SIOCETHTOOL' ? 2080 : 12);
      content.writeUInt32LE(name === 'SIOCETHTOOL' ? (ETHTOOL[random(ETHTOOL.length)] ?? 3) : random(3), 0);
      content.writeUInt32LE(random(9), 4);
      content.writeUInt32LE(random(3) === 0 ? 63 : 0, 8);
      if (random(8) !== 0) data = content.toString('hex');
    }
    const family = [AF_INET, AF_PACKET, AF_NETLINK][random(3)] ?? AF_INET;
    made.push({ family, command, argument: argument.toString('hex'), data, at: 16 });
  }
  return made;
}

/** Addresses that collide, with each other and with what is none. */
const ADDRESSES = ['127.0.0.1', '127.0.0.2', '10.0.0.1', '10.0.0.2', '10.1.2.3', '172.16.0.1', '192.168.1.1', '192.168.1.200', '224.0.0.1', '240.0.0.1', '0.0.0.0', '255.255.255.255'];
const MASKS = ['255.0.0.0', '255.255.0.0', '255.255.255.0', '255.255.255.255', '255.0.255.0', '0.0.0.0', '255.255.255.254'];

/** Puts a `struct sockaddr_in` somewhere. */
function putAddress(bytes: Buffer, at: number, address: string, family = AF_INET): void {
  bytes.writeUInt16LE(family, at);
  bytes.set(address.split('.').map(Number), at + 4);
}

/** Calls about addresses and routes. */
function inetCalls(count: number): Call[] {
  const random = generator(4);
  const pick = <T>(list: readonly T[]): T => {
    const picked = list[random(list.length)];
    if (picked === undefined) throw new Error('an empty list');
    return picked;
  };
  return Array.from({ length: count }, () => {
    const family = pick([AF_INET, AF_INET, AF_PACKET]);
    if (random(12) === 0) {
      const argument = Buffer.alloc(16);
      argument.writeInt32LE(pick([0, 39, 40, 100, 400, 4000]));
      return { family, command: SIOCGIFCONF, argument: argument.toString('hex'), data: random(4) === 0 ? '' : '00'.repeat(400), at: 8 };
    }
    if (random(3) === 0) {
      const argument = Buffer.alloc(rtentry.SIZE);
      putAddress(argument, 8, pick([...ADDRESSES, '10.0.0.0', '192.168.1.0', '172.16.0.0']), pick([AF_INET, AF_INET, AF_INET, 0]));
      if (random(2) === 0) putAddress(argument, 24, pick(ADDRESSES), pick([AF_INET, AF_INET, 0]));
      putAddress(argument, 40, pick(MASKS), pick([AF_INET, AF_INET, AF_INET, 0, 10]));
      argument.writeUInt16LE(pick([0, 1, 2, 3, 4, 5, 7, 0x201, 0x205, 0x45, 0x85, 0x105]), 56);
      argument.writeInt16LE(pick([0, 0, 1, 2, 100]), 80);
      argument.writeBigUInt64LE(BigInt(pick([0, 1500, 576])), 96);
      argument.writeBigUInt64LE(BigInt(pick([0, 32_768])), 104);
      const device = Buffer.alloc(16);
      device.write(pick(['lo', 'lo', 'lo:1', 'none']));
      const data = random(3) === 0 ? '' : device.toString('hex');
      return { family, command: pick([SIOCADDRT, SIOCADDRT, SIOCDELRT]), argument: argument.toString('hex'), data, at: 88 };
    }
    if (random(4) === 0) {
      const argument = Buffer.alloc(arpreq.SIZE);
      putAddress(argument, 0, pick(ADDRESSES), pick([AF_INET, AF_INET, AF_INET, AF_INET, 0]));
      argument.writeUInt16LE(pick([0, 772, 772, 1]), 16);
      argument.set([0, 0, random(3), 0, 0, 0].slice(0, 6), 18);
      argument.writeInt32LE(pick([0, 2, 4, 6, 8, 0xa, 0x28, 0x2a, 0x20, 0x40]), 32);
      putAddress(argument, 36, pick(['0.0.0.0', '255.255.255.255', '255.0.0.0']));
      argument.write(pick(['lo', 'lo', 'lo', 'none', '']), 52);
      // What is published for all devices outlives its namespace on Linux, and meets the next one at the same place.
      if ((argument.readInt32LE(32) & 8) !== 0 && argument[52] === 0) argument.write('lo', 52);
      return { family, command: pick([SIOCGARP, SIOCSARP, SIOCDARP]), argument: argument.toString('hex'), data: '', at: 0 };
    }
    if (random(6) === 0) {
      // As long as what devices would read of it.
      const argument = Buffer.alloc(ifreq.SIZE);
      argument.set(Buffer.from(pick(['20010db8000000000000000000000001', 'fd000000000000000000000000000002', '00000000000000000000000000000001', 'ff020000000000000000000000000001', '00'.repeat(16)]), 'hex'));
      argument.writeUInt32LE(pick([64, 128, 64, 10, 129]), 16);
      // Which of two mistakes is told first changed after 6.12.
      argument.writeInt32LE(argument.readUInt32LE(16) > 128 ? 1 : pick([1, 1, 1, 9, -1]), 20);
      return { family: AF_INET6, command: pick([SIOCSIFADDR, SIOCSIFADDR, SIOCDIFADDR, SIOCSIFDSTADDR, SIOCGIFADDR]), argument: argument.toString('hex'), data: '', at: 0 };
    }
    const argument = Buffer.alloc(40);
    argument.write(pick(['lo', 'lo', 'lo:1', 'lo:2', 'lo:1', 'none', 'lo:']));
    const command = pick([SIOCGIFADDR, SIOCSIFADDR, SIOCGIFDSTADDR, SIOCSIFDSTADDR, SIOCGIFBRDADDR, SIOCSIFBRDADDR, SIOCGIFNETMASK, SIOCSIFNETMASK, SIOCSIFADDR, SIOCSIFFLAGS]);
    if (command === SIOCSIFFLAGS) argument.writeInt16LE(pick([0, 1, 0x49, 0x48]), 16);
    else putAddress(argument, 16, pick(command === SIOCSIFNETMASK ? MASKS : ADDRESSES), pick([AF_INET, AF_INET, AF_INET, AF_INET, 0]));
    return { family, command, argument: argument.toString('hex'), data: '', at: 16 };
  });
}

describe.each([
  ['on devices', calls],
  ['about addresses and routes', inetCalls],
])('ioctls %s', (_name, make) => {
  it('are answered as the host does', ({ skip }) => {
    // Fewer where processors are emulated.
    const asked = make(Number(process.env['FC_RUNS'] ?? 6000));
    const host = runOnHost(SCRIPT, asked);
    if ('reason' in host) {
      skip(`no private namespace with Python: ${host.reason}`);
      return;
    }
    // CAST: the script writes one answer for each call.
    const expected = host.answer as Answer[];
    using kernel = new Kernel();
    const different = asked.flatMap((call, i) => {
      const got = here(kernel.initialNamespace, call);
      const wanted = expected[i];
      const same = wanted !== undefined && got.errno === (wanted.errno === ETOOSMALL ? errno.EIO : wanted.errno) && got.argument === wanted.argument && got.data === wanted.data;
      return same ? [] : [{ i, name: SIOC_NAMES[call.command], call, got, wanted }];
    });
    expect(different.slice(0, 5)).toEqual([]);
  });
});
