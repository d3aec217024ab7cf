import {
  address,
  be16,
  be32,
  binary,
  enumeration,
  flagBits,
  packed,
  pad,
  record,
  s32,
  string,
  u16,
  u32,
  u64,
  u8,
  type Field,
  type Names,
  type Struct,
} from '../schema/index.ts';
import { cStruct } from '../schema/struct.ts';
import { addressFamilies, ipProtocols } from './route-names.ts';

/*
 * The structures of NETLINK_XFRM as 64-bit machines lay them out. C twin: `linux/xfrm.h`.
 */

/** `xfrm-mode`; IP-TFS since Linux 6.14. C twins: `XFRM_MODE_*`. */
export const xfrmModeNames: Names = enumeration('xfrm-mode', [
  'transport',
  'tunnel',
  'routeoptimization',
  'in-trigger',
  'beet',
  'iptfs',
]);

/** `xfrm-share`. C twins: `XFRM_SHARE_*`. */
export const xfrmShareNames: Names = enumeration('xfrm-share', ['any', 'session', 'user', 'unique']);

/** `xfrm-policy-dir`. C twins: `XFRM_POLICY_IN`, `XFRM_POLICY_OUT`, `XFRM_POLICY_FWD`. */
export const xfrmPolicyDirNames: Names = enumeration('xfrm-policy-dir', ['in', 'out', 'fwd']);

/** `xfrm-policy-action`. C twins: `XFRM_POLICY_ALLOW`, `XFRM_POLICY_BLOCK`. */
export const xfrmPolicyActionNames: Names = enumeration('xfrm-policy-action', ['allow', 'block']);

/** `xfrm-policy-flags`. C twins: `XFRM_POLICY_LOCALOK`, `XFRM_POLICY_ICMP`, `XFRM_POLICY_CPU_ACQUIRE`. */
export const xfrmPolicyFlagsBits: Names = flagBits('xfrm-policy-flags', ['localok', 'icmp', 'cpu-acquire']);

/** `xfrm-policy-type`. C twins: `XFRM_POLICY_TYPE_*`. */
export const xfrmPolicyTypeNames: Names = enumeration('xfrm-policy-type', { 0: 'main', 1: 'sub', 255: 'any' });

/** `xfrm-state-flags`. C twins: `XFRM_STATE_*`. */
export const xfrmStateFlagsBits: Names = flagBits('xfrm-state-flags', [
  'noecn',
  'decap-dscp',
  'nopmtudisc',
  'wildrecv',
  'icmp',
  'af-unspec',
  'align4',
  'esn',
]);

/** `xfrm-ae-flags`: what an event about a state tells. C twins: `XFRM_AE_*`. */
export const xfrmAeFlagsBits: Names = flagBits('xfrm-ae-flags', ['rthr', 'rval', 'lval', 'ethr', 'cr', 'ce', 'cu']);

/** `xfrm-offload-flags`. C twins: `XFRM_OFFLOAD_*`. */
export const xfrmOffloadFlagsBits: Names = flagBits('xfrm-offload-flags', ['ipv6', 'inbound', 'packet']);

/** `xfrm-default`. C twins: `XFRM_USERPOLICY_*`. */
export const xfrmDefaultNames: Names = enumeration('xfrm-default', ['unspec', 'block', 'accept']);

/** `xfrm-migrate-state-flags`, of Linux 7.2. C twins: `XFRM_MIGRATE_STATE_*`. */
export const xfrmMigrateStateFlagsBits: Names = flagBits('xfrm-migrate-state-flags', ['clear-offload', 'update-h2h-sel']);

/** The members of `struct xfrm_selector`, with a prefix where they stand in another structure. */
function selector(prefix: string): readonly Field[] {
  return [
    address(`${prefix}daddr`, `${prefix}family`),
    address(`${prefix}saddr`, `${prefix}family`),
    be16(`${prefix}dport`),
    be16(`${prefix}dport-mask`),
    be16(`${prefix}sport`),
    be16(`${prefix}sport-mask`),
    u16(`${prefix}family`, { names: addressFamilies }),
    u8(`${prefix}prefixlen-d`),
    u8(`${prefix}prefixlen-s`),
    u8(`${prefix}proto`, { names: ipProtocols }),
    s32(`${prefix}ifindex`),
    u32(`${prefix}user`),
  ];
}

/** The members of `struct xfrm_id`: the destination, beside a member with its family. */
function id(family: string): readonly Field[] {
  return [address('daddr', family), be32('spi', { hint: 'hex' }), u8('proto', { names: ipProtocols }), pad(3)];
}

