import { readFileSync } from 'node:fs';
import { AF_NETLINK, CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME, CTRL_CMD_GETFAMILY, NETLINK_EXT_ACK, NETLINK_GENERIC, nlmsghdr, NLMSG_ERROR, NLMSG_HDRLEN, SOCK_RAW, SOL_NETLINK } from '@netdevkit/bindings';
import dummy from '@netdevkit/dummy';
import type { EmbeddedNetlinkSocket } from '@netdevkit/kernel';
import { attributesOf, Message, MessageWriter } from '@netdevkit/netlink';
import nlmon from '@netdevkit/nlmon';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import veth from '../src/index.ts';
import { Rig } from './rig.ts';

interface Golden {
  readonly provenance: string;
  readonly exchanges: readonly { readonly request: string; readonly replies: readonly string[] }[];
}

// CAST: the file is ours.
const golden = JSON.parse(readFileSync(new URL('golden/ethtool.json', import.meta.url), 'utf8')) as Golden;

let rig: Rig;
let socket: EmbeddedNetlinkSocket;
let family: number;

beforeEach(() => {
  rig = new Rig({ modules: [veth, dummy, nlmon], moduleOptions: { dummy: 'numdummies=0' }, cpus: 2 });
  // The devices of the machine, with its indexes.
  rig.ip.link.add({ kind: 'nlmon', name: 'nlmon0', index: 2, up: true });
  rig.pair({ index: 4, numTxQueues: 4, numRxQueues: 4 }, { name: 'v1', index: 3 });
  rig.ip.link.set('v0', { up: true });
  rig.ip.link.set('v1', { up: true });
  rig.ip.link.set('lo', { up: true });
  rig.ip.link.add({ kind: 'dummy', name: 'd0', index: 5 });
  socket = rig.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
  socket.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, Uint8Array.of(1, 0, 0, 0));
  family = familyOf('ethtool');
});

afterEach(() => {
  socket.close();
  rig[Symbol.dispose]();
});

function familyOf(name: string): number {
  const writer = new MessageWriter();
  writer.begin(16, 1, 1, 0);
  writer.append(Uint8Array.of(CTRL_CMD_GETFAMILY, 2, 0, 0));
  writer.putString(CTRL_ATTR_FAMILY_NAME, name);
  writer.end();
  const [answer] = ask(writer.bytes);
  const cursor = attributesOf(new Message(answer ?? new Uint8Array()), 4);
  while (cursor.next()) if (cursor.type === CTRL_ATTR_FAMILY_ID) return cursor.u16() ?? 0;
  throw new Error(`no family ${name}`);
}

function ask(request: Uint8Array): Uint8Array[] {
  socket.send(request);
  const answers: Uint8Array[] = [];
  for (let answer = socket.receive(); answer !== undefined; answer = socket.receive()) answers.push(answer.bytes);
  return answers;
}

/** A message with the family's number and the port ids of one kernel, so that it compares with one of another. */
function masked(octets: Uint8Array, number: number): string {
  const copy = octets.slice();
  const view = new DataView(copy.buffer);
  nlmsghdr.set_nlmsg_pid(view, 0, 0);
  if (nlmsghdr.nlmsg_type(view, 0) === number) nlmsghdr.set_nlmsg_type(view, 0, 0xfff);
  if (nlmsghdr.nlmsg_type(view, 0) === NLMSG_ERROR) {
    // The request that it is about.
    const inner = NLMSG_HDRLEN + 4;
    if (nlmsghdr.nlmsg_type(view, inner) === number) nlmsghdr.set_nlmsg_type(view, inner, 0xfff);
    nlmsghdr.set_nlmsg_pid(view, inner, 0);
  }
  return Buffer.from(copy).toString('hex');
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('the ethtool family', () => {
  it('answers what ethtool(8) asked a real kernel as that did, octet for octet', () => {
    expect(golden.exchanges.length).toBeGreaterThan(50);
    for (const [i, { request, replies }] of golden.exchanges.entries()) {
      const own = bytesOf(request);
      nlmsghdr.set_nlmsg_type(new DataView(own.buffer), 0, family);
      const answers = ask(own).map((answer) => masked(answer, family));
      expect(answers, `exchange ${String(i)}: ${request}`).toEqual(replies.map((reply) => masked(bytesOf(reply), 22)));
    }
  });
});
