import {
  IFLA_ADDRESS,
  IFA_CACHEINFO,
  NDA_CACHEINFO,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_EXT_ACK,
  NETLINK_GET_STRICT_CHK,
  NHA_RES_BUCKET,
  NHA_RES_BUCKET_IDLE_TIME,
  NHA_RES_GROUP,
  NHA_RES_GROUP_UNBALANCED_TIME,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  RTA_CACHEINFO,
  RTA_UID,
  RTM_DELADDR,
  RTM_DELNEIGH,
  RTM_DELNEXTHOP,
  RTM_DELROUTE,
  RTM_GETANYCAST,
  RTM_GETMULTICAST,
  RTM_NEWADDR,
  RTM_NEWNEIGH,
  RTM_NEWNEXTHOP,
  RTM_NEWNEXTHOPBUCKET,
  RTM_NEWROUTE,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV4_RULE,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_IPV6_RULE,
  RTNLGRP_NEIGH,
  RTNLGRP_NEXTHOP,
  RTN_MULTICAST,
  SOL_NETLINK,
  SOL_SOCKET,
  SO_RCVBUF,
  ifaddrmsg,
  ndmsg,
  nhmsg,
  rta_cacheinfo,
  rtmsg,
} from '@netdevkit/bindings';
import { AttributeCursor, messages } from '@netdevkit/netlink';
import { runOnHost } from './host.ts';
import type { EmbeddedNetlinkSocket } from '../src/net/netlink/embedded-socket.ts';
import { add, Rig } from './rtnetlink-rig.ts';

/** What came of a request: what its socket got, and what was told to the groups. Hexadecimal. */
export interface Told {
  readonly answers: readonly string[];
  readonly told: readonly string[];
}

/** The groups that are listened to. */
const GROUPS = [
  RTNLGRP_NEIGH,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV4_RULE,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_IPV6_RULE,
  RTNLGRP_NEXTHOP,
];

/** `offsetof(struct ndmsg, ndm_type)`. */
const NDM_TYPE = 11;

/** The links: `d0` and `d1`, without ARP, so that nothing is told that some packet brought about. */
export const D0 = 10;
export const D1 = 11;

const SCRIPT = `
import glob, json, select, socket, struct, subprocess, sys, time
task = json.load(sys.stdin)
for index, name in ((10, 'd0'), (11, 'd1')):
    subprocess.run(['ip', 'link', 'add', name, 'index', str(index), 'address', '02:00:00:00:00:%02x' % index, 'type', 'ifb'], check=True)
for path in glob.glob('/proc/sys/net/ipv4/conf/*/promote_secondaries'):
    open(path, 'w').write('0')
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
s.setsockopt(270, 11, 1)
s.setsockopt(270, 12, 1)
m = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
for each in (s, m):
    each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    each.bind((0, 0))
for group in task['groups']:
    m.setsockopt(270, 1, group)
m.setblocking(False)
def split(datagram):
    at = 0
    while at + 16 <= len(datagram):
        length, kind = struct.unpack_from('=IH', datagram, at)
        yield kind, datagram[at:at + length]
        at += (length + 3) & ~3
out = []
patience = 60
for text, expected in zip(task['requests'], task['expected']):
    request = bytes.fromhex(text)
    s.send(request)
    answers, told, done = [], [], False
    while not done and select.select([s], [], [], 1)[0]:
        for kind, message in split(s.recv(1 << 18)):
            answers.append(message.hex())
            done = done or kind in (2, 3)
    # IPv6 does what becomes of a new address a little later, on a busy machine a good while; where nothing comes, that is waited for once.
    begin = time.monotonic()
    while True:
        try:
            for kind, message in split(m.recv(1 << 18)):
                told.append(message.hex())
                expected -= kind not in (28, 29)
        except BlockingIOError:
            if expected <= 0 or time.monotonic() - begin > patience:
                break
            time.sleep(0.001)
    patience = max(patience - (time.monotonic() - begin), 0.5)
    out.append({'answers': answers, 'told': told})
json.dump(out, sys.stdout)
`;

/**
 * Has the host's kernel answer requests, one after another, in a namespace of its own.
 *
 * @param here - what this kernel said, so that the host's is given the time to say as much
 */
export function askHost(requests: readonly Uint8Array[], here: readonly Told[]): readonly Told[] | { readonly reason: string } {
  const all = requests.map((request) => Buffer.from(request).toString('hex'));
  const ran = runOnHost(SCRIPT, {
    groups: GROUPS,
    requests: all,
    expected: here.map(({ told }) => told.filter((hex) => !isNeighbour(hex)).length),
  });
  // CAST: what SCRIPT writes.
  return 'reason' in ran ? ran : (ran.answer as readonly Told[]);
}

