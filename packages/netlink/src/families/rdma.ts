/**
 * `NETLINK_RDMA`: devices and their resources (nldev), port mapping of iWARP, resolution of paths by local services.
 * C twin: `rdma/rdma_netlink.h`. A message's type is the number of a client, times 1024, and its command.
 *
 * @packageDocumentation
 */

import {
  attributes,
  binary,
  enumeration,
  many,
  nest,
  pad,
  s32,
  s64,
  string,
  struct,
  u16,
  u32,
  u64,
  u8,
  type AttributeSet,
  type Operations,
  type RawFamily,
} from '../schema/index.ts';

const SOCKADDR = { hint: 'sockaddr' } as const;

const nodeType = enumeration('rdma-node-type', {
  1: 'ib-ca',
  2: 'ib-switch',
  3: 'ib-router',
  4: 'rnic',
  5: 'usnic',
  6: 'usnic-udp',
  7: 'unspecified',
});

const eventType = enumeration('rdma-nl-notify-event-type', [
  'register',
  'unregister',
  'netdev-attach',
  'netdev-detach',
  // After 6.12.
  'rename',
  'netdev-rename',
]);

/** One enumeration serves all levels. */
const nldevAttrs: AttributeSet = attributes('nldev-attrs', {
  0: pad(),
  1: u32('dev-index'),
  2: string('dev-name'),
  3: u32('port-index'),
  4: u64('cap-flags', { hint: 'hex' }),
  5: string('fw-version'),
  6: u64('node-guid', { hint: 'hex' }),
  7: u64('sys-image-guid', { hint: 'hex' }),
  8: u64('subnet-prefix', { hint: 'hex' }),
  9: u32('lid'),
  10: u32('sm-lid'),
  11: u8('lmc'),
  12: u8('port-state'),
  13: u8('port-phys-state'),
  14: u8('dev-node-type', { names: nodeType }),
  15: nest('res-summary', () => nldevAttrs),
  16: many(nest('res-summary-entry', () => nldevAttrs)),
  17: string('res-summary-entry-name'),
  18: u64('res-summary-entry-curr'),
  19: nest('res-qp', () => nldevAttrs),
  20: many(nest('res-qp-entry', () => nldevAttrs)),
  21: u32('res-lqpn'),
  22: u32('res-rqpn'),
  23: u32('res-rq-psn'),
  24: u32('res-sq-psn'),
  25: u8('res-path-mig-state'),
  26: u8('res-type'),
  27: u8('res-state'),
  28: u32('res-pid'),
  29: string('res-kern-name'),
  30: nest('res-cm-id', () => nldevAttrs),
  31: many(nest('res-cm-id-entry', () => nldevAttrs)),
  32: u32('res-ps'),
  33: binary('res-src-addr', SOCKADDR),
  34: binary('res-dst-addr', SOCKADDR),
  35: nest('res-cq', () => nldevAttrs),
  36: many(nest('res-cq-entry', () => nldevAttrs)),
  37: u32('res-cqe'),
  38: u64('res-usecnt'),
  39: u8('res-poll-ctx'),
  40: nest('res-mr', () => nldevAttrs),
  41: many(nest('res-mr-entry', () => nldevAttrs)),
  42: u32('res-rkey'),
  43: u32('res-lkey'),
  44: u64('res-iova'),
  45: u64('res-mrlen'),
  46: nest('res-pd', () => nldevAttrs),
  47: many(nest('res-pd-entry', () => nldevAttrs)),
  48: u32('res-local-dma-lkey'),
  49: u32('res-unsafe-global-rkey'),
  50: u32('ndev-index'),
  51: string('ndev-name'),
  52: nest('driver', () => nldevAttrs),
  53: many(nest('driver-entry', () => nldevAttrs)),
  54: string('driver-string'),
  55: u8('driver-print-type'),
  56: s32('driver-s32'),
  57: u32('driver-u32'),
  58: s64('driver-s64'),
  59: u64('driver-u64'),
  60: u32('res-pdn'),
  61: u32('res-cqn'),
  62: u32('res-mrn'),
  63: u32('res-cm-idn'),
  64: u32('res-ctxn'),
  65: string('link-type'),
  66: u8('sys-attr-netns-mode'),
  67: string('dev-protocol'),
  69: string('chardev-type'),
  70: string('chardev-name'),
  71: u64('chardev-abi'),
  72: u64('chardev'),
  73: u32('uverbs-driver-id'),
  74: u32('stat-mode'),
  75: u32('stat-res'),
  76: u32('stat-auto-mode-mask'),
  77: nest('stat-counter', () => nldevAttrs),
  78: many(nest('stat-counter-entry', () => nldevAttrs)),
  79: u32('stat-counter-id'),
  80: nest('stat-hwcounters', () => nldevAttrs),
  81: many(nest('stat-hwcounter-entry', () => nldevAttrs)),
  82: string('stat-hwcounter-entry-name'),
  83: u64('stat-hwcounter-entry-value'),
  84: u8('dev-dim'),
  85: binary('res-raw'),
  86: nest('res-ctx', () => nldevAttrs),
  87: many(nest('res-ctx-entry', () => nldevAttrs)),
  88: nest('res-srq', () => nldevAttrs),
  89: many(nest('res-srq-entry', () => nldevAttrs)),
  90: u32('res-srqn'),
  91: u32('min-range'),
  92: u32('max-range'),
  93: u8('sys-attr-copy-on-fork'),
  94: u32('stat-hwcounter-index'),
  95: u8('stat-hwcounter-dynamic'),
  96: u8('sys-attr-privileged-qkey-mode'),
  97: u8('driver-details'),
  98: string('res-subtype'),
  99: u8('dev-type'),
  100: string('parent-name'),
  101: u8('name-assign-type'),
  102: u8('event-type', { names: eventType }),
  103: u8('sys-attr-monitor-mode'),
  68: u32('net-ns-fd'),
});

