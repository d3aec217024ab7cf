import { ipv4Octets, ipv6Octets, macOctets, type Address } from './addresses.ts';
import { internetChecksum, pseudoHeader } from './checksum.ts';
import { ETHERTYPE, IP_PROTOCOL } from './numbers.ts';

/** What an Ethernet frame carries. */
export interface NetworkLayer {
  /** The Ethertype, in host order. */
  readonly etherType: number;
  /** What stands behind the Ethernet header, with the layer's own header. */
  readonly octets: Uint8Array;
}

/** What a packet of IPv4 or IPv6 carries. */
export interface TransportLayer {
  /** The protocol's number. */
  readonly protocol: number;
  /** Header and payload, with their checksum, between two addresses of 4 or of 16 octets. */
  octets(source: Uint8Array, destination: Uint8Array): Uint8Array;
}

/** Sender and receiver. */
export interface Ends {
  /** Who sends it: a hardware address of Ethernet, an IP address of IP. */
  readonly source: Address;
  /** Who is to get it: an address of the same kind. */
  readonly destination: Address;
}

/**
 * An Ethernet frame, without its check sequence and not padded.
 *
 * @example
 * ```ts
 * import { ethernet, icmpEcho, ipv4 } from '@netdevkit/testing';
 *
 * const ping = ethernet(
 *   { source: '02:00:00:00:00:01', destination: '02:00:00:00:00:02' },
 *   ipv4({ source: '192.0.2.1', destination: '192.0.2.2' }, icmpEcho({ id: 7, sequence: 1 })),
 * );
 * ```
 */
export function ethernet({ source, destination }: Ends, layer: NetworkLayer): Uint8Array {
  const frame = new Uint8Array(14 + layer.octets.length);
  frame.set(macOctets(destination), 0);
  frame.set(macOctets(source), 6);
  new DataView(frame.buffer).setUint16(12, layer.etherType);
  frame.set(layer.octets, 14);
  return frame;
}

/** Octets of any Ethertype. */
export function rawNetwork(etherType: number, octets: Uint8Array): NetworkLayer {
  return { etherType, octets };
}

/** What {@link arp} asks or says. */
export interface ArpOptions {
  /** Whether it asks (1 in the packet) or answers (2). */
  readonly operation: 'request' | 'reply';
  /** The hardware address of who asks or answers. */
  readonly senderMac: Address;
  /** The IPv4 address of who asks or answers. */
  readonly senderIp: Address;
  /**
   * Whose address it is.
   *
   * @defaultValue zeros, as in a request
   */
  readonly targetMac?: Address;
  /** The IPv4 address that is asked for, or that of who asked. */
  readonly targetIp: Address;
}

/** A packet of ARP for IPv4 over Ethernet (RFC 826). */
export function arp({ operation, senderMac, senderIp, targetMac = '00:00:00:00:00:00', targetIp }: ArpOptions): NetworkLayer {
  const octets = Uint8Array.of(0, 1, 8, 0, 6, 4, 0, operation === 'request' ? 1 : 2, ...new Uint8Array(20));
  octets.set(macOctets(senderMac), 8);
  octets.set(ipv4Octets(senderIp), 14);
  octets.set(macOctets(targetMac), 18);
  octets.set(ipv4Octets(targetIp), 24);
  return { etherType: ETHERTYPE.arp, octets };
}

/** The rest of an IPv4 header. */
export interface Ipv4Options extends Ends {
  /**
   * Time to live: how many routers it may pass, 0 to 255.
   *
   * @defaultValue 64
   */
  readonly ttl?: number;
  /**
   * What the fragments of a packet have in common: 16 bits.
   *
   * @defaultValue 0
   */
  readonly id?: number;
  /**
   * Type of service, 8 bits: the DSCP in the upper six, ECN in the lower two.
   *
   * @defaultValue 0
   */
  readonly tos?: number;
}

/** A packet of IPv4 (RFC 791), without options and not fragmented. */
export function ipv4({ source, destination, ttl = 64, id = 0, tos = 0 }: Ipv4Options, layer: TransportLayer): NetworkLayer {
  const from = ipv4Octets(source);
  const to = ipv4Octets(destination);
  const payload = layer.octets(from, to);
  const octets = new Uint8Array(20 + payload.length);
  const view = new DataView(octets.buffer);
  octets[0] = 0x45;
  octets[1] = tos;
  view.setUint16(2, octets.length);
  view.setUint16(4, id);
  octets[8] = ttl;
  octets[9] = layer.protocol;
  octets.set(from, 12);
  octets.set(to, 16);
  view.setUint16(10, internetChecksum(octets.subarray(0, 20)));
  octets.set(payload, 20);
  return { etherType: ETHERTYPE.ipv4, octets };
}

