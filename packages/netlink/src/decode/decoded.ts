import type { JsonObject, JsonValue } from './json-value.ts';

/** What is said of octets in a capture, messages or not. Absent things are absent keys. */
export interface DecodedLine {
  /** The packet's number in the capture, from 1. */
  frame?: number;
  /** When it was captured, in UTC, to the nanosecond: `2026-11-21T17:02:03.123456789Z`. */
  time?: string;
  /** The interface that captured it. */
  interface?: string;
  /** `NETLINK_*`, or a number in hexadecimal. */
  protocol: string;
  /** A message's length as its header says, or the number of octets that are no message. */
  len: number;
  /** The attributes by name. */
  attrs?: JsonObject;
  /** Octets that are no message. */
  trailing?: string;
}

/** A message. Its keys are those of the JSON line, in the same order. */
export interface DecodedMessage extends DecodedLine {
  /** The name of the generic family. */
  family?: string;
  /** The name of the command, or `#n`, of a generic family. */
  command?: string;
  /** The version of the generic family's message. */
  version?: number;
  /** The name of the message type: `RTM_NEWLINK`, `NLMSG_ERROR`, a generic family's name, or `#n`. */
  type: string;
  /** `nlmsg_type`. */
  typeId: number;
  /** The names of the flags. */
  flags: readonly string[];
  /** `nlmsg_flags`. */
  flagsId: number;
  /** `nlmsg_seq`. */
  seq: number;
  /** `nlmsg_pid`. */
  pid: number;
  /** The members of the family's own header. */
  header?: JsonObject;
  /** What an acknowledgement or the end of a dump says. */
  error?: DecodedError;
  /** Octets of a message whose type has no schema. */
  payload?: string;
  /** Whether the capture has less of the message than its header says. */
  truncated?: true;
}

/** What an acknowledgement says. The attributes of an extended acknowledgement stand beside these. */
export interface DecodedError {
  /** 0, or an errno as the kernel writes it: negative. */
  errno: number;
  /** The errno's name. */
  name?: string;
  /** What the kernel says in words. */
  msg?: string;
  /** The attribute that is wrong, as names from the outside in: `linkinfo.kind`. */
  attr?: string;
  /** The attribute that is missing. */
  missing?: string;
  /** The request, as far as it is repeated. */
  request?: DecodedRequest;
  /** `offs`, `cookie`, `policy`, `miss-type`, `miss-nest`. */
  [attribute: string]: JsonValue | DecodedRequest | undefined;
}

/** A request that an acknowledgement repeats. */
export type DecodedRequest = Omit<DecodedMessage, 'frame' | 'time' | 'interface' | 'protocol' | 'error' | 'trailing'>;