/** Has the embedded kernel answer them. */
export function askHere(requests: readonly Uint8Array[]): Told[] {
  const rig = new Rig();
  rig.rtnetlink.linkOps.register(rig.dummyOps());
  const socket = rig.socket();
  for (const [name, index] of [['d0', D0], ['d1', D1]] as const) {
    const made = add(socket, name, 'dummy', { index, attributes: (writer) => { writer.putBytes(IFLA_ADDRESS, Uint8Array.of(2, 0, 0, 0, 0, index)); } });
    if (made !== 'ok') throw new Error(`${name}: ${made}`);
  }
  socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
  socket.setOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
  const listener = rig.socket();
  listener.bind();
  for (const group of GROUPS) listener.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
  for (const each of [socket, listener]) each.setOption(SOL_SOCKET, SO_RCVBUF, 1 << 20);
  return requests.map((request) => {
    socket.send(request);
    return { answers: drain(socket), told: drain(listener) };
  });
}

function drain(socket: EmbeddedNetlinkSocket): string[] {
  const all: string[] = [];
  for (let datagram = socket.receive(); datagram !== undefined; datagram = socket.receive()) {
    for (const { bytes, offset, length } of messages(datagram.bytes)) {
      all.push(Buffer.from(bytes.subarray(offset, offset + length)).toString('hex'));
    }
  }
  return all;
}

/** Attributes that say when, and whose: from which octet of each to which, or those inside it. */
type Moments = Readonly<Record<number, { readonly from: number; readonly to: number } | Nest>>;

interface Nest {
  readonly inside: Moments;
}

/** Where a message says so. */
interface Moment {
  readonly header: number;
  readonly attributes: Moments;
}

const ADDRESS: Moment = { header: ifaddrmsg.SIZE, attributes: { [IFA_CACHEINFO]: { from: 8, to: 16 } } };
const ROUTE: Moment = { header: rtmsg.SIZE, attributes: { [RTA_UID]: { from: 0, to: 4 }, [RTA_CACHEINFO]: { from: 0, to: rta_cacheinfo.SIZE } } };
const NEIGHBOUR: Moment = { header: ndmsg.SIZE, attributes: { [NDA_CACHEINFO]: { from: 0, to: 16 } } };
const NEXTHOP: Moment = { header: nhmsg.SIZE, attributes: { [NHA_RES_GROUP]: { inside: { [NHA_RES_GROUP_UNBALANCED_TIME]: { from: 0, to: 8 } } } } };
const BUCKET: Moment = { header: nhmsg.SIZE, attributes: { [NHA_RES_BUCKET]: { inside: { [NHA_RES_BUCKET_IDLE_TIME]: { from: 0, to: 8 } } } } };

const MOMENTS: ReadonlyMap<number, Moment> = new Map([
  [RTM_NEWADDR, ADDRESS],
  [RTM_DELADDR, ADDRESS],
  [RTM_GETMULTICAST, ADDRESS],
  [RTM_GETANYCAST, ADDRESS],
  [RTM_NEWROUTE, ROUTE],
  [RTM_DELROUTE, ROUTE],
  [RTM_NEWNEIGH, NEIGHBOUR],
  [RTM_DELNEIGH, NEIGHBOUR],
  [RTM_NEWNEXTHOP, NEXTHOP],
  [RTM_DELNEXTHOP, NEXTHOP],
  [RTM_NEWNEXTHOPBUCKET, BUCKET],
]);

/** A message without what differs from run to run: numbers of sockets and messages, times, who asked. */
function comparable(hex: string): string {
  const octets = Buffer.from(hex, 'hex');
  const type = octets.readUInt16LE(4);
  octets.fill(0, 8, 16);
  if (type === NLMSG_ERROR) octets.fill(0, NLMSG_HDRLEN + 12, NLMSG_HDRLEN + 20);
  const moment = MOMENTS.get(type);
  if (moment !== undefined) blank(octets, NLMSG_HDRLEN + moment.header, octets.length, moment.attributes);
  return octets.toString('hex');
}

function blank(octets: Buffer, start: number, end: number, moments: Moments): void {
  const cursor = new AttributeCursor();
  cursor.reset(octets, start, end);
  while (cursor.next()) {
    const { offset, length, type } = cursor;
    const place = moments[type];
    if (place === undefined) continue;
    if ('inside' in place) blank(octets, offset, offset + length, place.inside);
    else octets.fill(0, offset + place.from, offset + place.to);
  }
}

/** Whether a message is of a neighbour that a packet of the kernel's own brought about: it sends to groups, which this one does not. */
function isGroup(hex: string): boolean {
  const octets = Buffer.from(hex, 'hex');
  return isNeighbour(hex) && octets[NLMSG_HDRLEN + NDM_TYPE] === RTN_MULTICAST;
}

function isNeighbour(hex: string): boolean {
  return [RTM_NEWNEIGH, RTM_DELNEIGH].includes(Buffer.from(hex, 'hex').readUInt16LE(4));
}

/** What can be compared of all that came. Linux keeps neighbours by a hash drawn by lot: they are put in order. */
export function settled(messages: readonly string[]): string[] {
  const all = messages.filter((hex) => !isGroup(hex)).map(comparable);
  return [...all.filter((hex) => !isNeighbour(hex)), ...all.filter(isNeighbour).toSorted()];
}
