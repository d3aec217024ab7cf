// Decoding in this process: ours.mjs WHAT FILE prints nanoseconds for a message.
import { readFileSync } from 'node:fs';
import { NLMSG_HDRLEN, nlmsghdr } from '@netdevkit/bindings';
import { CaptureReader, netlinkPayload } from '@netdevkit/capture';
import { AttributeCursor, DecodeContext, decodeStep, FamilyLoader, JsonLineWriter, MessageCursor, PacketCursor, TextWriter } from '@netdevkit/netlink';
import { compileForms } from '@netdevkit/netlink/compile';
import { LinkView } from '@netdevkit/netlink/views';
import { median } from '../measure.mjs';

const [what = '', path = ''] = process.argv.slice(2);
const BATCH = 0x4_0000;
const WARM_UP = 2_500_000_000n;
/** Of what takes a fraction of a millisecond. */
const MANY_ROUNDS = 301;
/** Objects that are kept while they are turned into text: more would be a measurement of the garbage collector. */
const OBJECTS = 500;

const ROUTE = 0;
const GENERIC = 16;
const RTM_NEWLINK = 16;
/** As in peers/capture.h: by the tens of rtnetlink's types. */
const ROUTE_HEADERS = Int32Array.from({ length: 32 }, (_, tens) => ({ 0: 16, 1: 8, 2: 12, 3: 12, 4: 12, 5: 20, 6: 20, 7: 20, 16: 4, 19: 12 })[tens] ?? -1);

function headerSize(protocol, type) {
  if (type < 16) return -1;
  return protocol === ROUTE ? (ROUTE_HEADERS[(type - 16) >> 2] ?? -1) : protocol === GENERIC ? 4 : -1;
}

const bytes = new Uint8Array(readFileSync(path));
const packets = [];
const reader = new CaptureReader({
  packet: (view) => {
    const payload = netlinkPayload(view.linkType, view.bytes, view.offset, view.length);
    if (payload !== undefined) packets.push({ ...payload, bytes, frame: packets.length + 1, seconds: view.seconds, nanoseconds: view.nanoseconds });
  },
});
// The whole file at once, so that packets stay where they are.
reader.feed(bytes);

const messages = new MessageCursor();
let sum = 0;
let total = 0;

/** Where messages of rtnetlink stand, and where attributes start and end, as peers/walk.c has them. */
const [routes, starts, ends] = (() => {
  const [found, spans] = [[], []];
  for (const { protocol, offset, length } of packets) {
    messages.reset(bytes, offset, offset + length);
    for (; messages.next(); total++) {
      if (protocol === ROUTE) found.push(messages.offset);
      const skip = headerSize(protocol, messages.type);
      if (skip >= 0) spans.push([messages.offset + NLMSG_HDRLEN + skip, messages.offset + messages.length]);
    }
  }
  return [found, spans.map(([start]) => start), spans.map(([, end]) => end)].map((list) => Int32Array.from(list));
})();
const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function walk() {
  // Not into a variable of the module: V8 would make an object of the sum for each attribute.
  let own = 0;
  for (let i = 0; i < starts.length; i++) {
    const attributes = new AttributeCursor(bytes, starts[i], ends[i], view);
    while (attributes.next()) own += 65_536 + attributes.type;
  }
  sum = own;
}

const link = new LinkView();
const span = { bytes, view, offset: 0, length: 0 };
const { nlmsg_len, nlmsg_type } = nlmsghdr;

function lazy() {
  let own = 0;
  for (let i = 0; i < routes.length; i++) {
    const at = routes[i];
    if (nlmsg_type(view, at) !== RTM_NEWLINK) continue;
    span.offset = at;
    span.length = nlmsg_len(view, at);
    link.reset(span);
    own += (link.ifiIndex ?? 0) + (link.mtu ?? 0) + (link.ifname ?? '').length;
  }
  sum = own;
}

async function decoder(compiler) {
  const context = new DecodeContext({ families: [], compiler });
  // What is measured here goes on for longer than one pass: generated code is there from the start.
  const loader = new FamilyLoader(context, undefined, 0);
  const cursor = new PacketCursor(context);
  for (const packet of packets) {
    while (!loader.isReady(packet)) await loader.load();
    // Generic families are named by messages.
    cursor.reset(packet);
    while (cursor.next());
  }
  return { context, cursor };
}

function each(cursor, act) {
  for (const packet of packets) {
    cursor.reset(packet);
    while (cursor.next()) act(cursor);
  }
}

/** Turns objects into text; gives how long that took, without making them. */
function stringify(cursor) {
  let time = 0;
  let kept = [];
  const flush = () => {
    const start = now();
    for (const object of kept) sum += JSON.stringify(object).length;
    time += now() - start;
    kept = [];
  };
  each(cursor, () => {
    kept.push(decodeStep(cursor));
    if (kept.length === OBJECTS) flush();
  });
  flush();
  return time;
}

function writing(cursor, writer) {
  return () =>
    each(cursor, () => {
      writer.write(cursor);
      if (writer.length < BATCH) return;
      sum += writer.length;
      writer.clear();
    });
}

/** Processor time of all threads in nanoseconds: that of the collector and the compiler counts, that of other processes does not. */
function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** Rounds of one pass each, once the compiler has had its time. */
function rounds(pass, count) {
  const begun = process.hrtime.bigint();
  for (let i = 0; i < 3 || process.hrtime.bigint() - begun < WARM_UP; i++) pass();
  const times = [];
  for (let i = 0; i < count; i++) {
    const start = now();
    const told = pass();
    times.push((told ?? now() - start) / total);
  }
  return { min: Math.min(...times), median: median(times), messages: total };
}

async function passOf() {
  if (what === 'walk') return [walk, MANY_ROUNDS];
  if (what === 'lazy') return [lazy, MANY_ROUNDS];
  const { context, cursor } = await decoder(what.endsWith('-plain') ? undefined : compileForms);
  switch (what) {
    case 'objects':
    case 'objects-plain':
      return [() => each(cursor, () => (sum += decodeStep(cursor).len)), 9];
    case 'stringify':
      return [() => stringify(cursor), 5];
    case 'json':
    case 'json-plain':
      return [writing(cursor, new JsonLineWriter(context, BATCH * 2)), 9];
    case 'text':
      return [writing(cursor, new TextWriter(context)), 5];
    default:
      throw new Error(`no such measurement: ${what}`);
  }
}

const [pass, count] = await passOf();
console.log(JSON.stringify({ ...rounds(pass, count), sum }));
