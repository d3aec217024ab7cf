/**
 * `NETLINK_SCSITRANSPORT` and `NETLINK_ISCSI`. C twins: `scsi/scsi_netlink.h`, `scsi/scsi_netlink_fc.h`, `scsi/iscsi_if.h`.
 *
 * @packageDocumentation
 */

import { binary, choice, enumeration, pad, s32, struct, subMessage, u16, u32, u64, u8, type RawFamily } from '../schema/index.ts';

const fcEvent = enumeration('fc-host-event-code', {
  0x1: 'lip',
  0x2: 'linkup',
  0x3: 'linkdown',
  0x4: 'lipreset',
  0x5: 'rscn',
  0x103: 'adapter-change',
  0x200: 'port-unknown',
  0x201: 'port-offline',
  0x202: 'port-online',
  0x204: 'port-fabric',
  0x500: 'link-unknown',
  0x501: 'link-fpin',
  0x502: 'link-fpin-ack',
  0xffff: 'vendor-unique',
});

const scsiNlHdr = struct('scsi-nl-hdr', [
  u8('version'),
  u8('transport', { names: enumeration('scsi-nl-transport', ['scsi', 'fc']) }),
  u16('magic', { hint: 'hex' }),
  u16('msgtype', { hint: 'hex' }),
  u16('msglen'),
]);

const vendorMsg = struct('scsi-nl-host-vendor-msg', [
  u64('vendor-id', { hint: 'hex' }),
  u16('host-no'),
  u16('vmsg-datalen'),
  pad(4),
  binary('data'),
]);

const fcNlEvent = struct('fc-nl-event', [
  u64('seconds'),
  u64('vendor-id', { hint: 'hex' }),
  u16('host-no'),
  u16('event-datalen'),
  u32('event-num'),
  u32('event-code', { names: fcEvent }),
  binary('event-data'),
]);

const messages = choice('scsi-nl-msg', { scsi: { header: vendorMsg }, fc: { header: fcNlEvent } });

/** Events of SCSI transports. */
export const scsiTransport: RawFamily = {
  name: 'scsitransport',
  protocol: 18,
  requests: {
    17: { name: 'SCSI_TRANSPORT_MSG', kind: 'other', header: scsiNlHdr, body: subMessage('message', messages, 'transport') },
  },
};

const iscsiUevents: Readonly<Record<number, string>> = {
  11: 'UEVENT_CREATE_SESSION',
  12: 'UEVENT_DESTROY_SESSION',
  13: 'UEVENT_CREATE_CONN',
  14: 'UEVENT_DESTROY_CONN',
  15: 'UEVENT_BIND_CONN',
  16: 'UEVENT_SET_PARAM',
  17: 'UEVENT_START_CONN',
  18: 'UEVENT_STOP_CONN',
  19: 'UEVENT_SEND_PDU',
  20: 'UEVENT_GET_STATS',
  21: 'UEVENT_GET_PARAM',
  22: 'UEVENT_TRANSPORT_EP_CONNECT',
  23: 'UEVENT_TRANSPORT_EP_POLL',
  24: 'UEVENT_TRANSPORT_EP_DISCONNECT',
  25: 'UEVENT_TGT_DSCVR',
  26: 'UEVENT_SET_HOST_PARAM',
  27: 'UEVENT_UNBIND_SESSION',
  28: 'UEVENT_CREATE_BOUND_SESSION',
  29: 'UEVENT_TRANSPORT_EP_CONNECT_THROUGH_HOST',
  30: 'UEVENT_PATH_UPDATE',
  31: 'UEVENT_SET_IFACE_PARAMS',
  32: 'UEVENT_PING',
  33: 'UEVENT_GET_CHAP',
  34: 'UEVENT_DELETE_CHAP',
  35: 'UEVENT_SET_FLASHNODE_PARAMS',
  36: 'UEVENT_NEW_FLASHNODE',
  37: 'UEVENT_DEL_FLASHNODE',
  38: 'UEVENT_LOGIN_FLASHNODE',
  39: 'UEVENT_LOGOUT_FLASHNODE',
  40: 'UEVENT_LOGOUT_FLASHNODE_SID',
  41: 'UEVENT_SET_CHAP',
  42: 'UEVENT_GET_HOST_STATS',
  43: 'UEVENT_DESTROY_SESSION_ASYNC',
  101: 'KEVENT_RECV_PDU',
  102: 'KEVENT_CONN_ERROR',
  103: 'KEVENT_IF_ERROR',
  104: 'KEVENT_DESTROY_SESSION',
  105: 'KEVENT_UNBIND_SESSION',
  106: 'KEVENT_CREATE_SESSION',
  107: 'KEVENT_PATH_REQ',
  108: 'KEVENT_IF_DOWN',
  109: 'KEVENT_CONN_LOGIN_STATE',
  110: 'KEVENT_HOST_EVENT',
  111: 'KEVENT_PING_COMP',
};

const iscsiUevent = struct('iscsi-uevent', [
  u32('type'),
  s32('iferror'),
  u64('transport-handle', { hint: 'hex' }),
  binary('data'),
]);

/** iSCSI: what follows the first members depends on the type, and is octets. */
export const iscsi: RawFamily = {
  name: 'iscsi',
  protocol: 8,
  requests: Object.fromEntries(
    Object.entries(iscsiUevents).map(([type, name]) => [type, { name: `ISCSI_${name}`, header: iscsiUevent }]),
  ),
  groups: { 1: 'iscsi-nl-grp-iscsid', 2: 'iscsi-nl-grp-uip' },
};
