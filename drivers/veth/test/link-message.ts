import { readFileSync } from 'node:fs';
import { IFLA_EXT_MASK, IFLA_IFNAME, ifinfomsg, RTM_GETLINK } from '@netdevkit/bindings';
import type { EmbeddedNetlinkSocket } from '@netdevkit/kernel';
import { AttributeCursor, attributesOf, Message, MessageWriter } from '@netdevkit/netlink';
import { expect } from 'vitest';

/** Attributes of links that hold attributes. */
const NESTS = new Set(['18', '26', '26.2', '26.10', '43', '52']);

/** An attribute by its path, such as `26.10.5`, with its octets; those that hold others have none themselves. */
type Flat = readonly [path: string, octets: string];

interface Golden {
  readonly provenance: string;
  readonly messages: readonly { readonly what: string; readonly hex: string }[];
}

/** What a real kernel said of a link. */
export function measured(what: string): Message {
  // CAST: the file is ours.
  const golden = JSON.parse(readFileSync(new URL('golden/links.json', import.meta.url), 'utf8')) as Golden;
  const found = golden.messages.find((entry) => entry.what === what);
  if (found === undefined) throw new Error(`no golden "${what}"`);
  return new Message(Uint8Array.from(Buffer.from(found.hex, 'hex')));
}

/** What the kernel says of a link. */
export function getLink(socket: EmbeddedNetlinkSocket, name: string, extMask: number): Message {
  const writer = new MessageWriter(256);
  writer.begin(RTM_GETLINK, 1, 1, 0);
  writer.reserve(ifinfomsg.SIZE);
  writer.putU32(IFLA_EXT_MASK, extMask);
  writer.putString(IFLA_IFNAME, name);
  writer.end();
  socket.send(writer.bytes);
  const answer = socket.receive();
  if (answer === undefined) throw new Error('no answer');
  return new Message(answer.bytes);
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}

/** The attributes of a message about a link, in the order in which they stand. */
function flatten(message: Message): Flat[] {
  const all: Flat[] = [];
  const walk = (cursor: AttributeCursor, path: string): void => {
    while (cursor.next()) {
      const own = `${path}${String(cursor.type)}`;
      const nests = NESTS.has(own);
      all.push([`${own}${cursor.isNested ? ' nested' : ''}`, nests ? '' : hex(cursor.octets())]);
      if (!nests) continue;
      const inside = new AttributeCursor();
      cursor.enter(inside);
      walk(inside, `${own}.`);
    }
    expect(cursor.rest, path).toBe(0);
  };
  walk(attributesOf(message, ifinfomsg.SIZE), '');
  return all;
}

/**
 * Compares a message with what a real kernel said, attribute by attribute.
 *
 * @param differs - the paths of attributes whose octets differ, and why; each must be there, as long, and differ
 */
export function expectLink(ours: Message, theirs: Message, differs: Readonly<Record<string, string>>): void {
  expect(ours.type).toBe(theirs.type);
  expect(hex(ours.payload.subarray(0, ifinfomsg.SIZE))).toBe(hex(theirs.payload.subarray(0, ifinfomsg.SIZE)));
  const own = flatten(ours);
  const other = flatten(theirs);
  expect(own.map(([path]) => path)).toEqual(other.map(([path]) => path));
  const masked = (all: readonly Flat[]): Flat[] => all.map(([path, octets]) => [path, differs[path] ?? octets]);
  expect(masked(own)).toEqual(masked(other));
  for (const path of Object.keys(differs)) {
    const [ourOctets, theirOctets] = [own, other].map((all) => all.find(([candidate]) => candidate === path)?.[1]);
    expect(ourOctets, `${path} is on the list and does not differ`).not.toBe(theirOctets);
    expect(ourOctets?.length).toBe(theirOctets?.length);
  }
  expect(ours.length).toBe(theirs.length);
}
