import { AF_NETLINK, NETLINK_EXT_ACK, NETLINK_GENERIC, NETLINK_GET_STRICT_CHK, NETLINK_ROUTE, NETLINK_USERSOCK, SOCK_RAW, SOL_NETLINK } from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import type { EmbeddedNetlinkSocket, PacketSocket } from '@netdevkit/kernel';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GENERIC_REQUESTS, ROUTE_REQUESTS } from './corpus.ts';
import { Rig } from './rig.ts';

/** Cases in the normal run, over all properties; FC_RUNS multiplies them. */
const CASES = 120_000 * Number(process.env['FC_RUNS'] ?? 1);
/** More answers than this to one datagram is a hang. */
const MOST_ANSWERS = 10_000;

let rig: Rig;
let packets: PacketSocket;
let route: EmbeddedNetlinkSocket;
let strict: EmbeddedNetlinkSocket;
let generic: EmbeddedNetlinkSocket;
let user: EmbeddedNetlinkSocket;

beforeEach(() => {
  // Leaks are counted below; tracking each packet's origin would make this run ten times as long.
  rig = new Rig({ trackLeaks: false });
  rig.ip.link.add({ kind: 'nlmon', up: true });
  rig.kernel.createNamespace('other').open();
  const open = (protocol: number): EmbeddedNetlinkSocket => {
    const socket = rig.kernel.socket(AF_NETLINK, SOCK_RAW, protocol);
    socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    return socket;
  };
  route = open(NETLINK_ROUTE);
  strict = open(NETLINK_ROUTE);
  strict.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
  strict.bind({ groups: 1 });
  generic = open(NETLINK_GENERIC);
  user = open(NETLINK_USERSOCK);
  user.bind({ groups: 1 });
  packets = rig.packets();
});

afterEach(() => {
  for (const socket of [route, strict, generic, user, packets]) socket.close();
  expect(consistent(), 'links after all').toBe(true);
  const { kernel } = rig;
  rig[Symbol.dispose]();
  expect(kernel.skbs().live, 'packets that nobody settled').toBe(0);
  expect(kernel.leaks(), 'leaks').toEqual([]);
});

/** Sends a datagram and reads whatever comes of it. Errnos are answers, too; anything else that is thrown is a defect. */
function exchange(socket: EmbeddedNetlinkSocket, bytes: Uint8Array, groups = 0): void {
  attempt(() => socket.send(bytes, groups === 0 ? {} : { to: { pid: 0, groups } }));
  for (const reader of [socket, strict]) {
    let answers = 0;
    while (reader.readable) {
      attempt(() => reader.receive());
      if (++answers > MOST_ANSWERS) throw new Error('answers without end');
    }
  }
  packets.drain(() => undefined);
}

function attempt(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!isKernelError(error)) throw error;
  }
}

/** Whether every link that is listed is found by its index and its names, and nothing is listed twice. */
function consistent(): boolean {
  const links = rig.ip.link.list();
  const indexes = new Set(links.map(({ index }) => index));
  const names = new Set(links.map(({ name }) => name));
  return (
    indexes.size === links.length &&
    names.size === links.length &&
    links.every(({ index, name, altNames }) => [index, name, ...altNames].every((key) => rig.ip.link.show(key).index === index))
  );
}

/** Valid messages with some octets changed, cut or added, and some of them in one datagram. */
function mutated(corpus: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const change = fc.record({ at: fc.nat(200), value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 4, 0x7f, 0x80, 0xff)) });
  const one = fc.record({ seed: fc.constantFrom(...corpus), changes: fc.array(change, { maxLength: 4 }), cut: fc.option(fc.nat(120), { freq: 6 }) }).map(({ seed, changes, cut }) => {
    const bytes = seed.slice(0, cut ?? seed.length);
    for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value;
    return bytes;
  });
  return fc.array(one, { minLength: 1, maxLength: 3 }).map((parts) => {
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => (bytes.set(part, at), at + part.length), 0);
    return bytes;
  });
}

/** Deletes links that requests have made: with thousands of them, dumps would be all that is tried. */
function prune(): void {
  for (const { index } of rig.ip.link.list({ kind: 'nlmon' }).slice(1)) {attempt(() => {
    rig.ip.link.delete(index);
  });}
}

function check(arbitrary: fc.Arbitrary<Uint8Array>, share: number, run: (bytes: Uint8Array) => void): void {
  let cases = 0;
  fc.assert(
    fc.property(arbitrary, (bytes) => {
      run(bytes);
      cases++;
      if (cases % 100 === 0) prune();
      if (cases % 1000 === 0 && !consistent()) throw new Error('the links are not consistent');
    }),
    { numRuns: Math.ceil(CASES * share) },
  );
}

describe('the kernel takes anything', () => {
  it('random octets, to rtnetlink', () => {
    check(fc.uint8Array({ maxLength: 300 }), 0.1, (bytes) => {
      exchange(route, bytes);
    });
  });

  it('random octets behind a header of a known type, to rtnetlink, liberal and strict', () => {
    const typed = fc.tuple(fc.integer({ min: 16, max: 125 }), fc.nat(0xfff), fc.uint8Array({ maxLength: 200 })).map(([type, flags, body]) => {
      const bytes = new Uint8Array(16 + body.length);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, bytes.length, true);
      view.setUint16(4, type, true);
      view.setUint16(6, flags | 1, true);
      bytes.set(body, 16);
      return bytes;
    });
    check(typed, 0.25, (bytes) => {
      exchange(route, bytes);
      exchange(strict, bytes);
    });
  });

  it('mutated requests, to rtnetlink, liberal and strict', () => {
    check(mutated(ROUTE_REQUESTS), 0.4, (bytes) => {
      exchange(route, bytes);
      exchange(strict, bytes);
    });
  });

  it('mutated requests and random octets, to generic netlink', () => {
    check(fc.oneof(mutated(GENERIC_REQUESTS), fc.uint8Array({ maxLength: 200 })), 0.15, (bytes) => {
      exchange(generic, bytes);
    });
  });

  it('random octets, to other programs', () => {
    check(fc.uint8Array({ maxLength: 3000 }), 0.1, (bytes) => {
      exchange(user, bytes, 1);
      attempt(() => route.send(bytes, { to: { pid: strict.getsockname().pid, groups: 0 } }));
    });
  });
});
