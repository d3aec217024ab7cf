import {
  AF_NETLINK,
  CTRL_CMD_NEWFAMILY,
  CTRL_CMD_NEWMCAST_GRP,
  GENL_ID_CTRL,
  MAX_LINKS,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_CONNECTOR,
  NETLINK_GENERIC,
  NETLINK_NAMES,
  NETLINK_NO_ENOBUFS,
  NETLINK_USERSOCK,
  NLMSG_DONE,
  PACKET_OUTGOING,
  SOCK_RAW,
  SOL_NETLINK,
  SOL_SOCKET,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  genlmsghdr,
} from '@netdevkit/bindings';
import { LinkType, NETLINK_HEADER_LENGTH, type GenericFamily } from '@netdevkit/capture';
import { isKernelError } from '@netdevkit/errno';
import type { Host, HostNamespace, HostNetlinkSocket } from '@netdevkit/linux';
import { MessageCursor, MessageWriter } from '@netdevkit/netlink';
import { UsageFailure } from '../failure.ts';
import { familyIn } from '../input/family-message.ts';
import type { Source, SourceHandler } from './source.ts';

/** More groups than any protocol has: rtnetlink has some forty, generic netlink tells its own. */
const MOST_GROUPS = 1024;
/** The longest datagram that is shown whole. */
const ROOM = 1 << 20;
/** How many datagrams of a socket are taken before the next has its turn. */
const TURN = 256;
const MILLION = 1_000_000;

// C: linux/connector.h and linux/cn_proc.h.
const CN_IDX_PROC = 1;
const CN_VAL_PROC = 1;
const PROC_CN_MCAST_LISTEN = 1;

/** A socket that listens. */
interface Listener {
  readonly protocol: number;
  readonly socket: HostNetlinkSocket;
  readonly groups: number;
}

/** Where {@link GroupSource} listens. */
export interface GroupSourceOptions {
  readonly namespace: HostNamespace | undefined;
  /** The generic families. */
  readonly families: readonly GenericFamily[];
  /** Octets of each socket's receive buffer. */
  readonly buffer: number;
  /** Names of the protocols; all by default. */
  readonly protocols: readonly string[] | undefined;
  /** How many octets of a message are kept. */
  readonly snaplen: number | undefined;
}

/**
 * What any process may see: the multicast groups of every netlink protocol, as far as the kernel lets it join them. Requests
 * and their answers are not among it.
 */
export class GroupSource implements Source {
  readonly name = 'groups';
  readonly linkType: number = LinkType.NETLINK;
  readonly headroom: number = NETLINK_HEADER_LENGTH;
  readonly description: string;
  /** The protocols that are listened to, by name. */
  readonly heard: readonly string[];
  /** The protocols whose groups were all refused, by name. */
  readonly refused: readonly string[];
  readonly #listeners: Listener[] = [];
  readonly #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(NETLINK_HEADER_LENGTH + ROOM);
  readonly #room: Uint8Array = this.#buffer.subarray(NETLINK_HEADER_LENGTH);
  readonly #info = { sec: 0, nsec: 0, protocol: 0, pktType: PACKET_OUTGOING, origLength: 0 };
  readonly #cursor: MessageCursor = new MessageCursor();
  readonly #snaplen: number;

  /**
   * @param host - the kernel
   * @param options - where to listen
   * @throws UsageFailure: there is no such protocol
   */
  constructor(host: Host, options: GroupSourceOptions) {
    const { snaplen = Infinity, protocols } = options;
    this.#snaplen = snaplen;
    const refused: number[] = [];
    for (const protocol of protocolsOf(protocols)) {
      const listener = listen(host, protocol, options);
      if (listener === 'refused') refused.push(protocol);
      else if (listener !== undefined) this.#listeners.push(listener);
    }
    this.heard = this.#listeners.map(({ protocol }) => nameOf(protocol));
    this.refused = refused.map((protocol) => nameOf(protocol));
    this.description = `multicast groups of netlink (${this.heard.join(', ')}) of Linux ${host.version.release}; requests and answers are not seen`;
  }

  /** How many groups were joined. */
  get groups(): number {
    return this.#listeners.reduce((count, { groups }) => count + groups, 0);
  }

  get readable(): boolean {
    return this.#listeners.some(({ socket }) => socket.readable);
  }

  get pending(): number {
    // The kernel does not tell how many datagrams a queue has.
    return this.readable ? Infinity : 0;
  }

  get drops(): number {
    return this.#listeners.reduce((count, { socket }) => count + socket.drops, 0);
  }

  async waitReadable(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const done = new AbortController();
    const either = AbortSignal.any([signal, done.signal]);
    const waits = this.#listeners.map(async ({ socket }) => socket.waitReadable(either));
    try {
      await Promise.race(waits);
    } finally {
      done.abort();
      await Promise.allSettled(waits);
    }
  }

