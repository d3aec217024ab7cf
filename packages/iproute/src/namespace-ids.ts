import {
  NETNSA_CURRENT_NSID,
  NETNSA_FD,
  NETNSA_NSID,
  NETNSA_NSID_NOT_ASSIGNED,
  NETNSA_PID,
  RTM_DELNSID,
  RTM_GETNSID,
  RTM_NEWNSID,
  rtgenmsg,
} from '@netdevkit/bindings';
import { attributesOf, type Message, type MessageWriter } from '@netdevkit/netlink';
import { acknowledged } from './link-requests.ts';
import type { DumpRequest, Request } from './request.ts';
import type { Requester } from './requester.ts';
import { putS32, putU32 } from './write-link.ts';

/** A network namespace: of a process, or of an open descriptor. */
export type NamespacePeer =
  | {
      /** A process in it. C twin: `NETNSA_PID`. */
      readonly pid: number;
    }
  | {
      /** A descriptor that refers to it. C twin: `NETNSA_FD`. */
      readonly fd: number;
    };

/** The number that a network namespace has for another. C twin: the `NETNSA_*` attributes (include/uapi/linux/net_namespace.h). */
export interface NamespaceId {
  /** The number; `undefined` when there is none. */
  readonly nsid: number | undefined;
  /** The number in the namespace that asked, where that is another. */
  readonly currentNsid: number | undefined;
}

/**
 * The request that gives another namespace a number. C twin: `RTM_NEWNSID`; `ip netns set`.
 *
 * @param peer - the other namespace
 * @param nsid - the number, or −1: the kernel chooses
 * @throws KernelError when it is run: `EEXIST`: it has a number; `ENOSPC`: the number is taken; `ESRCH`, `EBADF`: no such
 * process or descriptor
 */
export function setNamespaceId(peer: NamespacePeer, nsid: number): Request<void> {
  return acknowledged('RTM_NEWNSID', RTM_NEWNSID, 0, (writer) => {
    putPeer(writer, peer);
    putS32(writer, NETNSA_NSID, 'nsid', nsid);
  });
}

/**
 * The request for the number of another namespace. C twin: `RTM_GETNSID`.
 *
 * @param peer - the other namespace
 */
export function getNamespaceId(peer: NamespacePeer): Request<NamespaceId> {
  return {
    op: 'RTM_GETNSID',
    type: RTM_GETNSID,
    flags: 0,
    encode: (writer) => putPeer(writer, peer),
    accept: (message) => (message.type === RTM_NEWNSID ? parseNamespaceId(message) : undefined),
  };
}

/** The request for the numbers of all namespaces that have one here. C twin: `RTM_GETNSID` with `NLM_F_DUMP`. */
export function dumpNamespaceIds(): DumpRequest<NamespaceId> {
  return {
    op: 'RTM_GETNSID',
    type: RTM_GETNSID,
    answerType: RTM_NEWNSID,
    encode: (writer) => void writer.reserve(rtgenmsg.SIZE),
    accept: parseNamespaceId,
  };
}

/**
 * Reads a namespace's number out of an `RTM_NEWNSID` or `RTM_DELNSID`.
 *
 * @param message - any message that begins with a `struct rtgenmsg`
 * @returns `undefined` when it is too short for one
 */
export function parseNamespaceId(message: Message): NamespaceId | undefined {
  if (message.payloadLength < rtgenmsg.SIZE) return undefined;
  let nsid: number | undefined;
  let currentNsid: number | undefined;
  const cursor = attributesOf(message, rtgenmsg.SIZE);
  while (cursor.next()) {
    if (cursor.type === NETNSA_NSID) nsid = assigned(cursor.s32());
    else if (cursor.type === NETNSA_CURRENT_NSID) currentNsid = assigned(cursor.s32());
  }
  return { nsid, currentNsid };
}

/** Whether a message tells of a namespace's number. */
export function isNamespaceMessage(message: Message): boolean {
  return message.type === RTM_NEWNSID || message.type === RTM_DELNSID;
}

/** The numbers by which a network namespace knows others: what `ip netns` does over netlink. */
export class NamespaceIds {
  readonly #requester: Requester;

  /** @internal */
  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /**
   * Gives another namespace a number. C twin: `ip netns set`.
   *
   * @param peer - the other namespace
   * @param nsid - the number, or −1: the kernel chooses
   * @throws KernelError `EEXIST`: it has a number; `ENOSPC`: the number is taken
   */
  set(peer: NamespacePeer, nsid: number): void {
    this.#requester.run(setNamespaceId(peer, nsid));
  }

  /**
   * The number of another namespace.
   *
   * @param peer - the other namespace
   * @returns `undefined` when it has none
   */
  get(peer: NamespacePeer): number | undefined {
    return this.#requester.run(getNamespaceId(peer)).nsid;
  }

  /** The numbers of all namespaces that have one here. */
  list(): NamespaceId[] {
    return this.#requester.dump(dumpNamespaceIds());
  }
}

function assigned(nsid: number | undefined): number | undefined {
  return nsid === NETNSA_NSID_NOT_ASSIGNED ? undefined : nsid;
}

function putPeer(writer: MessageWriter, peer: NamespacePeer): void {
  writer.reserve(rtgenmsg.SIZE);
  if ('pid' in peer) putU32(writer, NETNSA_PID, 'pid', peer.pid);
  else putU32(writer, NETNSA_FD, 'fd', peer.fd);
}
