import { if_stats_msg, ifinfomsg, RTM_DELLINK, RTM_NEWLINK, RTM_NEWSTATS } from '@netdevkit/bindings';
import { AttributeCursor, attributesOf, type Message } from '@netdevkit/netlink';

/** Attributes of links that hold attributes. */
const NESTS = new Set(['18', '26', '26.2', '26.10', '43', '52']);

/** An attribute by its path, such as `26.10.5`, with its octets; those that hold others have none themselves. */
export type Flat = readonly [path: string, octets: string];

/**
 * The attributes of a message about a link, or its statistics, in the order in which they stand.
 *
 * @throws Error when octets are left over
 */
export function flatten(message: Message): Flat[] {
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
    if (cursor.rest > 0) throw new Error(`${String(cursor.rest)} octets left over in ${path === '' ? 'the message' : path}`);
  };
  walk(attributesOf(message, headerSize(message)), '');
  return all;
}

function headerSize({ type }: Message): number {
  return type === RTM_NEWSTATS ? if_stats_msg.SIZE : ifinfomsg.SIZE;
}

/** Octets as hexadecimal digits. */
export function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}

/**
 * What a message says, but for the port id of its receiver, as lines that compare well.
 *
 * @param masked - attributes of links whose octets are not compared, only their presence, place and length
 */
export function describeMessage(message: Message, masked: ReadonlySet<string>): string[] {
  const { type, flags, length, seq, pid } = message;
  const from = pid === 0 ? 'to nobody' : 'to a socket';
  const head = `type ${String(type)} flags ${flags.toString(16)} length ${String(length)} seq ${String(seq)} ${from}`;
  if (![RTM_NEWLINK, RTM_DELLINK, RTM_NEWSTATS].includes(message.type)) return [head, hex(message.payload)];
  const kind = message.type === RTM_NEWSTATS ? 'stats ' : '';
  const attributes = flatten(message).map(([path, octets]) =>
    masked.has(`${kind}${path}`) ? `${path}: ${String(octets.length / 2)} octets` : `${path}: ${octets}`,
  );
  return [head, hex(message.payload.subarray(0, headerSize(message))), ...attributes];
}
