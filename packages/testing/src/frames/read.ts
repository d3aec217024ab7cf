import { ipv4Text, ipv6Text, macText } from './addresses.ts';
import { internetChecksum, pseudoHeader } from './checksum.ts';
import { ETHERTYPE, IP_PROTOCOL } from './numbers.ts';

/** A frame, layer by layer: what a test compares. What cannot be read is in `rest`. */
export interface Frame {
  /** Hardware addresses such as `02:00:00:00:00:01`, and the Ethertype in host order. */
  readonly ethernet: { readonly source: string; readonly destination: string; readonly type: number };
  /** Of a packet of ARP for IPv4 over Ethernet: `operation` is 1 for a request, 2 for a reply. */
  readonly arp?: {
    readonly operation: number;
    readonly senderMac: string;
    readonly senderIp: string;
    readonly targetMac: string;
    readonly targetIp: string;
  };
  /** Of a packet of IPv4: `protocol` is a number, and `checksum` that of the header. */
  readonly ipv4?: IpLayer & { readonly ttl: number; readonly id: number; readonly checksum: Checksum };
  /** Of a packet of IPv6: `protocol` is the number of what follows the header, be it an extension. */
  readonly ipv6?: IpLayer & { readonly hopLimit: number };
  /** Of a message of ICMP over IPv4: `id` and `sequence` of an echo alone. */
  readonly icmp?: IcmpLayer;
  /** Of a message of ICMPv6: `id` and `sequence` of an echo alone. */
  readonly icmpv6?: IcmpLayer & {
    /** Whose neighbour is looked for or told of. */
    readonly target?: string;
    /** The hardware address that goes with it. */
    readonly mac?: string;
  };
  /** Of a datagram of UDP: its ports in host order. */
  readonly udp?: { readonly sourcePort: number; readonly destinationPort: number; readonly checksum: Checksum };
  /** What the last layer carries, or octets that are not understood. */
  readonly rest: Uint8Array;
}

/** Whether a checksum is right; UDP over IPv4 may have none. */
export type Checksum = 'good' | 'bad' | 'none';

interface IpLayer {
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
}

interface IcmpLayer {
  readonly type: number;
  readonly code: number;
  readonly checksum: Checksum;
  /** Of an echo. */
  readonly id?: number;
  readonly sequence?: number;
}

/** A frame that is being read. */
type Draft = { -readonly [K in keyof Frame]: Frame[K] };

/**
 * Reads a frame of Ethernet. Of a layer that is cut short nothing is told; its octets are `rest`.
 *
 * @param frame - from the destination's address on
 * @throws RangeError: there are less than the 14 octets of a header
 */
export function readFrame(frame: Uint8Array): Frame {
  if (frame.length < 14) throw new RangeError(`frame: expected at least 14 octets, got ${String(frame.length)}`);
  const type = viewOf(frame).getUint16(12);
  const ethernet = { source: macText(frame.subarray(6, 12)), destination: macText(frame.subarray(0, 6)), type };
  const draft: Draft = { ethernet, rest: frame.subarray(14) };
  if (type === ETHERTYPE.arp) readArp(draft);
  else if (type === ETHERTYPE.ipv4) readIpv4(draft);
  else if (type === ETHERTYPE.ipv6) readIpv6(draft);
  return draft;
}

function readArp(draft: Draft): void {
  const { rest } = draft;
  if (rest.length < 28 || viewOf(rest).getUint32(0) !== 0x0001_0800 || rest[4] !== 6 || rest[5] !== 4) return;
  draft.arp = {
    operation: viewOf(rest).getUint16(6),
    senderMac: macText(rest.subarray(8, 14)),
    senderIp: ipv4Text(rest.subarray(14, 18)),
    targetMac: macText(rest.subarray(18, 24)),
    targetIp: ipv4Text(rest.subarray(24, 28)),
  };
  draft.rest = rest.subarray(28);
}