const nldevCommands: Readonly<Record<number, string>> = {
  1: 'GET',
  2: 'SET',
  3: 'NEWLINK',
  4: 'DELLINK',
  5: 'PORT_GET',
  6: 'SYS_GET',
  7: 'SYS_SET',
  9: 'RES_GET',
  10: 'RES_QP_GET',
  11: 'RES_CM_ID_GET',
  12: 'RES_CQ_GET',
  13: 'RES_MR_GET',
  14: 'RES_PD_GET',
  15: 'GET_CHARDEV',
  16: 'STAT_SET',
  17: 'STAT_GET',
  18: 'STAT_DEL',
  19: 'RES_QP_GET_RAW',
  20: 'RES_CQ_GET_RAW',
  21: 'RES_MR_GET_RAW',
  22: 'RES_CTX_GET',
  23: 'RES_SRQ_GET',
  24: 'STAT_GET_STATUS',
  25: 'RES_SRQ_GET_RAW',
  26: 'NEWDEV',
  27: 'DELDEV',
  28: 'MONITOR',
};

const IWCM = 2 << 10;
const LS = 4 << 10;
const NLDEV = 5 << 10;

const nldev: Operations = Object.fromEntries(
  Object.entries(nldevCommands).map(([command, name]) => [
    NLDEV + Number(command),
    { name: `RDMA_NLDEV_CMD_${name}`, attributes: nldevAttrs },
  ]),
);

const iwpmError = attributes('iwpm-err-attrs', { 1: u32('seq'), 2: u16('code') });

const iwpmRegister = attributes('iwpm-reg-pid-attrs', {
  1: u32('seq'),
  2: string('if-name'),
  3: string('ibdev-name'),
  4: string('ulib-name'),
});

const iwpmRegistered = attributes('iwpm-rreg-pid-attrs', {
  1: u32('seq'),
  2: string('ibdev-name'),
  3: string('ulib-name'),
  4: u16('ulib-ver'),
  5: u16('err'),
});

/** Addresses are `struct sockaddr_storage`. */
const iwpmManage = attributes('iwpm-manage-mapping-attrs', { 1: u32('seq'), 2: binary('addr', SOCKADDR), 3: u32('flags') });

const iwpmManaged = attributes('iwpm-rmanage-mapping-attrs', {
  1: u32('seq'),
  2: binary('addr', SOCKADDR),
  3: binary('mapped-loc-addr', SOCKADDR),
  4: u16('err'),
});

const iwpmQuery = attributes('iwpm-query-mapping-attrs', {
  1: u32('seq'),
  2: binary('local-addr', SOCKADDR),
  3: binary('remote-addr', SOCKADDR),
  4: u32('flags'),
});

