import { AF_BRIDGE, NDA_LLADDR, NTF_SELF, ndmsg } from '@netdevkit/bindings';
import type { net_device } from '@netdevkit/bindings/raw';
import type { MessageWriter } from '@netdevkit/netlink';
import { finish } from './tell.ts';

/** What a message about an entry bears beside it. */
export interface FdbMessage {
  readonly type: number;
  readonly flags: number;
  readonly portid: number;
  readonly seq: number;
  readonly state: number;
}

/** Writes an entry. From net/core/rtnetlink.c:nlmsg_populate_fdb_fill. */
export function fillFdb(writer: MessageWriter, dev: net_device, address: Uint8Array, message: FdbMessage): number {
  const mark = writer.mark();
  writer.begin(message.type, message.flags, message.seq, message.portid);
  const at = writer.reserve(ndmsg.SIZE);
  if (at !== -1) {
    const { view } = writer;
    ndmsg.set_ndm_family(view, at, AF_BRIDGE);
    ndmsg.set_ndm_ifindex(view, at, dev.ifindex);
    ndmsg.set_ndm_state(view, at, message.state);
    ndmsg.set_ndm_flags(view, at, NTF_SELF);
  }
  writer.putBytes(NDA_LLADDR, address);
  return finish(writer, mark);
}
