// Requests to this machine's kernel in this process: ours.mjs WHAT ROUNDS prints nanoseconds of processor time for a link, or a request.
import { DecodeContext, FamilyLoader, JsonLineWriter, MessageCursor, MessageWriter } from '@netdevkit/netlink';
import { dumpLinks, IpRoute } from '@netdevkit/iproute';
import { Host } from '@netdevkit/linux';
import { median } from '../measure.mjs';

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const ROUTE = 0;
const NLMSG_DONE = 3;
const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
const NLM_F_REQUEST = 1;
const NLM_F_DUMP = 0x300;
const NLMSG_HDRLEN = 16;
const IFINFOMSG = 16;
const TRIPS = 2000;
const WARM_UP = 1_000_000_000n;
const TEXT = 0x10_0000;
/** Octets that the line of a link has at least: `ip -j link` writes some three hundred. */
const LEAST_LINE = 300;

const [what = '', rounds = '9'] = process.argv.slice(2);
using host = new Host();
using ip = new IpRoute(() => host.socket(AF_NETLINK, SOCK_RAW, ROUTE));
using socket = host.socket(AF_NETLINK, SOCK_RAW, ROUTE);
socket.bind();

const writer = new MessageWriter();
const cursor = new MessageCursor();
const buffer = new Uint8Array(32_768);
let seq = 0;

function ask(flags, index) {
  writer.reset();
  writer.begin(RTM_GETLINK, NLM_F_REQUEST | flags, ++seq, 0);
  const at = writer.reserve(IFINFOMSG);
  writer.view.setInt32(at + 4, index, true);
  writer.end();
  socket.send(writer.bytes);
}

/** All links, of which the headers of messages are looked at: what peers/plain.c does. */
function receive() {
  let links = 0;
  ask(NLM_F_DUMP, 0);
  for (;;) {
    cursor.reset(buffer, 0, socket.receive({ buffer }).length);
    while (cursor.next()) {
      if (cursor.type === NLMSG_DONE) return links;
      links++;
    }
  }
}

/** One link, of which the name is looked for: what peers/plain.c does. */
async function trip() {
  const { LinkView } = await import('@netdevkit/netlink/views');
  const view = new LinkView();
  return () => {
    let length = 0;
    for (let i = 0; i < TRIPS; i++) {
      ask(0, 1);
      cursor.reset(buffer, 0, socket.receive({ buffer }).length);
      if (!cursor.next() || cursor.type !== RTM_NEWLINK || cursor.seq !== seq) throw new Error('an answer to something else');
      view.reset(cursor);
      length += view.ifname.length;
    }
    if (length !== 2 * TRIPS) throw new Error('not the name');
    return TRIPS;
  };
}

function show() {
  for (let i = 0; i < TRIPS; i++) ip.link.show(1);
  return TRIPS;
}

async function json() {
  const context = new DecodeContext({ families: [] });
  const loader = new FamilyLoader(context, undefined, 0);
  const lines = new JsonLineWriter(context, TEXT);
  context.begin({ protocol: ROUTE });
  let octets = 0;
  const request = {
    ...dumpLinks(),
    accept(message) {
      lines.message(message);
      if (lines.length > TEXT / 2) {
        octets += lines.length;
        lines.clear();
      }
      return true;
    },
  };
  // The schemas, and the code for them.
  const [first] = ip.dump({ ...dumpLinks(), accept: (message) => message });
  const packet = { protocol: ROUTE, bytes: first.bytes, offset: first.offset, length: first.length };
  while (!loader.isReady(packet)) await loader.load();
  return () => {
    const { length } = ip.dump(request);
    if (octets + lines.length < length * LEAST_LINE) throw new Error('less than links are');
    return length;
  };
}

const PASSES = {
  receive: () => receive,
  objects: () => () => ip.link.list().length,
  json,
  trip,
  show: () => show,
};

/** Processor time of all threads in nanoseconds: that of the collector and the compiler counts, that of other processes does not. */
function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

const pass = await PASSES[what]();
const begun = process.hrtime.bigint();
for (let i = 0; i < 3 || process.hrtime.bigint() - begun < WARM_UP; i++) pass();
const times = [];
let things = 0;
for (let i = 0; i < Number(rounds); i++) {
  const start = now();
  things = pass();
  times.push((now() - start) / things);
}
console.log(JSON.stringify({ min: Math.min(...times), median: median(times), things }));
