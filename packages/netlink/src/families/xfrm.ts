import {
  attributes,
  be32,
  binary,
  choice,
  enumeration,
  flag,
  flagBits,
  packed,
  pad,
  record,
  struct,
  subMessage,
  u16,
  u32,
  u64,
  u8,
  type AttributeSet,
  type Names,
  type RawFamily,
  type Struct,
  type SubMessage,
} from '../schema/index.ts';
import {
  xfrmAddressFilterStruct,
  xfrmAeventIdStruct,
  xfrmAlgoAeadStruct,
  xfrmAlgoAuthStruct,
  xfrmAlgoStruct,
  xfrmEncapTmplStruct,
  xfrmLifetimeCurStruct,
  xfrmMarkStruct,
  xfrmReplayStateEsnStruct,
  xfrmReplayStateStruct,
  xfrmUserAcquireStruct,
  xfrmUserExpireStruct,
  xfrmUserKmaddressStruct,
  xfrmUserMappingStruct,
  xfrmUserMigrateStateStruct,
  xfrmUserMigrateStruct,
  xfrmUserOffloadStruct,
  xfrmUserPolexpireStruct,
  xfrmUserReportStruct,
  xfrmUserSecCtxStruct,
  xfrmUserTmplStruct,
  xfrmUserpolicyDefaultStruct,
  xfrmUserpolicyIdStruct,
  xfrmUserpolicyInfoStruct,
  xfrmUserpolicyTypeStruct,
  xfrmUsersaFlushStruct,
  xfrmUsersaIdStruct,
  xfrmUsersaInfoStruct,
  xfrmUserspiInfoStruct,
  xfrmuSadhinfoStruct,
  xfrmuSpdhinfoStruct,
  xfrmuSpdhthreshStruct,
  xfrmuSpdinfoStruct,
} from './xfrm-structs.ts';

/** `xfrm-sa-dir`. C twins: `XFRM_SA_DIR_*`. */
export const xfrmSaDirNames: Names = enumeration('xfrm-sa-dir', { 1: 'in', 2: 'out' });

/** `xfrm-sa-extra-flags`. C twins: `XFRM_SA_XFLAG_*`. */
export const xfrmSaExtraFlagsBits: Names = flagBits('xfrm-sa-extra-flags', ['dont-encap-dscp', 'oseq-may-wrap']);

/** An address in an attribute of its own, by the family in the message's header. C twin: `xfrm_address_t`. */
export const xfrmAddressFormats: SubMessage = choice('xfrm-address', {
  inet: { header: struct('xfrm-address-ipv4', [be32('address', { hint: 'ipv4' }), pad(12)]) },
  inet6: { header: struct('xfrm-address-ipv6', [binary('address', { hint: 'ipv6', length: 16 })]) },
  '*': { header: struct('xfrm-address-any', [binary('address', { length: 16 })]) },
});

/** `xfrm-attrs`; those of IP-TFS since Linux 6.14. C twins: `XFRMA_*`, `linux/xfrm.h`. */
export const xfrmAttrsSet: AttributeSet = attributes('xfrm-attrs', {
  1: record('alg-auth', xfrmAlgoStruct),
  2: record('alg-crypt', xfrmAlgoStruct),
  3: record('alg-comp', xfrmAlgoStruct),
  4: record('encap', xfrmEncapTmplStruct),
  5: packed(record('tmpl', xfrmUserTmplStruct)),
  6: record('sa', xfrmUsersaInfoStruct),
  7: record('policy', xfrmUserpolicyInfoStruct),
  8: record('sec-ctx', xfrmUserSecCtxStruct),
  9: record('ltime-val', xfrmLifetimeCurStruct),
  10: record('replay-val', xfrmReplayStateStruct),
  11: u32('replay-thresh'),
  12: u32('etimer-thresh'),
  13: subMessage('srcaddr', xfrmAddressFormats, 'family'),
  14: subMessage('coaddr', xfrmAddressFormats, 'family'),
  15: u64('lastused'),
  16: record('policy-type', xfrmUserpolicyTypeStruct),
  17: packed(record('migrate', xfrmUserMigrateStruct)),
  18: record('alg-aead', xfrmAlgoAeadStruct),
  19: record('kmaddress', xfrmUserKmaddressStruct),
  20: record('alg-auth-trunc', xfrmAlgoAuthStruct),
  21: record('mark', xfrmMarkStruct),
  22: u32('tfcpad'),
  23: record('replay-esn-val', xfrmReplayStateEsnStruct),
  24: u32('sa-extra-flags', { names: xfrmSaExtraFlagsBits }),
  25: u8('proto'),
  26: record('address-filter', xfrmAddressFilterStruct),
  27: pad(),
  28: record('offload-dev', xfrmUserOffloadStruct),
  29: u32('set-mark', { hint: 'hex' }),
  30: u32('set-mark-mask', { hint: 'hex' }),
  31: u32('if-id'),
  32: u32('mtimer-thresh'),
  33: u8('sa-dir', { names: xfrmSaDirNames }),
  34: u32('nat-keepalive-interval'),
  35: u32('sa-pcpu'),
  36: u32('iptfs-drop-time'),
  37: u16('iptfs-reorder-window'),
  38: flag('iptfs-dont-frag'),
  39: u32('iptfs-init-delay'),
  40: u32('iptfs-max-qsize'),
  41: u32('iptfs-pkt-size'),
});