/** The members of `struct xfrm_usersa_id`. */
const usersaId: readonly Field[] = [
  address('daddr', 'family'),
  be32('spi', { hint: 'hex' }),
  u16('family', { names: addressFamilies }),
  u8('proto', { names: ipProtocols }),
  pad(1),
];

/** `xfrm-selector`. C twin: `struct xfrm_selector`. */
export const xfrmSelectorStruct: Struct = cStruct('xfrm-selector', selector(''));

/** `xfrm-lifetime-cfg`; all bits set are no limit. C twin: `struct xfrm_lifetime_cfg`. */
export const xfrmLifetimeCfgStruct: Struct = cStruct('xfrm-lifetime-cfg', [
  u64('soft-byte-limit'),
  u64('hard-byte-limit'),
  u64('soft-packet-limit'),
  u64('hard-packet-limit'),
  u64('soft-add-expires-seconds'),
  u64('hard-add-expires-seconds'),
  u64('soft-use-expires-seconds'),
  u64('hard-use-expires-seconds'),
]);

/** `xfrm-lifetime-cur`; times in seconds since 1970. C twin: `struct xfrm_lifetime_cur`. */
export const xfrmLifetimeCurStruct: Struct = cStruct('xfrm-lifetime-cur', [
  u64('bytes'),
  u64('packets'),
  u64('add-time'),
  u64('use-time'),
]);

/** `xfrm-stats`. C twin: `struct xfrm_stats`. */
export const xfrmStatsStruct: Struct = cStruct('xfrm-stats', [u32('replay-window'), u32('replay'), u32('integrity-failed')]);

/** `xfrm-replay-state`. C twin: `struct xfrm_replay_state`. */
export const xfrmReplayStateStruct: Struct = cStruct('xfrm-replay-state', [u32('oseq'), u32('seq'), u32('bitmap', { hint: 'hex' })]);

/** `xfrm-replay-state-esn`. C twin: `struct xfrm_replay_state_esn`. */
export const xfrmReplayStateEsnStruct: Struct = cStruct('xfrm-replay-state-esn', [
  u32('bmp-len'),
  u32('oseq'),
  u32('seq'),
  u32('oseq-hi'),
  u32('seq-hi'),
  u32('replay-window'),
  packed(u32('bmp', { hint: 'hex' })),
]);

/** `xfrm-algo`; the length of the key is in bits. C twin: `struct xfrm_algo`. */
export const xfrmAlgoStruct: Struct = cStruct('xfrm-algo', [string('alg-name', 64), u32('alg-key-len'), binary('alg-key')]);

/** `xfrm-algo-auth`. C twin: `struct xfrm_algo_auth`. */
export const xfrmAlgoAuthStruct: Struct = cStruct('xfrm-algo-auth', [
  string('alg-name', 64),
  u32('alg-key-len'),
  u32('alg-trunc-len'),
  binary('alg-key'),
]);

/** `xfrm-algo-aead`. C twin: `struct xfrm_algo_aead`. */
export const xfrmAlgoAeadStruct: Struct = cStruct('xfrm-algo-aead', [
  string('alg-name', 64),
  u32('alg-key-len'),
  u32('alg-icv-len'),
  binary('alg-key'),
]);

/** Where packets of IPsec travel inside others. From include/uapi/linux/udp.h: `UDP_ENCAP_*`; the last is of TCP. */
const encapTypes = enumeration('udp-encap', {
  1: 'espinudp-non-ike', 2: 'espinudp', 3: 'l2tpinudp', 4: 'gtp0', 5: 'gtp1u', 6: 'rxrpc', 7: 'espintcp',
}); // prettier-ignore

/** `xfrm-encap-tmpl`; nothing beside the address tells its family. C twin: `struct xfrm_encap_tmpl`. */
export const xfrmEncapTmplStruct: Struct = cStruct('xfrm-encap-tmpl', [
  u16('encap-type', { names: encapTypes }),
  be16('encap-sport'),
  be16('encap-dport'),
  pad(2),
  binary('encap-oa', { length: 16 }),
]);

/** `xfrm-user-sec-ctx`. C twin: `struct xfrm_user_sec_ctx`, and the text behind it. */
export const xfrmUserSecCtxStruct: Struct = cStruct('xfrm-user-sec-ctx', [
  u16('len'),
  u16('exttype'),
  u8('ctx-alg'),
  u8('ctx-doi'),
  u16('ctx-len'),
  string('ctx'),
]);

