import {
  attributes,
  enumeration,
  packed,
  record,
  string,
  struct,
  u16,
  u32,
  u8,
  type AttributeSet,
  type Names,
  type RawFamily,
  type Struct,
} from '../schema/index.ts';
import { NETFILTER_GROUPS, NETFILTER_PROTOCOL, Subsystem, netfilterMessages } from './nfnetlink.ts';

/** C twin: `MAXGENRELEN`. */
const GENRE_LENGTH = 32;
/** C twin: `MAX_IPOPTLEN`. */
const OPTIONS = 40;

/** `osf-window-size`. C twins: `OSF_WSS_*`. */
export const osfWindowSizeNames: Names = enumeration('osf-window-size', ['plain', 'mss', 'mtu', 'modulo']);

/** A number, and how to take it. C twin: `struct nf_osf_wc`. */
export const osfWcStruct: Struct = struct('nf-osf-wc', [u32('wc', { names: osfWindowSizeNames }), u32('val')]);

/** An option of TCP. C twin: `struct nf_osf_opt`. */
export const osfOptStruct: Struct = struct('nf-osf-opt', [u16('kind'), u16('length'), record('wc', osfWcStruct)]);

/** A fingerprint. The number of options that count is in `opt-num`. C twin: `struct nf_osf_user_finger`. */
export const osfUserFingerStruct: Struct = struct('nf-osf-user-finger', [
  record('wss', osfWcStruct),
  u8('ttl'),
  u8('df'),
  u16('ss'),
  u16('mss'),
  u16('opt-num'),
  string('genre', GENRE_LENGTH),
  string('version', GENRE_LENGTH),
  string('subtype', GENRE_LENGTH),
  packed(record('opt', osfOptStruct), OPTIONS * 12),
]);

/** `osf-attrs`. C twins: `OSF_ATTR_*`, `linux/netfilter/nfnetlink_osf.h`. */
export const osfAttrsSet: AttributeSet = attributes('osf-attrs', {
  1: record('finger', osfUserFingerStruct),
});

/** Fingerprints of operating systems. C twin: `linux/netfilter/nfnetlink_osf.h`. */
export const osf: RawFamily = {
  name: 'osf',
  protocol: NETFILTER_PROTOCOL,
  requests: netfilterMessages(Subsystem.OSF, {
    0: { name: 'OSF_MSG_ADD', attributes: osfAttrsSet },
    1: { name: 'OSF_MSG_REMOVE', attributes: osfAttrsSet, kind: 'delete' },
  }),
  groups: NETFILTER_GROUPS,
};