const iwpmQueried = attributes('iwpm-rquery-mapping-attrs', {
  1: u32('seq'),
  2: binary('local-addr', SOCKADDR),
  3: binary('remote-addr', SOCKADDR),
  4: binary('mapped-loc-addr', SOCKADDR),
  5: binary('mapped-rem-addr', SOCKADDR),
  6: u16('err'),
});

const iwpmMapinfoRequest = attributes('iwpm-mapinfo-req-attrs', { 1: string('ulib-name'), 2: u16('ulib-ver') });

const iwpmMapinfo = attributes('iwpm-mapinfo-attrs', { 1: binary('local-addr', SOCKADDR), 2: binary('mapped-addr', SOCKADDR), 3: u32('flags') });

const iwpmMapinfoNum = attributes('iwpm-mapinfo-num-attrs', { 1: u32('seq'), 2: u32('send-num'), 3: u32('ack-num') });

const iwpmHello = attributes('iwpm-hello-attrs', { 1: u16('abi-version') });

const lsResolveHeader = struct('rdma-ls-resolve-header', [string('device-name', 64), u8('port-num'), u8('path-use')]);

const lsIpResolveHeader = struct('rdma-ls-ip-resolve-header', [u32('ifindex')]);

/** Those that must be heeded have another bit in their type, 13. */
const lsAttrs = attributes('ls-attrs', {
  1: binary('path-record'),
  2: u32('timeout'),
  3: u64('service-id', { hint: 'hex' }),
  4: binary('dgid', { hint: 'ipv6' }),
  5: binary('sgid', { hint: 'ipv6' }),
  6: u8('tclass'),
  7: u16('pkey', { hint: 'hex' }),
  8: u16('qos-class'),
  9: binary('ipv4', { hint: 'ipv4' }),
  10: binary('ipv6', { hint: 'ipv6' }),
});

/** RDMA. */
export const rdma: RawFamily = {
  name: 'rdma',
  protocol: 20,
  // The daemon of the port mapper is asked by the kernel, and answers.
  requests: {
    ...nldev,
    [IWCM]: { name: 'RDMA_NL_IWPM_REG_PID', attributes: iwpmRegister },
    [IWCM + 1]: { name: 'RDMA_NL_IWPM_ADD_MAPPING', attributes: iwpmManage },
    [IWCM + 2]: { name: 'RDMA_NL_IWPM_QUERY_MAPPING', attributes: iwpmQuery },
    [IWCM + 3]: { name: 'RDMA_NL_IWPM_REMOVE_MAPPING', attributes: iwpmManage },
    [IWCM + 4]: { name: 'RDMA_NL_IWPM_REMOTE_INFO', attributes: iwpmQueried },
    [IWCM + 5]: { name: 'RDMA_NL_IWPM_HANDLE_ERR', attributes: iwpmError },
    [IWCM + 6]: { name: 'RDMA_NL_IWPM_MAPINFO', attributes: iwpmMapinfoRequest },
    [IWCM + 7]: { name: 'RDMA_NL_IWPM_MAPINFO_NUM', attributes: iwpmMapinfoNum },
    [IWCM + 8]: { name: 'RDMA_NL_IWPM_HELLO', attributes: iwpmHello },
    [LS]: { name: 'RDMA_NL_LS_OP_RESOLVE', header: lsResolveHeader, attributes: lsAttrs },
    [LS + 1]: { name: 'RDMA_NL_LS_OP_SET_TIMEOUT', attributes: lsAttrs },
    [LS + 2]: { name: 'RDMA_NL_LS_OP_IP_RESOLVE', header: lsIpResolveHeader, attributes: lsAttrs },
  },
  replies: {
    [IWCM]: { name: 'RDMA_NL_IWPM_REG_PID', attributes: iwpmRegistered },
    [IWCM + 1]: { name: 'RDMA_NL_IWPM_ADD_MAPPING', attributes: iwpmManaged },
    [IWCM + 2]: { name: 'RDMA_NL_IWPM_QUERY_MAPPING', attributes: iwpmQueried },
    [IWCM + 6]: { name: 'RDMA_NL_IWPM_MAPINFO', attributes: iwpmMapinfo },
  },
  groups: { 2: 'rdma-nl-group-iwpm', 3: 'rdma-nl-group-ls', 4: 'rdma-nl-group-notify' },
};
