// The captures that decoding is measured on.
import { spawnSync } from 'node:child_process';
import { closeSync, globSync, mkdirSync, openSync, readFileSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const FOLDER = fileURLToPath(new URL('../../.cache/captures/', import.meta.url));
const GOLDENS = fileURLToPath(new URL('../../../compare/golden/captures/', import.meta.url));
const SMALL = fileURLToPath(new URL('../../../../packages/cli/golden/nlmon-netns.k6.12.pcap', import.meta.url));
const MAKER = fileURLToPath(new URL('make-capture.py', import.meta.url));

const MANY = 60_000;
const A_MILLION = 1_000_000;
const SAMPLE = 8;
/** A record's header and that of LINKTYPE_NETLINK, and the latter alone. */
const PACKET_HEADER = 32;
const LINK_HEADER = 16;
const FILE_HEADER = 24;
/** LINKTYPE_NETLINK, in a pcap of microseconds and this byte order. */
const HEADER = Buffer.from('d4c3b2a1' + '02000400' + '0000000000000000' + '00000400' + 'fd000000', 'hex');

/**
 * Makes captures: `some` of about 60 000 messages, `part` with every eighth of them, `few` with the first thousand, and if there is room for
 * them `million` and `another`, as another run of the same programs might look: other ports and sequence numbers, and here and there another value.
 *
 * @returns their paths, numbers of messages, where they come from, and what removes them
 */
export function makeCaptures() {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const some = `${FOLDER}some.pcap`;
  const how = ownKernel(some) ?? goldens(some);
  const data = readFileSync(some);
  const { messages } = count(data);
  const [part, few, million, another] = ['part', 'few', 'million', 'another'].map((name) => `${FOLDER}${name}.pcap`);
  const first = count(data, 1000);
  writeFileSync(few, data.subarray(0, first.end));
  writeFileSync(part, sampled(data));
  const times = Math.ceil(A_MILLION / messages);
  const { bavail, bsize } = statfsSync(FOLDER);
  const hasRoom = bavail * bsize > 4 * times * data.length;
  if (hasRoom) {
    repeat(data, times, million);
    repeat(anotherRun(data), times, another);
  }
  return {
    how,
    small: { path: SMALL },
    part: { path: part, messages: count(readFileSync(part)).messages },
    few: { path: few, messages: first.messages },
    some: { path: some, messages },
    million: hasRoom ? { path: million, messages: messages * times } : undefined,
    another: hasRoom ? { path: another, messages: messages * times } : undefined,
    [Symbol.dispose]: () => rmSync(FOLDER, { recursive: true, force: true }),
  };
}

/** What this machine's kernel says, in a network namespace of its own. */
function ownKernel(path) {
  const isolate = process.getuid?.() === 0 ? ['-n'] : ['-Urn'];
  const { status } = spawnSync('unshare', [...isolate, 'python3', MAKER, path], { stdio: 'ignore', timeout: 60_000 });
  return status === 0 && count(readFileSync(path)).messages >= MANY / 2 ? `this machine's kernel, some 2000 links` : undefined;
}

/** The committed captures, again and again. */
function goldens(path) {
  const parts = globSync(`${GOLDENS}*.pcap.gz`).sort().map((file) => gunzipSync(readFileSync(file))).filter((data) => data.subarray(0, 4).equals(HEADER.subarray(0, 4)) && data[20] === HEADER[20]);
  const once = Buffer.concat([HEADER, ...parts.map((data) => data.subarray(FILE_HEADER))]);
  repeat(once, Math.ceil(MANY / count(once).messages), path);
  return 'the committed captures, repeated: unshare, python3 or ip was not to be had';
}

function repeat(data, times, path) {
  const file = openSync(path, 'w');
  writeSync(file, data, 0, FILE_HEADER);
  for (let i = 0; i < times; i++) for (let at = FILE_HEADER; at < data.length; ) at += writeSync(file, data, at);
  closeSync(file);
}

/** Every eighth message, in a packet of its own. */
function sampled(data) {
  const parts = [data.subarray(0, FILE_HEADER)];
  let message = 0;
  for (const [at, length, packet] of messagesOf(data)) {
    if (message++ % SAMPLE !== 0) continue;
    const head = Buffer.from(data.subarray(packet, packet + PACKET_HEADER));
    const padded = (length + 3) & ~3;
    head.writeUInt32LE(padded + LINK_HEADER, 8);
    head.writeUInt32LE(padded + LINK_HEADER, 12);
    parts.push(head, data.subarray(at, at + length), Buffer.alloc(padded - length));
  }
  return Buffer.concat(parts);
}

/** The same with other ports and sequence numbers; of every ten thousandth message a value at the end is another. */
function anotherRun(data) {
  const copy = Buffer.from(data);
  let message = 0;
  for (const [at, length] of messagesOf(copy)) {
    for (const number of [at + 8, at + 12]) if (copy.readUInt32LE(number) !== 0) copy.writeUInt32LE(copy.readUInt32LE(number) + 100_000, number);
    if (++message % 10_000 === 0 && length > 40) copy[at + length - 4] ^= 1;
  }
  return copy;
}

/** Where messages stand, how long they are, and where their packets stand. */
function* messagesOf(data) {
  for (let at = FILE_HEADER; at + 16 <= data.length; ) {
    const end = at + 16 + data.readUInt32LE(at + 8);
    if (end > data.length) return;
    for (let next = at + 32; next + 16 <= end; ) {
      const length = data.readUInt32LE(next);
      if (length < 16) break;
      yield [next, length, at];
      next += (length + 3) & ~3;
    }
    at = end;
  }
}

/** Counts messages up to a number of them, and says where the last packet that was counted ends. */
function count(data, limit = Infinity) {
  let messages = 0;
  let at = FILE_HEADER;
  while (at + 16 <= data.length && messages < limit) {
    const end = at + 16 + data.readUInt32LE(at + 8);
    if (end > data.length) break;
    for (let next = at + 32; next + 16 <= end; messages++) {
      const length = data.readUInt32LE(next);
      if (length < 16) break;
      next += (length + 3) & ~3;
    }
    at = end;
  }
  return { messages, end: at };
}
