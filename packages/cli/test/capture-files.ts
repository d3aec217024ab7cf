import {
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_MCAST_GROUPS,
  CTRL_ATTR_MCAST_GRP_ID,
  CTRL_ATTR_MCAST_GRP_NAME,
  CTRL_CMD_NEWFAMILY,
  GENL_ID_CTRL,
  IFLA_IFNAME,
  IFLA_MTU,
  NETLINK_GENERIC,
  NETLINK_ROUTE,
  NLM_F_ACK,
  NLM_F_CAPPED,
  NLM_F_REQUEST,
  NLMSG_ERROR,
  RTM_NEWLINK,
} from '@netdevkit/bindings';
import { LinkType, MemorySink, PcapngWriter } from '@netdevkit/capture';
import { MessageWriter } from '@netdevkit/netlink';

/** A netlink packet to be written. */
export interface TestPacket {
  readonly protocol: number;
  readonly bytes: Uint8Array;
  /** When, in nanoseconds from the start. */
  readonly at?: number;
}

/** The seconds of all test captures. */
export const SECONDS = 1_795_280_523;

/** A message. */
export function message(type: number, flags: number, fill: (writer: MessageWriter) => void, seq = 1, pid = 0): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, flags, seq, pid);
  fill(writer);
  writer.end();
  return writer.toBytes();
}

/** RTM_NEWLINK, a request or not. */
export function link(name: string, options: { readonly index?: number; readonly mtu?: number; readonly seq?: number; readonly pid?: number; readonly flags?: number } = {}): TestPacket {
  const { index = 0, mtu = 1500, seq = 1, pid = 0, flags = NLM_F_REQUEST | NLM_F_ACK } = options;
  const bytes = message(
    RTM_NEWLINK,
    flags,
    (writer) => {
      writer.view.setInt32(writer.reserve(16) + 4, index, true);
      writer.putString(IFLA_IFNAME, name);
      writer.putU32(IFLA_MTU, mtu);
    },
    seq,
    pid,
  );
  return { protocol: NETLINK_ROUTE, bytes };
}

/** An acknowledgement of a message, whose header is repeated. */
export function answer(request: TestPacket, errno: number, pid = 77): TestPacket {
  const header = new DataView(request.bytes.buffer, request.bytes.byteOffset);
  const fill = (writer: MessageWriter): void => {
    const at = writer.reserve(20);
    writer.view.setInt32(at, errno, true);
    writer.bytes.set(request.bytes.subarray(0, 16), at + 4);
  };
  return { protocol: request.protocol, bytes: message(NLMSG_ERROR, NLM_F_CAPPED, fill, header.getUint32(8, true), pid) };
}

/** What the controller says of a generic family. */
export function naming(id: number, name: string, group?: { readonly id: number; readonly name: string }): TestPacket {
  const bytes = message(GENL_ID_CTRL, 0, (writer) => {
    writer.view.setUint8(writer.reserve(4), CTRL_CMD_NEWFAMILY);
    writer.putU16(CTRL_ATTR_FAMILY_ID, id);
    writer.putString(CTRL_ATTR_FAMILY_NAME, name);
    if (group === undefined) return;
    writer.putNested(CTRL_ATTR_MCAST_GROUPS, () => {
      writer.putNested(1, () => {
        writer.putU32(CTRL_ATTR_MCAST_GRP_ID, group.id);
        writer.putString(CTRL_ATTR_MCAST_GRP_NAME, group.name);
      });
    });
  });
  return { protocol: NETLINK_GENERIC, bytes };
}

/** A request of a generic family. */
export function generic(id: number, command: number): TestPacket {
  const fill = (writer: MessageWriter): void => {
    writer.view.setUint8(writer.reserve(4), command);
  };
  return { protocol: NETLINK_GENERIC, bytes: message(id, NLM_F_REQUEST, fill) };
}

/** A capture of packets. Without times each is a microsecond after the one before. */
export function capture(packets: readonly TestPacket[], name = 'nlmon0'): Uint8Array {
  const sink = new MemorySink();
  const writer = new PcapngWriter(sink, { application: 'test' });
  const id = writer.addInterface({ linkType: LinkType.NETLINK, name });
  packets.forEach(({ protocol, bytes, at }, index) => {
    writer.netlink(id, SECONDS, at ?? (index + 1) * 1000, protocol, bytes, 0, bytes.length);
  });
  writer.close();
  return sink.bytes;
}
