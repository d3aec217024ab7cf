import {
  AF_INET6,
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_CMD_GETFAMILY,
  CTRL_CMD_GETPOLICY,
  IFF_UP,
  IFLA_AF_SPEC,
  IFLA_ALT_IFNAME,
  IFLA_EXT_MASK,
  IFLA_GROUP,
  IFLA_IFALIAS,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  IFLA_MTU,
  IFLA_NET_NS_FD,
  IFLA_PROP_LIST,
  IFLA_TXQLEN,
  NLA_F_NESTED,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_ECHO,
  NLM_F_EXCL,
  NLM_F_REQUEST,
  RTM_DELLINK,
  RTM_DELLINKPROP,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETNSID,
  RTM_GETQDISC,
  RTM_GETROUTE,
  RTM_GETRULE,
  RTM_GETSTATS,
  RTM_NEWLINK,
  RTM_NEWLINKPROP,
  RTM_SETLINK,
} from '@netdevkit/bindings';
import { MessageWriter } from '@netdevkit/netlink';

function message(type: number, flags: number, headerLength: number, fill: (writer: MessageWriter, header: number) => void): Uint8Array {
  const writer = new MessageWriter();
  writer.begin(type, NLM_F_REQUEST | flags, 7, 0);
  const header = writer.reserve(headerLength);
  fill(writer, header);
  writer.end();
  return writer.toBytes();
}

function link(type: number, flags: number, index: number, up: boolean | undefined, fill: (writer: MessageWriter) => void): Uint8Array {
  return message(type, flags, 16, (writer, header) => {
    writer.view.setInt32(header + 4, index, true);
    if (up !== undefined) {
      writer.view.setUint32(header + 8, up ? IFF_UP : 0, true);
      writer.view.setUint32(header + 12, IFF_UP, true);
    }
    fill(writer);
  });
}

const nothing = (): void => undefined;

/** Valid requests of rtnetlink that a kernel with nlmon answers, of every kind that it knows. */
export const ROUTE_REQUESTS: readonly Uint8Array[] = [
  link(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, 0, true, (writer) => {
    writer.putNested(IFLA_LINKINFO, () => {
      writer.putString(IFLA_INFO_KIND, 'nlmon');
    });
  }),
  link(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE, 0, undefined, (writer) => {
    writer.putString(IFLA_IFNAME, 'fuzz%d');
    writer.putU32(IFLA_MTU, 1500);
    writer.putU32(IFLA_TXQLEN, 10);
    writer.putU32(IFLA_GROUP, 3);
    writer.putNested(IFLA_LINKINFO, () => {
      writer.putString(IFLA_INFO_KIND, 'nlmon');
      writer.putNested(IFLA_INFO_DATA, () => {
        writer.putU32(1, 1);
      });
    });
  }),
  link(RTM_NEWLINK, NLM_F_ACK | NLM_F_ECHO, 2, false, (writer) => {
    writer.putString(IFLA_IFNAME, 'renamed');
    writer.putString(IFLA_IFALIAS, 'an alias');
  }),
  link(RTM_SETLINK, NLM_F_ACK, 1, true, (writer) => {
    writer.putU32(IFLA_MTU, 1280);
    writer.putNested(IFLA_AF_SPEC, () => {
      writer.putNested(AF_INET6, () => {
        writer.putU8(8, 1);
      });
    });
  }),
  link(RTM_SETLINK, NLM_F_ACK, 2, undefined, (writer) => {
    writer.putU32(IFLA_NET_NS_FD, 3);
  }),
  link(RTM_DELLINK, NLM_F_ACK, 3, undefined, nothing),
  link(RTM_DELLINK, NLM_F_ACK, 0, undefined, (writer) => {
    writer.putU32(IFLA_GROUP, 3);
  }),
  link(RTM_GETLINK, 0, 1, undefined, (writer) => {
    writer.putU32(IFLA_EXT_MASK, 9);
  }),
  link(RTM_GETLINK, NLM_F_DUMP, 0, undefined, (writer) => {
    writer.putU32(IFLA_EXT_MASK, 1);
    writer.putNested(IFLA_LINKINFO, () => {
      writer.putString(IFLA_INFO_KIND, 'nlmon');
    });
  }),
  ...[RTM_NEWLINKPROP, RTM_DELLINKPROP].map((type) =>
    link(type, NLM_F_ACK, 1, undefined, (writer) => {
      writer.putNested(IFLA_PROP_LIST | NLA_F_NESTED, () => {
        writer.putString(IFLA_ALT_IFNAME, 'an-alternative-name');
      });
    }),
  ),
  message(RTM_GETSTATS, 0, 12, (writer, header) => {
    writer.view.setInt32(header + 4, 1, true);
    writer.view.setUint32(header + 8, 0x1f, true);
  }),
  message(RTM_GETSTATS, NLM_F_DUMP, 12, (writer, header) => {
    writer.view.setUint32(header + 8, 1, true);
  }),
  ...[RTM_GETADDR, RTM_GETROUTE, RTM_GETQDISC, RTM_GETRULE].map((type) => message(type, NLM_F_DUMP, 20, nothing)),
  message(RTM_GETNSID, NLM_F_ACK, 4, (writer) => {
    writer.putU32(3, 3);
  }),
];

/** Valid requests to the controller of generic netlink. */
export const GENERIC_REQUESTS: readonly Uint8Array[] = [
  message(16, NLM_F_ACK, 4, (writer, header) => {
    writer.view.setUint8(header, CTRL_CMD_GETFAMILY);
    writer.view.setUint8(header + 1, 2);
    writer.putString(CTRL_ATTR_FAMILY_NAME, 'nlctrl');
  }),
  message(16, NLM_F_DUMP, 4, (writer, header) => {
    writer.view.setUint8(header, CTRL_CMD_GETFAMILY);
  }),
  message(16, NLM_F_DUMP, 4, (writer, header) => {
    writer.view.setUint8(header, CTRL_CMD_GETPOLICY);
    writer.putU16(CTRL_ATTR_FAMILY_ID, 16);
  }),
];
