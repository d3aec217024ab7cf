/**
 * `NETLINK_AUDIT`. C twin: `linux/audit.h`; names of the messages of programs are those of the audit library.
 *
 * @packageDocumentation
 */

import {
  binary,
  enumeration,
  flagBits,
  packed,
  string,
  struct,
  u32,
  type Format,
  type Operations,
  type RawFamily,
} from '../schema/index.ts';

const statusBits = flagBits('audit-status-mask', [
  'enabled',
  'failure',
  'pid',
  'rate-limit',
  'backlog-limit',
  'backlog-wait-time',
  'lost',
  'backlog-wait-time-actual',
]);

const featureBitmap = flagBits('audit-feature-bitmap', [
  'backlog-limit',
  'backlog-wait-time',
  'executable-path',
  'exclude-extend',
  'sessionid-filter',
  'lost-reset',
  'filter-fs',
]);

const status = struct('audit-status', [
  u32('mask', { names: statusBits }),
  u32('enabled', { names: enumeration('audit-enabled', ['off', 'on', 'locked']) }),
  u32('failure', { names: enumeration('audit-failure', ['silent', 'printk', 'panic']) }),
  u32('pid'),
  u32('rate-limit'),
  u32('backlog-limit'),
  u32('lost'),
  u32('backlog'),
  u32('feature-bitmap', { names: featureBitmap }),
  u32('backlog-wait-time'),
  u32('backlog-wait-time-actual'),
]);

/** Where a rule is asked, with 16 added if it stands in front of others. */
const filterList = enumeration('audit-filter', ['user', 'task', 'entry', 'watch', 'exit', 'exclude', 'fs', 'uring-exit']);

const ruleData = struct('audit-rule-data', [
  u32('flags', { names: filterList }),
  u32('action', { names: enumeration('audit-action', ['never', 'possible', 'always']) }),
  u32('field-count'),
  packed(u32('mask', { hint: 'hex' }), 256),
  packed(u32('fields'), 256),
  packed(u32('values'), 256),
  packed(u32('fieldflags', { hint: 'hex' }), 256),
  u32('buflen'),
  binary('buf'),
]);

const featureBits = flagBits('audit-features', ['only-unset-loginuid', 'loginuid-immutable']);

const features = struct('audit-features', [
  u32('vers'),
  u32('mask', { names: featureBits }),
  u32('features', { names: featureBits }),
  u32('lock', { names: featureBits }),
]);

const ttyStatus = struct('audit-tty-status', [u32('enabled'), u32('log-passwd')]);

const sigInfo = struct('audit-sig-info', [u32('uid'), u32('pid'), string('ctx')]);

const makeEquiv = struct('audit-make-equiv', [u32('old-len'), u32('new-len'), binary('paths')]);

const rule: Format = { header: ruleData };