/** The rest of an IPv6 header. */
export interface Ipv6Options extends Ends {
  /**
   * How many routers it may pass, 0 to 255.
   *
   * @defaultValue 64
   */
  readonly hopLimit?: number;
}

/** A packet of IPv6 (RFC 8200), without extension headers. */
export function ipv6({ source, destination, hopLimit = 64 }: Ipv6Options, layer: TransportLayer): NetworkLayer {
  const from = ipv6Octets(source);
  const to = ipv6Octets(destination);
  const payload = layer.octets(from, to);
  const octets = new Uint8Array(40 + payload.length);
  octets[0] = 0x60;
  new DataView(octets.buffer).setUint16(4, payload.length);
  octets[6] = layer.protocol;
  octets[7] = hopLimit;
  octets.set(from, 8);
  octets.set(to, 24);
  octets.set(payload, 40);
  return { etherType: ETHERTYPE.ipv6, octets };
}

/** Octets of any protocol. */
export function rawTransport(protocol: number, octets: Uint8Array): TransportLayer {
  return { protocol, octets: () => octets };
}

/** What {@link icmpEcho} says. */
export interface EchoOptions {
  /**
   * Whether it asks or answers.
   *
   * @defaultValue `request`
   */
  readonly kind?: 'request' | 'reply';
  /** Whose echo it is, 16 bits: an answer has that of its request. */
  readonly id: number;
  /** Which of the asker's echoes it is, 16 bits: an answer has that of its request. */
  readonly sequence: number;
  /**
   * What comes back with the answer.
   *
   * @defaultValue nothing
   */
  readonly payload?: Uint8Array;
}

/** An echo of ICMP (RFC 792). */
export function icmpEcho(options: EchoOptions): TransportLayer {
  return { protocol: IP_PROTOCOL.icmp, octets: () => checked(echo(options, options.kind === 'reply' ? 0 : 8), 2) };
}

/** An echo of ICMPv6 (RFC 4443). */
export function icmpv6Echo(options: EchoOptions): TransportLayer {
  return icmpv6(echo(options, options.kind === 'reply' ? 129 : 128));
}

/** What {@link neighbourSolicitation} asks. */
export interface SolicitationOptions {
  /** The IPv6 address whose owner is looked for. */
  readonly target: Address;
  /** The asker's hardware address; none in the check for duplicate addresses. */
  readonly sourceMac?: Address;
}

/** Asks who has an IPv6 address (RFC 4861 section 4.3). */
export function neighbourSolicitation({ target, sourceMac }: SolicitationOptions): TransportLayer {
  const octets = new Uint8Array(sourceMac === undefined ? 24 : 32);
  octets[0] = 135;
  octets.set(ipv6Octets(target), 8);
  if (sourceMac !== undefined) octets.set([1, 1, ...macOctets(sourceMac)], 24);
  return icmpv6(octets);
}

/** What {@link udp} carries. */
export interface UdpOptions {
  /** The sender's port, 0 to 65535; 0 where no answer is wanted. */
  readonly sourcePort: number;
  /** The receiver's port, 0 to 65535. */
  readonly destinationPort: number;
  /**
   * What the receiver gets.
   *
   * @defaultValue nothing
   */
  readonly payload?: Uint8Array;
}

/** A datagram of UDP (RFC 768), with its checksum. */
export function udp({ sourcePort, destinationPort, payload = new Uint8Array(0) }: UdpOptions): TransportLayer {
  return {
    protocol: IP_PROTOCOL.udp,
    octets: (source, destination) => {
      const octets = new Uint8Array(8 + payload.length);
      const view = new DataView(octets.buffer);
      view.setUint16(0, sourcePort);
      view.setUint16(2, destinationPort);
      view.setUint16(4, octets.length);
      octets.set(payload, 8);
      const sum = internetChecksum(pseudoHeader(source, destination, IP_PROTOCOL.udp, octets.length), octets);
      // A sum of zero would say that there is none.
      view.setUint16(6, sum === 0 ? 0xffff : sum);
      return octets;
    },
  };
}

function echo({ id, sequence, payload = new Uint8Array(0) }: EchoOptions, type: number): Uint8Array {
  const octets = new Uint8Array(8 + payload.length);
  const view = new DataView(octets.buffer);
  octets[0] = type;
  view.setUint16(4, id);
  view.setUint16(6, sequence);
  octets.set(payload, 8);
  return octets;
}

function icmpv6(message: Uint8Array): TransportLayer {
  return {
    protocol: IP_PROTOCOL.icmpv6,
    octets: (source, destination) => checked(message.slice(), 2, pseudoHeader(source, destination, IP_PROTOCOL.icmpv6, message.length)),
  };
}

/** Stores the checksum of a message in it. */
function checked(message: Uint8Array, at: number, ...before: readonly Uint8Array[]): Uint8Array {
  new DataView(message.buffer, message.byteOffset).setUint16(at, internetChecksum(...before, message));
  return message;
}
