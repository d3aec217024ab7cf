import { readFileSync } from 'node:fs';
import {
  AF_INET6,
  IFF_UP,
  IFLA_AF_SPEC,
  IFLA_EXT_MASK,
  IFLA_INET6_CACHEINFO,
  IFLA_INET6_ICMP6STATS,
  IFLA_INET6_STATS,
  IFLA_STATS,
  IFLA_STATS64,
  ifinfomsg,
  NLMSG_HDRLEN,
  RTEXT_FILTER_SKIP_STATS,
  RTM_SETLINK,
} from '@netdevkit/bindings';
import { Message } from '@netdevkit/netlink';
import { beforeEach, describe, expect, it } from 'vitest';
import { flatten, hex, type Flat } from './rtnetlink-flatten.ts';
import { add, ask, get, Rig } from './rtnetlink-rig.ts';

interface Golden {
  readonly provenance: string;
  readonly messages: readonly { readonly what: string; readonly hex: string }[];
}

const golden = JSON.parse(readFileSync(new URL('golden/rtnetlink-getlink.json', import.meta.url), 'utf8')) as Golden;

function measured(what: string): Message {
  const found = golden.messages.find((entry) => entry.what === what);
  if (found === undefined) throw new Error(`no golden "${what}"`);
  return new Message(Uint8Array.from(Buffer.from(found.hex, 'hex')));
}

const INET6 = `${String(IFLA_AF_SPEC)}.${String(AF_INET6)}.`;

/**
 * What differs from the measured message, and why. Everything else must be equal, octet for octet.
 */
const DIFFERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': { [`${INET6}${String(IFLA_INET6_CACHEINFO)}`]: 'when the settings changed last, and a time drawn by lot' },
  'nlmon0 up': {
    [String(IFLA_STATS64)]: 'the machine had netlink traffic',
    [String(IFLA_STATS)]: 'the machine had netlink traffic',
  },
  'dummy0 up': {
    [String(IFLA_STATS64)]: 'a multicast listener report was sent through it',
    [String(IFLA_STATS)]: 'a multicast listener report was sent through it',
    [`${INET6}${String(IFLA_INET6_STATS)}`]: 'a multicast listener report was sent through it',
    [`${INET6}${String(IFLA_INET6_ICMP6STATS)}`]: 'a multicast listener report was sent through it',
  },
};

function compare(what: string, ours: Message): void {
  const theirs = measured(what);
  expect(ours.type).toBe(theirs.type);
  expect(ours.flags).toBe(theirs.flags);
  expect(hex(ours.payload.subarray(0, ifinfomsg.SIZE))).toBe(hex(theirs.payload.subarray(0, ifinfomsg.SIZE)));
  const differs = { ...DIFFERS[''], ...DIFFERS[what] };
  const ourAttributes = flatten(ours);
  const theirAttributes = flatten(theirs);
  expect(ourAttributes.map(([path]) => path)).toEqual(theirAttributes.map(([path]) => path));
  const masked = (all: readonly Flat[]): Flat[] => all.map(([path, octets]) => [path, differs[path] ?? octets]);
  expect(masked(ourAttributes)).toEqual(masked(theirAttributes));
  for (const path of Object.keys(differs)) {
    const own = ourAttributes.find(([candidate]) => candidate === path)?.[1];
    const other = theirAttributes.find(([candidate]) => candidate === path)?.[1];
    expect(own, `${path} is on the list and does not differ`).not.toBe(other);
    expect(own?.length).toBe(other?.length);
  }
  expect(ours.length).toBe(theirs.length);
}

describe('RTM_NEWLINK as a real kernel sends it', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
    rig.rtnetlink.linkOps.register(rig.nlmonOps());
    rig.rtnetlink.linkOps.register(rig.dummyOps());
    const socket = rig.socket();
    add(socket, 'nlmon0', 'nlmon');
    add(socket, 'dummy0', 'dummy');
    socket.close();
  });

  it.each([
    ['lo down', 1, false],
    ['lo up', 1, true],
    ['nlmon0 down', 2, false],
    ['nlmon0 up', 2, true],
    ['dummy0 down', 3, false],
    ['dummy0 up', 3, true],
  ])('%s', (what, index, up) => {
    const socket = rig.socket();
    if (up) expect(ask(socket, { type: RTM_SETLINK, index, ifiFlags: IFF_UP, ifiChange: IFF_UP })).toBe('ok');
    compare(what, get(socket, index));
  });

  it('leaves out what RTEXT_FILTER_SKIP_STATS names', () => {
    const socket = rig.socket();
    ask(socket, { type: RTM_SETLINK, index: 1, ifiFlags: IFF_UP, ifiChange: IFF_UP });
    const answer = get(socket, 1, (writer) => {
      writer.putU32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    });
    expect(ifinfomsg.ifi_index(answer.view, answer.offset + NLMSG_HDRLEN)).toBe(1);
    compare('lo up EXT_MASK=SKIP_STATS(8)', answer);
  });
});