/** `xfrm-user-tmpl`. C twin: `struct xfrm_user_tmpl`. */
export const xfrmUserTmplStruct: Struct = cStruct('xfrm-user-tmpl', [
  ...id('family'),
  u16('family', { names: addressFamilies }),
  pad(2),
  address('saddr', 'family'),
  u32('reqid'),
  u8('mode', { names: xfrmModeNames }),
  u8('share', { names: xfrmShareNames }),
  u8('optional'),
  u32('aalgos', { hint: 'hex' }),
  u32('ealgos', { hint: 'hex' }),
  u32('calgos', { hint: 'hex' }),
]);

/** `xfrm-userpolicy-type`. C twin: `struct xfrm_userpolicy_type`. */
export const xfrmUserpolicyTypeStruct: Struct = cStruct('xfrm-userpolicy-type', [
  u8('type', { names: xfrmPolicyTypeNames }),
  u16('reserved1'),
  u8('reserved2'),
]);

/** `xfrm-mark`. C twin: `struct xfrm_mark`. */
export const xfrmMarkStruct: Struct = cStruct('xfrm-mark', [u32('v', { hint: 'hex' }), u32('m', { hint: 'hex' })]);

/** `xfrmu-sadhinfo`. C twin: `struct xfrmu_sadhinfo`. */
export const xfrmuSadhinfoStruct: Struct = cStruct('xfrmu-sadhinfo', [u32('sadhcnt'), u32('sadhmcnt')]);

/** `xfrmu-spdinfo`. C twin: `struct xfrmu_spdinfo`. */
export const xfrmuSpdinfoStruct: Struct = cStruct('xfrmu-spdinfo', [
  u32('incnt'),
  u32('outcnt'),
  u32('fwdcnt'),
  u32('inscnt'),
  u32('outscnt'),
  u32('fwdscnt'),
]);

/** `xfrmu-spdhinfo`. C twin: `struct xfrmu_spdhinfo`. */
export const xfrmuSpdhinfoStruct: Struct = cStruct('xfrmu-spdhinfo', [u32('spdhcnt'), u32('spdhmcnt')]);

/** `xfrmu-spdhthresh`. C twin: `struct xfrmu_spdhthresh`. */
export const xfrmuSpdhthreshStruct: Struct = cStruct('xfrmu-spdhthresh', [u8('lbits'), u8('rbits')]);

/** `xfrm-usersa-info`: a state. C twin: `struct xfrm_usersa_info`. */
export const xfrmUsersaInfoStruct: Struct = cStruct('xfrm-usersa-info', [
  record('sel', xfrmSelectorStruct),
  ...id('family'),
  address('saddr', 'family'),
  record('lft', xfrmLifetimeCfgStruct),
  record('curlft', xfrmLifetimeCurStruct),
  record('stats', xfrmStatsStruct),
  u32('seq'),
  u32('reqid'),
  u16('family', { names: addressFamilies }),
  u8('mode', { names: xfrmModeNames }),
  u8('replay-window'),
  u8('flags', { names: xfrmStateFlagsBits }),
]);

/** `xfrm-usersa-id`. C twin: `struct xfrm_usersa_id`. */
export const xfrmUsersaIdStruct: Struct = cStruct('xfrm-usersa-id', usersaId);

/** `xfrm-aevent-id`. C twin: `struct xfrm_aevent_id`. */
export const xfrmAeventIdStruct: Struct = cStruct('xfrm-aevent-id', [
  ...usersaId,
  address('saddr', 'family'),
  u32('flags', { names: xfrmAeFlagsBits }),
  u32('reqid'),
]);

/** `xfrm-userspi-info`. C twin: `struct xfrm_userspi_info`. */
export const xfrmUserspiInfoStruct: Struct = cStruct('xfrm-userspi-info', [
  record('info', xfrmUsersaInfoStruct),
  u32('min'),
  u32('max'),
]);

/** `xfrm-userpolicy-info`: a policy. C twin: `struct xfrm_userpolicy_info`. */
export const xfrmUserpolicyInfoStruct: Struct = cStruct('xfrm-userpolicy-info', [
  record('sel', xfrmSelectorStruct),
  record('lft', xfrmLifetimeCfgStruct),
  record('curlft', xfrmLifetimeCurStruct),
  u32('priority'),
  u32('index'),
  u8('dir', { names: xfrmPolicyDirNames }),
  u8('action', { names: xfrmPolicyActionNames }),
  u8('flags', { names: xfrmPolicyFlagsBits }),
  u8('share', { names: xfrmShareNames }),
]);

/** `xfrm-userpolicy-id`. C twin: `struct xfrm_userpolicy_id`. */
export const xfrmUserpolicyIdStruct: Struct = cStruct('xfrm-userpolicy-id', [
  record('sel', xfrmSelectorStruct),
  u32('index'),
  u8('dir', { names: xfrmPolicyDirNames }),
]);

