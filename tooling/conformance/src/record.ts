import type { JsonValue } from '@netdevkit/netlink';

/** A datagram that a socket received. */
export interface HeardDatagram {
  /** Whose it is. */
  readonly socket: string;
  /** What was received, in hexadecimal. */
  readonly octets: string;
  /** How long it was before it was cut, if it was. */
  readonly length?: number;
  /** `MSG_*`, if there are any. */
  readonly flags?: number;
  /** The sender: absent for the kernel. */
  readonly pid?: number;
  /** The groups of the sender's address, if there are any. */
  readonly groups?: number;
  readonly group?: number;
  readonly nsid?: number;
}

/** An error that a socket had instead of a datagram. */
export interface HeardError {
  readonly socket: string;
  readonly error: string;
}

/** What came to a socket. */
export type Heard = HeardDatagram | HeardError;

/** One thing that was done, and all that came of it. */
export interface Step {
  /** What was done, in words. */
  readonly what: string;
  /** `ok`, or the code of an error. */
  readonly outcome: string;
  /** What it gave. */
  readonly value?: JsonValue;
  /** What was sent, in hexadecimal: so that answers can be understood. */
  readonly sent?: string;
  /** What came to the sockets: of each in its order, one socket after another. */
  readonly heard: readonly Heard[];
}

/** What a kernel did in a scenario. */
export interface ScenarioRecord {
  readonly name: string;
  /** Why there are no steps: what the kernel lacks. */
  readonly skipped?: string;
  readonly steps: readonly Step[];
  /** The protocol of each socket. */
  readonly sockets: Readonly<Record<string, number>>;
  /** Which sockets have the ports that the kernel chose. */
  readonly ports: Readonly<Record<string, string>>;
}

/** What a kernel did in all of them. */
export interface Recording {
  /** `uname -r`. */
  readonly release: string;
  /** How many CPUs it may have: drivers have as many queues. */
  readonly cpus: number;
  readonly scenarios: readonly ScenarioRecord[];
}
