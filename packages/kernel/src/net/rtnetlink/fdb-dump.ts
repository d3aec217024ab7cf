import {
  ARPHRD_ETHER,
  IFLA_MASTER,
  IFLA_MAX,
  NDA_IFINDEX,
  NDA_MASTER,
  NDA_MAX,
  NLMSG_HDRLEN,
  NLM_F_MULTI,
  NUD_PERMANENT,
  RTM_NEWNEIGH,
  ifinfomsg,
  ndmsg,
} from '@netdevkit/bindings';
import { errno } from '@netdevkit/errno';
import { AttributeTable, parseMessageAttributes, Validation } from '@netdevkit/netlink';
import type { AddressLists } from '../core/dev-addr-lists.ts';
import type { DumpCallback, DumpControl } from '../netlink/netlink-types.ts';
import { dumpItems, type DumpItem } from './dump-items.ts';
import { fillFdb, type FdbMessage } from './fdb-fill.ts';
import { IFLA_POLICY } from './link-policy.ts';
import { refuse } from './link-request.ts';

const NLA_U32 = 8;

/** What a dump is of: entries of one device, and of bridges, of which there are none. */
interface Filter {
  ifindex: number;
  master: number;
}

/**
 * RTM_GETNEIGH of AF_BRIDGE, as a dump: what each Ethernet device listens to beside its own address. From
 * net/core/rtnetlink.c:rtnl_fdb_dump, ndo_dflt_fdb_dump.
 */
export function dumpFdb(lists: AddressLists): DumpControl['dump'] {
  return dumpItems((callback) => begin(lists, callback));
}

function begin({ unicast, multicast }: AddressLists, callback: DumpCallback): readonly DumpItem[] | number {
  const { namespace, portid, seq, strictCheck } = callback;
  const filter: Filter = { ifindex: 0, master: 0 };
  const error = strictCheck ? readStrict(callback, filter) : readLegacy(callback, filter);
  if (error < 0) return error;
  // No device is a bridge, nor in one.
  if (filter.master !== 0) return namespace.byIndex(filter.master) === undefined ? -errno.ENODEV : [];
  const message: FdbMessage = { type: RTM_NEWNEIGH, flags: NLM_F_MULTI, portid, seq, state: NUD_PERMANENT };
  const devices = namespace.devices.filter((dev) => dev.type === ARPHRD_ETHER && (filter.ifindex === 0 || dev.ifindex === filter.ifindex));
  const entries = devices.flatMap((dev) => [...unicast.of(dev), ...multicast.of(dev)].map(({ address }) => ({ dev, address })));
  return entries.map(({ dev, address }): DumpItem => (chunk) => fillFdb(chunk, dev, address, message));
}

// From net/core/rtnetlink.c:valid_fdb_dump_strict.
function readStrict({ request, extack }: DumpCallback, filter: Filter): number {
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  const at = NLMSG_HDRLEN;
  if (request.length < at + ndmsg.SIZE) return refuse(extack, 'EINVAL', 'Invalid header for fdb dump request');
  const others = ndmsg.ndm_pad1(view, at) | ndmsg.ndm_pad2(view, at) | ndmsg.ndm_state(view, at) | ndmsg.ndm_flags(view, at) | ndmsg.ndm_type(view, at);
  if (others !== 0) return refuse(extack, 'EINVAL', 'Invalid values in header for fdb dump request');
  const tb = new AttributeTable(NDA_MAX);
  const error = parseMessageAttributes(tb, request, 0, ndmsg.SIZE, null, Validation.DEPRECATED_STRICT, extack);
  if (error < 0) return error;
  filter.ifindex = ndmsg.ndm_ifindex(view, at);
  for (let type = 0; type <= NDA_MAX; type++) {
    if (!tb.has(type)) continue;
    const isNumber = tb.length(type) === 4;
    if (type === NDA_IFINDEX) {
      if (!isNumber) return refuse(extack, 'EINVAL', 'Invalid IFINDEX attribute in fdb dump request');
      filter.ifindex = tb.s32(type) ?? 0;
    } else if (type === NDA_MASTER) {
      if (!isNumber) return refuse(extack, 'EINVAL', 'Invalid MASTER attribute in fdb dump request');
      filter.master = tb.s32(type) ?? 0;
    } else return refuse(extack, 'EINVAL', 'Unsupported attribute in fdb dump request');
  }
  return 0;
}

/** Of old the request was about links; what has the length of one about neighbours asks for all. From net/core/rtnetlink.c:valid_fdb_dump_legacy. */
function readLegacy({ request, extack }: DumpCallback, filter: Filter): number {
  const length = request.length - NLMSG_HDRLEN;
  if (length === ndmsg.SIZE || length === ndmsg.SIZE + NLA_U32) return 0;
  const tb = new AttributeTable(IFLA_MAX);
  if (parseMessageAttributes(tb, request, 0, ifinfomsg.SIZE, IFLA_POLICY, Validation.LIBERAL, extack) < 0) return -errno.EINVAL;
  filter.master = tb.s32(IFLA_MASTER) ?? 0;
  filter.ifindex = ifinfomsg.ifi_index(new DataView(request.buffer, request.byteOffset, request.byteLength), NLMSG_HDRLEN);
  return 0;
}
