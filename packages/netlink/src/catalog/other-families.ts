import {
  NETLINK_AUDIT,
  NETLINK_CONNECTOR,
  NETLINK_CRYPTO,
  NETLINK_FIB_LOOKUP,
  NETLINK_ISCSI,
  NETLINK_KOBJECT_UEVENT,
  NETLINK_RDMA,
  NETLINK_SCSITRANSPORT,
  NETLINK_SELINUX,
  NETLINK_SOCK_DIAG,
  NETLINK_USERSOCK,
  NETLINK_XFRM,
} from '@netdevkit/bindings';
import { raw, type CodeLoader, type FamilyEntry, type Loader } from './family-entry.ts';

const family = (name: string, protocol: number, load: Loader, code?: CodeLoader): FamilyEntry => raw(name, protocol, undefined, load, code);

/** Protocols that are one family each. */
export const otherFamilies: readonly FamilyEntry[] = [
  family('usersock', NETLINK_USERSOCK, async () => (await import('./family/usersock.ts')).usersock),
  family('sock-diag', NETLINK_SOCK_DIAG, async () => (await import('./family/sock-diag.ts')).sockDiag, async () => (await import('../generated/code/sock-diag.ts')).sockDiagCode),
  family('xfrm', NETLINK_XFRM, async () => (await import('./family/xfrm.ts')).xfrm),
  family('selinux', NETLINK_SELINUX, async () => (await import('./family/selinux.ts')).selinux),
  family('iscsi', NETLINK_ISCSI, async () => (await import('./family/iscsi.ts')).iscsi),
  family('audit', NETLINK_AUDIT, async () => (await import('./family/audit.ts')).audit),
  family('fib-lookup', NETLINK_FIB_LOOKUP, async () => (await import('./family/fib-lookup.ts')).fibLookup),
  family('connector', NETLINK_CONNECTOR, async () => (await import('./family/connector.ts')).connector),
  family('kobject-uevent', NETLINK_KOBJECT_UEVENT, async () => (await import('./family/kobject-uevent.ts')).kobjectUevent),
  family('scsi-transport', NETLINK_SCSITRANSPORT, async () => (await import('./family/scsi-transport.ts')).scsiTransport),
  family('rdma', NETLINK_RDMA, async () => (await import('./family/rdma.ts')).rdma),
  family('crypto', NETLINK_CRYPTO, async () => (await import('./family/crypto.ts')).crypto),
];