/** `xfrm-sad-attrs`: how many states there are. C twins: `XFRMA_SAD_*`. */
export const xfrmSadAttrsSet: AttributeSet = attributes('xfrm-sad-attrs', {
  1: u32('cnt'),
  2: record('hinfo', xfrmuSadhinfoStruct),
});

/** `xfrm-spd-attrs`: how many policies there are. C twins: `XFRMA_SPD_*`. */
export const xfrmSpdAttrsSet: AttributeSet = attributes('xfrm-spd-attrs', {
  1: record('info', xfrmuSpdinfoStruct),
  2: record('hinfo', xfrmuSpdhinfoStruct),
  3: record('ipv4-hthresh', xfrmuSpdhthreshStruct),
  4: record('ipv6-hthresh', xfrmuSpdhthreshStruct),
});

/** The 32 bits in front of the attributes of messages about all states or policies; all of them are set. */
export const xfrmInfoFlagsStruct: Struct = struct('xfrm-info-flags', [u32('flags', { hint: 'hex' })]);

/** Transformations of packets: IPsec. C twin: `linux/xfrm.h`. */
export const xfrm: RawFamily = {
  name: 'xfrm',
  protocol: 6,
  requests: {
    16: { name: 'XFRM_MSG_NEWSA', header: xfrmUsersaInfoStruct, attributes: xfrmAttrsSet },
    17: { name: 'XFRM_MSG_DELSA', header: xfrmUsersaIdStruct, attributes: xfrmAttrsSet },
    // From net/xfrm/xfrm_user.c:xfrm_dump_sa: who asks for all states sends no header.
    18: { name: 'XFRM_MSG_GETSA', header: xfrmUsersaIdStruct, attributes: xfrmAttrsSet, dump: { attributes: xfrmAttrsSet } },
    19: { name: 'XFRM_MSG_NEWPOLICY', header: xfrmUserpolicyInfoStruct, attributes: xfrmAttrsSet },
    20: { name: 'XFRM_MSG_DELPOLICY', header: xfrmUserpolicyIdStruct, attributes: xfrmAttrsSet },
    21: { name: 'XFRM_MSG_GETPOLICY', header: xfrmUserpolicyIdStruct, attributes: xfrmAttrsSet },
    22: { name: 'XFRM_MSG_ALLOCSPI', header: xfrmUserspiInfoStruct, attributes: xfrmAttrsSet },
    23: { name: 'XFRM_MSG_ACQUIRE', header: xfrmUserAcquireStruct, attributes: xfrmAttrsSet },
    24: { name: 'XFRM_MSG_EXPIRE', header: xfrmUserExpireStruct, attributes: xfrmAttrsSet },
    25: { name: 'XFRM_MSG_UPDPOLICY', header: xfrmUserpolicyInfoStruct, attributes: xfrmAttrsSet, kind: 'new' },
    26: { name: 'XFRM_MSG_UPDSA', header: xfrmUsersaInfoStruct, attributes: xfrmAttrsSet, kind: 'new' },
    27: { name: 'XFRM_MSG_POLEXPIRE', header: xfrmUserPolexpireStruct, attributes: xfrmAttrsSet },
    28: { name: 'XFRM_MSG_FLUSHSA', header: xfrmUsersaFlushStruct, attributes: xfrmAttrsSet },
    29: { name: 'XFRM_MSG_FLUSHPOLICY', attributes: xfrmAttrsSet },
    30: { name: 'XFRM_MSG_NEWAE', header: xfrmAeventIdStruct, attributes: xfrmAttrsSet },
    31: { name: 'XFRM_MSG_GETAE', header: xfrmAeventIdStruct, attributes: xfrmAttrsSet },
    32: { name: 'XFRM_MSG_REPORT', header: xfrmUserReportStruct, attributes: xfrmAttrsSet },
    33: { name: 'XFRM_MSG_MIGRATE', header: xfrmUserpolicyIdStruct, attributes: xfrmAttrsSet },
    34: { name: 'XFRM_MSG_NEWSADINFO', header: xfrmInfoFlagsStruct, attributes: xfrmSadAttrsSet },
    35: { name: 'XFRM_MSG_GETSADINFO', header: xfrmInfoFlagsStruct, attributes: xfrmSadAttrsSet },
    36: { name: 'XFRM_MSG_NEWSPDINFO', header: xfrmInfoFlagsStruct, attributes: xfrmSpdAttrsSet },
    37: { name: 'XFRM_MSG_GETSPDINFO', header: xfrmInfoFlagsStruct, attributes: xfrmSpdAttrsSet },
    38: { name: 'XFRM_MSG_MAPPING', header: xfrmUserMappingStruct, attributes: xfrmAttrsSet },
    39: { name: 'XFRM_MSG_SETDEFAULT', header: xfrmUserpolicyDefaultStruct, attributes: xfrmAttrsSet },
    40: { name: 'XFRM_MSG_GETDEFAULT', header: xfrmUserpolicyDefaultStruct, attributes: xfrmAttrsSet },
    41: { name: 'XFRM_MSG_MIGRATE_STATE', header: xfrmUserMigrateStateStruct, attributes: xfrmAttrsSet },
  },
  groups: {
    1: 'acquire',
    2: 'expire',
    3: 'sa',
    4: 'policy',
    5: 'aevents',
    6: 'report',
    7: 'migrate',
    8: 'mapping',
  },
};