  drain(handler: SourceHandler): boolean {
    for (const { protocol, socket } of this.#listeners) {
      for (let turn = 0; turn < TURN; turn += 1) {
        const message = socket.receive({ buffer: this.#room });
        if (message === undefined) break;
        this.#stamp();
        this.#info.protocol = protocol;
        this.#info.origLength = message.length;
        // The controller tells of groups that there were not before. Anybody may send to this port, but only the kernel is 0.
        if (protocol === NETLINK_GENERIC && message.from.pid === 0) this.#joinNew(socket, message.bytes);
        handler(this.#buffer, NETLINK_HEADER_LENGTH, Math.min(message.bytes.length, this.#snaplen), this.#info);
      }
    }
    return false;
  }

  [Symbol.dispose](): void {
    for (const { socket } of this.#listeners) socket.close();
  }

  /** Netlink sockets do not stamp what they receive. */
  #stamp(): void {
    const now = performance.timeOrigin + performance.now();
    const sec = Math.floor(now / 1000);
    this.#info.sec = sec;
    this.#info.nsec = Math.min(MILLION * 1000 - 1, Math.floor((now - sec * 1000) * MILLION));
  }

  #joinNew(socket: HostNetlinkSocket, bytes: Uint8Array): void {
    const cursor = this.#cursor;
    cursor.reset(bytes);
    while (cursor.next()) {
      if (cursor.type !== GENL_ID_CTRL) continue;
      const message = cursor.message();
      const { payload } = message;
      if (payload.length < genlmsghdr.SIZE) continue;
      const command = genlmsghdr.cmd(new DataView(payload.buffer, payload.byteOffset, payload.byteLength), 0);
      if (command !== CTRL_CMD_NEWFAMILY && command !== CTRL_CMD_NEWMCAST_GRP) continue;
      for (const { id } of familyIn(message)?.groups ?? []) join(socket, id);
    }
  }
}

function protocolsOf(names: readonly string[] | undefined): number[] {
  const all = Array.from({ length: MAX_LINKS }, (_, protocol) => protocol);
  if (names === undefined) return all;
  return names.map((name) => {
    const number = all.find((protocol) => nameOf(protocol) === name.toLowerCase().replaceAll('_', '-'));
    if (number === undefined) throw new UsageFailure(`--groups: there is no protocol ${JSON.stringify(name)}; there are ${all.filter((one) => NETLINK_NAMES[one] !== undefined).map(nameOf).join(', ')}`);
    return number;
  });
}

function nameOf(protocol: number): string {
  return (NETLINK_NAMES[protocol] ?? `NETLINK_${String(protocol)}`).replace(/^NETLINK_/, '').toLowerCase().replaceAll('_', '-');
}

/** `undefined`: the kernel has no such protocol, or it has no groups. */
function listen(host: Host, protocol: number, { namespace, families, buffer }: GroupSourceOptions): Listener | 'refused' | undefined {
  let socket: HostNetlinkSocket;
  try {
    socket = host.socket(AF_NETLINK, SOCK_RAW, protocol, namespace === undefined ? {} : { namespace });
  } catch (error) {
    if (isKernelError(error, 'EPROTONOSUPPORT')) return undefined;
    if (isKernelError(error, 'EPERM') && namespace === undefined) return 'refused';
    throw error;
  }
  try {
    // From net/netlink/af_netlink.c:do_one_broadcast: port 0 is the sender of the kernel's own, and never told of them.
    socket.bind();
    enlarge(socket, buffer);
    // What is lost is counted, and what comes after it is not.
    socket.setOption(SOL_NETLINK, NETLINK_NO_ENOBUFS, 1);
    const ids = protocol === NETLINK_GENERIC ? families.flatMap(({ groups = [] }) => groups.map(({ id }) => id)) : range(1, MOST_GROUPS);
    let joined = 0;
    let refused = 0;
    for (const id of ids) {
      const result = join(socket, id);
      if (result === 'none') break;
      if (result === 'joined') joined += 1;
      else refused += 1;
    }
    if (joined > 0 && protocol === NETLINK_CONNECTOR) subscribeProcesses(socket);
    if (joined > 0) return { protocol, socket, groups: joined };
    socket.close();
    // Programs use groups of NETLINK_USERSOCK among themselves; nothing is missing where the kernel has none.
    return refused > 0 && protocol !== NETLINK_USERSOCK ? 'refused' : undefined;
  } catch (error) {
    socket.close();
    throw error;
  }
}

function join(socket: HostNetlinkSocket, group: number): 'joined' | 'refused' | 'none' {
  try {
    socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    return 'joined';
  } catch (error) {
    if (isKernelError(error, 'EINVAL')) return 'none';
    if (isKernelError(error)) return 'refused';
    throw error;
  }
}

function enlarge(socket: HostNetlinkSocket, buffer: number): void {
  const size = Math.min(buffer, 0x3fff_ffff);
  try {
    socket.setOption(SOL_SOCKET, SO_RCVBUFFORCE, size);
  } catch (error) {
    if (!isKernelError(error, 'EPERM')) throw error;
    // As much as net.core.rmem_max allows.
    socket.setOption(SOL_SOCKET, SO_RCVBUF, size);
  }
}

/** Asks the kernel to tell of processes that begin and end. */
function subscribeProcesses(socket: HostNetlinkSocket): void {
  const writer = new MessageWriter();
  writer.begin(NLMSG_DONE, 0, 0, 0);
  // C: struct cn_msg { struct cb_id { __u32 idx, val; } id; __u32 seq, ack; __u16 len, flags; __u8 data[]; }, then an enum.
  const at = writer.reserve(20 + 4);
  const { view } = writer;
  view.setUint32(at, CN_IDX_PROC, true);
  view.setUint32(at + 4, CN_VAL_PROC, true);
  view.setUint16(at + 16, 4, true);
  view.setUint32(at + 20, PROC_CN_MCAST_LISTEN, true);
  writer.end();
  try {
    socket.send(writer.bytes);
  } catch (error) {
    if (!isKernelError(error)) throw error;
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