/**
 * `xfrm-user-acquire`. The members of the selector stand beside the addresses, whose family only the selector tells. C twin:
 * `struct xfrm_user_acquire`.
 */
export const xfrmUserAcquireStruct: Struct = cStruct('xfrm-user-acquire', [
  ...id('sel-family'),
  address('saddr', 'sel-family'),
  ...selector('sel-'),
  record('policy', xfrmUserpolicyInfoStruct),
  u32('aalgos', { hint: 'hex' }),
  u32('ealgos', { hint: 'hex' }),
  u32('calgos', { hint: 'hex' }),
  u32('seq'),
]);

/** `xfrm-user-expire`. C twin: `struct xfrm_user_expire`. */
export const xfrmUserExpireStruct: Struct = cStruct('xfrm-user-expire', [record('state', xfrmUsersaInfoStruct), u8('hard')]);

/** `xfrm-user-polexpire`. C twin: `struct xfrm_user_polexpire`. */
export const xfrmUserPolexpireStruct: Struct = cStruct('xfrm-user-polexpire', [
  record('pol', xfrmUserpolicyInfoStruct),
  u8('hard'),
]);

/** `xfrm-usersa-flush`. C twin: `struct xfrm_usersa_flush`. */
export const xfrmUsersaFlushStruct: Struct = cStruct('xfrm-usersa-flush', [u8('proto', { names: ipProtocols })]);

/** `xfrm-user-report`. C twin: `struct xfrm_user_report`. */
export const xfrmUserReportStruct: Struct = cStruct('xfrm-user-report', [u8('proto', { names: ipProtocols }), record('sel', xfrmSelectorStruct)]);

/** `xfrm-user-kmaddress`. C twin: `struct xfrm_user_kmaddress`. */
export const xfrmUserKmaddressStruct: Struct = cStruct('xfrm-user-kmaddress', [
  address('local', 'family'),
  address('remote', 'family'),
  u32('reserved'),
  u16('family', { names: addressFamilies }),
]);

/** `xfrm-user-migrate`. C twin: `struct xfrm_user_migrate`. */
export const xfrmUserMigrateStruct: Struct = cStruct('xfrm-user-migrate', [
  address('old-daddr', 'old-family'),
  address('old-saddr', 'old-family'),
  address('new-daddr', 'new-family'),
  address('new-saddr', 'new-family'),
  u8('proto', { names: ipProtocols }),
  u8('mode', { names: xfrmModeNames }),
  u16('reserved'),
  u32('reqid'),
  u16('old-family', { names: addressFamilies }),
  u16('new-family', { names: addressFamilies }),
]);

/** `xfrm-user-migrate-state`, of Linux 7.2. C twin: `struct xfrm_user_migrate_state`. */
export const xfrmUserMigrateStateStruct: Struct = cStruct('xfrm-user-migrate-state', [
  ...usersaId,
  address('new-daddr', 'new-family'),
  address('new-saddr', 'new-family'),
  record('old-mark', xfrmMarkStruct),
  record('new-sel', xfrmSelectorStruct),
  u32('new-reqid'),
  u32('flags', { names: xfrmMigrateStateFlagsBits }),
  u16('new-family', { names: addressFamilies }),
  u16('reserved'),
]);

/** `xfrm-user-mapping`. C twin: `struct xfrm_user_mapping`. */
export const xfrmUserMappingStruct: Struct = cStruct('xfrm-user-mapping', [
  ...usersaId,
  u32('reqid'),
  address('old-saddr', 'family'),
  address('new-saddr', 'family'),
  be16('old-sport'),
  be16('new-sport'),
]);

/** `xfrm-address-filter`. C twin: `struct xfrm_address_filter`. */
export const xfrmAddressFilterStruct: Struct = cStruct('xfrm-address-filter', [
  address('saddr', 'family'),
  address('daddr', 'family'),
  u16('family', { names: addressFamilies }),
  u8('splen'),
  u8('dplen'),
]);

/** `xfrm-user-offload`. C twin: `struct xfrm_user_offload`. */
export const xfrmUserOffloadStruct: Struct = cStruct('xfrm-user-offload', [
  s32('ifindex'),
  u8('flags', { names: xfrmOffloadFlagsBits }),
]);

/** `xfrm-userpolicy-default`. C twin: `struct xfrm_userpolicy_default`. */
export const xfrmUserpolicyDefaultStruct: Struct = cStruct('xfrm-userpolicy-default', [
  u8('in', { names: xfrmDefaultNames }),
  u8('fwd', { names: xfrmDefaultNames }),
  u8('out', { names: xfrmDefaultNames }),
]);