function readIpv4(draft: Draft): void {
  const { rest } = draft;
  const header = ((rest[0] ?? 0) & 15) * 4;
  if (rest.length < 20 || (rest[0] ?? 0) >> 4 !== 4 || header < 20 || rest.length < header) return;
  const view = viewOf(rest);
  const total = view.getUint16(2);
  if (total < header || total > rest.length) return;
  const source = rest.subarray(12, 16);
  const destination = rest.subarray(16, 20);
  const protocol = rest[9] ?? 0;
  draft.ipv4 = {
    source: ipv4Text(source),
    destination: ipv4Text(destination),
    protocol,
    ttl: rest[8] ?? 0,
    id: view.getUint16(4),
    checksum: internetChecksum(rest.subarray(0, header)) === 0 ? 'good' : 'bad',
  };
  // What follows the packet fills a short frame up.
  draft.rest = rest.subarray(header, total);
  const isFragment = (view.getUint16(6) & 0x3fff) !== 0;
  if (!isFragment) readTransport(draft, protocol, source, destination);
}

function readIpv6(draft: Draft): void {
  const { rest } = draft;
  if (rest.length < 40 || (rest[0] ?? 0) >> 4 !== 6) return;
  const length = viewOf(rest).getUint16(4);
  if (rest.length < 40 + length) return;
  const source = rest.subarray(8, 24);
  const destination = rest.subarray(24, 40);
  const protocol = rest[6] ?? 0;
  draft.ipv6 = { source: ipv6Text(source), destination: ipv6Text(destination), protocol, hopLimit: rest[7] ?? 0 };
  draft.rest = rest.subarray(40, 40 + length);
  readTransport(draft, protocol, source, destination);
}

function readTransport(draft: Draft, protocol: number, source: Uint8Array, destination: Uint8Array): void {
  const { rest } = draft;
  if (rest.length < 8) return;
  const sum = (octets: Uint8Array): Checksum => {
    return internetChecksum(pseudoHeader(source, destination, protocol, octets.length), octets) === 0 ? 'good' : 'bad';
  };
  if (protocol === IP_PROTOCOL.icmp) readIcmp(draft, internetChecksum(rest) === 0 ? 'good' : 'bad');
  else if (protocol === IP_PROTOCOL.icmpv6) readIcmpv6(draft, sum(rest));
  else if (protocol === IP_PROTOCOL.udp) readUdp(draft, sum);
}

function readIcmp(draft: Draft, checksum: Checksum): void {
  const layer = icmpLayer(draft.rest, checksum);
  draft.icmp = layer.type === 0 || layer.type === 8 ? { ...layer, ...echoOf(draft.rest) } : layer;
  draft.rest = draft.rest.subarray(8);
}

function readIcmpv6(draft: Draft, checksum: Checksum): void {
  const { rest } = draft;
  const layer = icmpLayer(rest, checksum);
  const isNeighbour = (layer.type === 135 || layer.type === 136) && rest.length >= 24;
  if (!isNeighbour) {
    draft.icmpv6 = layer.type === 128 || layer.type === 129 ? { ...layer, ...echoOf(rest) } : layer;
    draft.rest = rest.subarray(8);
    return;
  }
  const target = ipv6Text(rest.subarray(8, 24));
  // The options 1 and 2 hold the hardware address of who speaks and of who is spoken of.
  const hasMac = rest.length >= 32 && (rest[24] === 1 || rest[24] === 2) && rest[25] === 1;
  draft.icmpv6 = hasMac ? { ...layer, target, mac: macText(rest.subarray(26, 32)) } : { ...layer, target };
  draft.rest = rest.subarray(hasMac ? 32 : 24);
}

function readUdp(draft: Draft, sum: (octets: Uint8Array) => Checksum): void {
  const { rest } = draft;
  const view = viewOf(rest);
  const length = view.getUint16(4);
  if (length < 8 || length > rest.length) return;
  const checksum = view.getUint16(6) === 0 ? 'none' : sum(rest.subarray(0, length));
  draft.udp = { sourcePort: view.getUint16(0), destinationPort: view.getUint16(2), checksum };
  draft.rest = rest.subarray(8, length);
}

function icmpLayer(octets: Uint8Array, checksum: Checksum): IcmpLayer {
  return { type: octets[0] ?? 0, code: octets[1] ?? 0, checksum };
}

function echoOf(octets: Uint8Array): { readonly id: number; readonly sequence: number } {
  const view = viewOf(octets);
  return { id: view.getUint16(4), sequence: view.getUint16(6) };
}

function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
}