/** Messages that are a line of text. */
const texts: Readonly<Record<number, string>> = {
  1005: 'USER', 1006: 'LOGIN', 1100: 'USER_AUTH', 1101: 'USER_ACCT', 1102: 'USER_MGMT', 1103: 'CRED_ACQ', 1104: 'CRED_DISP',
  1105: 'USER_START', 1106: 'USER_END', 1107: 'USER_AVC', 1108: 'USER_CHAUTHTOK', 1109: 'USER_ERR', 1110: 'CRED_REFR',
  1111: 'USYS_CONFIG', 1112: 'USER_LOGIN', 1113: 'USER_LOGOUT', 1114: 'ADD_USER', 1115: 'DEL_USER', 1116: 'ADD_GROUP',
  1117: 'DEL_GROUP', 1118: 'DAC_CHECK', 1119: 'CHGRP_ID', 1120: 'TEST', 1121: 'TRUSTED_APP', 1122: 'USER_SELINUX_ERR',
  1123: 'USER_CMD', 1124: 'USER_TTY', 1125: 'CHUSER_ID', 1126: 'GRP_AUTH', 1127: 'SYSTEM_BOOT', 1128: 'SYSTEM_SHUTDOWN',
  1129: 'SYSTEM_RUNLEVEL', 1130: 'SERVICE_START', 1131: 'SERVICE_STOP', 1132: 'GRP_MGMT', 1133: 'GRP_CHAUTHTOK',
  1134: 'MAC_CHECK', 1135: 'ACCT_LOCK', 1136: 'ACCT_UNLOCK', 1137: 'USER_DEVICE', 1138: 'SOFTWARE_UPDATE',
  1200: 'DAEMON_START', 1201: 'DAEMON_END', 1202: 'DAEMON_ABORT', 1203: 'DAEMON_CONFIG', 1300: 'SYSCALL', 1302: 'PATH',
  1303: 'IPC', 1304: 'SOCKETCALL', 1305: 'CONFIG_CHANGE', 1306: 'SOCKADDR', 1307: 'CWD', 1309: 'EXECVE',
  1311: 'IPC_SET_PERM', 1312: 'MQ_OPEN', 1313: 'MQ_SENDRECV', 1314: 'MQ_NOTIFY', 1315: 'MQ_GETSETATTR', 1316: 'KERNEL_OTHER',
  1317: 'FD_PAIR', 1318: 'OBJ_PID', 1319: 'TTY', 1320: 'EOE', 1321: 'BPRM_FCAPS', 1322: 'CAPSET', 1323: 'MMAP',
  1324: 'NETFILTER_PKT', 1325: 'NETFILTER_CFG', 1326: 'SECCOMP', 1327: 'PROCTITLE', 1328: 'FEATURE_CHANGE', 1329: 'REPLACE',
  1330: 'KERN_MODULE', 1331: 'FANOTIFY', 1332: 'TIME_INJOFFSET', 1333: 'TIME_ADJNTPVAL', 1334: 'BPF', 1335: 'EVENT_LISTENER',
  1336: 'URINGOP', 1337: 'OPENAT2', 1338: 'DM_CTRL', 1339: 'DM_EVENT', 1400: 'AVC', 1401: 'SELINUX_ERR', 1402: 'AVC_PATH',
  1403: 'MAC_POLICY_LOAD', 1404: 'MAC_STATUS', 1405: 'MAC_CONFIG_CHANGE', 1406: 'MAC_UNLBL_ALLOW', 1407: 'MAC_CIPSOV4_ADD',
  1408: 'MAC_CIPSOV4_DEL', 1409: 'MAC_MAP_ADD', 1410: 'MAC_MAP_DEL', 1411: 'MAC_IPSEC_ADDSA', 1412: 'MAC_IPSEC_DELSA',
  1413: 'MAC_IPSEC_ADDSPD', 1414: 'MAC_IPSEC_DELSPD', 1415: 'MAC_IPSEC_EVENT', 1416: 'MAC_UNLBL_STCADD',
  1417: 'MAC_UNLBL_STCDEL', 1418: 'MAC_CALIPSO_ADD', 1419: 'MAC_CALIPSO_DEL', 1420: 'IPE_ACCESS', 1421: 'IPE_CONFIG_CHANGE',
  1422: 'IPE_POLICY_LOAD', 1700: 'ANOM_PROMISCUOUS', 1701: 'ANOM_ABEND', 1702: 'ANOM_LINK', 1703: 'ANOM_CREAT',
  1800: 'INTEGRITY_DATA', 1801: 'INTEGRITY_METADATA', 1802: 'INTEGRITY_STATUS', 1803: 'INTEGRITY_HASH',
  1804: 'INTEGRITY_PCR', 1805: 'INTEGRITY_RULE', 1806: 'INTEGRITY_EVM_XATTR', 1807: 'INTEGRITY_POLICY_RULE', 2000: 'KERNEL',
};

const textMessages: Operations = Object.fromEntries(
  Object.entries(texts).map(([type, name]) => [type, { name: `AUDIT_${name}`, kind: 'other', body: string('message') }]),
);

/** The audit system. */
export const audit: RawFamily = {
  name: 'audit',
  protocol: 9,
  requests: {
    1000: { name: 'AUDIT_GET', header: status },
    1001: { name: 'AUDIT_SET', header: status },
    1002: { name: 'AUDIT_LIST' },
    1003: { name: 'AUDIT_ADD' },
    1004: { name: 'AUDIT_DEL' },
    1007: { name: 'AUDIT_WATCH_INS' },
    1008: { name: 'AUDIT_WATCH_REM' },
    1009: { name: 'AUDIT_WATCH_LIST' },
    1010: { name: 'AUDIT_SIGNAL_INFO', header: sigInfo },
    1011: { name: 'AUDIT_ADD_RULE', ...rule },
    1012: { name: 'AUDIT_DEL_RULE', ...rule },
    1013: { name: 'AUDIT_LIST_RULES', ...rule },
    1014: { name: 'AUDIT_TRIM' },
    1015: { name: 'AUDIT_MAKE_EQUIV', header: makeEquiv },
    1016: { name: 'AUDIT_TTY_GET', header: ttyStatus },
    1017: { name: 'AUDIT_TTY_SET', header: ttyStatus },
    1018: { name: 'AUDIT_SET_FEATURE', header: features },
    1019: { name: 'AUDIT_GET_FEATURE', header: features },
    ...textMessages,
  },
  // Programs have more numbers than have names.
  others: { name: 'AUDIT_MESSAGE', body: string('message') },
  groups: { 1: 'audit-nlgrp-readlog' },
};
