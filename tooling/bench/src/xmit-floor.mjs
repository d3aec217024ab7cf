// What V8 can do on the transmit path, without any of its checks: a packet from a pool, its data copied in, a call through
// an ops record, counters, a backlog, a receiver, and back into the pool. The yardstick of xmit.mjs, in a process of its own.
import { measure } from './measure.mjs';

const [size = 256, drivers = 16, handlers = 0] = process.argv.slice(2).map(Number);

const SLOT = size <= 256 ? 512 : 4096;
const SLOTS = 1024;
const BACKLOG = 1024;
const slab = new Uint8Array(SLOT * SLOTS);
const payload = new Uint8Array(size).fill(3);

class Packet {
  constructor(offset) {
    this.offset = offset;
    this.data = offset;
    this.len = 0;
    this.dev = null;
    this.next = null;
    this.protocol = 0;
    this.type = 0;
    this.mark = 0;
    this.users = 1;
    this.shared = null;
    this.dataref = 1;
    this.stamp = 0;
  }
}

let free = null;
let freeClones = null;
for (let i = 0; i < SLOTS; i++) {
  const packet = new Packet(i * SLOT);
  packet.next = free;
  free = packet;
  const clone = new Packet(0);
  clone.next = freeClones;
  freeClones = clone;
}

function alloc() {
  const packet = free;
  free = packet.next;
  packet.next = null;
  packet.data = packet.offset + 64;
  packet.len = 0;
  packet.dev = null;
  packet.protocol = 0;
  packet.type = 0;
  packet.mark = 0;
  packet.users = 1;
  packet.dataref = 1;
  return packet;
}

function clone(packet) {
  const twin = freeClones;
  freeClones = twin.next;
  twin.next = null;
  twin.data = packet.data;
  twin.len = packet.len;
  twin.dev = packet.dev;
  twin.protocol = packet.protocol;
  twin.type = packet.type;
  twin.mark = packet.mark;
  twin.users = 1;
  const owner = packet.shared ?? packet;
  owner.dataref++;
  twin.shared = owner;
  return twin;
}

function unref(packet) {
  if (--packet.dataref !== 0) return;
  packet.next = free;
  free = packet;
}

function release(packet) {
  if (--packet.users !== 0) return;
  const owner = packet.shared;
  if (owner === null) {
    unref(packet);
    return;
  }
  packet.shared = null;
  packet.next = freeClones;
  freeClones = packet;
  unref(owner);
}

const stats = new BigUint64Array(16 * 8);
const backlog = new Array(BACKLOG).fill(null);
let head = 0;
let tail = 0;

function makeOps(i) {
  const body = `return function startXmit(packet, dev) {
    const at = dev.statBase;
    stats[at] += 1n;
    stats[at + 1] += BigInt(packet.len);
    packet.type = ${i & 7};
    return push(packet);
  }`;
  const push = (packet) => {
    if (tail - head >= BACKLOG) {
      release(packet);
      return 1;
    }
    backlog[tail++ & (BACKLOG - 1)] = packet;
    return 0;
  };
  return { open: null, stop: null, startXmit: new Function('stats', 'push', body)(stats, push) };
}

const ops = Array.from({ length: drivers }, (_, i) => makeOps(i));
const devices = Array.from({ length: 16 }, (_, i) => ({ name: `d${i}`, ops: ops[i % drivers], statBase: i * 8, flags: 1, taps: [] }));

let seen = 0;
const taps = Array.from({ length: handlers }, () => (packet) => {
  seen += packet.len;
  release(packet);
});

function xmit(packet, dev) {
  if ((dev.flags & 1) === 0) {
    release(packet);
    return -100;
  }
  for (let i = 0; i < taps.length; i++) taps[i](clone(packet));
  packet.dev = dev;
  return dev.ops.startXmit(packet, dev);
}

const result = measure((n) => {
  for (let i = 0; i < n; i += 64) {
    for (let j = 0; j < 64; j++) {
      const packet = alloc();
      slab.set(payload, packet.data);
      packet.len = size;
      xmit(packet, devices[j & 15]);
    }
    while (head !== tail) {
      const packet = backlog[head & (BACKLOG - 1)];
      backlog[head++ & (BACKLOG - 1)] = null;
      seen += packet.len + slab[packet.data];
      release(packet);
    }
  }
}, 640_000);
if (seen === 0) throw new Error('nothing was seen');
console.log(JSON.stringify(result));
