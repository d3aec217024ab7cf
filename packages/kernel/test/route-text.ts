import {
  AF_INET,
  FRA_PRIORITY,
  FRA_TABLE,
  IFA_ADDRESS,
  IFA_CACHEINFO,
  IFA_FLAGS,
  IFA_LOCAL,
  NDA_CACHEINFO,
  NDA_DST,
  NDA_LLADDR,
  NLMSG_HDRLEN,
  RTA_DST,
  RTA_GATEWAY,
  RTA_MULTIPATH,
  RTA_OIF,
  RTA_PREFSRC,
  RTA_PRIORITY,
  RTA_VIA,
  RTM_DELADDR,
  RTM_DELNEIGH,
  RTM_DELROUTE,
  RTM_DELRULE,
  RTM_NEWADDR,
  RTM_NEWNEIGH,
  RTM_NEWROUTE,
  RTM_NEWRULE,
  RTN_BLACKHOLE,
  RTN_BROADCAST,
  RTN_LOCAL,
  RTN_MULTICAST,
  RTN_PROHIBIT,
  RTN_THROW,
  RTN_UNICAST,
  RTN_UNREACHABLE,
  fib_rule_hdr,
  ifa_cacheinfo,
  ifaddrmsg,
  nda_cacheinfo,
  ndmsg,
  rtmsg,
} from '@netdevkit/bindings';
import { AttributeCursor, type Message } from '@netdevkit/netlink';

const TYPES: Readonly<Record<number, string>> = {
  [RTN_UNICAST]: 'unicast',
  [RTN_LOCAL]: 'local',
  [RTN_BROADCAST]: 'broadcast',
  [RTN_MULTICAST]: 'multicast',
  [RTN_BLACKHOLE]: 'blackhole',
  [RTN_UNREACHABLE]: 'unreachable',
  [RTN_PROHIBIT]: 'prohibit',
  [RTN_THROW]: 'throw',
};

const DELETIONS: readonly number[] = [RTM_DELADDR, RTM_DELROUTE, RTM_DELNEIGH, RTM_DELRULE];

/** Says in a line what a message tells, as far as the tests look: `10.0.0.0/8 via 192.0.2.9 dev 10 table 254`. */
export function text(message: Message): string {
  const body = bodyOf(message);
  return DELETIONS.includes(message.type) ? `gone: ${body}` : body;
}

function bodyOf(message: Message): string {
  switch (message.type) {
    case RTM_NEWADDR:
    case RTM_DELADDR:
      return addressText(message);
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
      return routeText(message);
    case RTM_NEWNEIGH:
    case RTM_DELNEIGH:
      return neighbourText(message);
    case RTM_NEWRULE:
    case RTM_DELRULE:
      return ruleText(message);
    default:
      return `type ${String(message.type)}`;
  }
}

function attributes({ bytes, offset, length }: Message, header: number): (type: number) => Uint8Array | undefined {
  const found = new Map<number, Uint8Array>();
  const cursor = new AttributeCursor();
  cursor.reset(bytes, offset + NLMSG_HDRLEN + header, offset + length);
  while (cursor.next()) found.set(cursor.type, bytes.slice(cursor.offset, cursor.offset + cursor.length));
  return (type) => found.get(type);
}

const u32 = (octets: Uint8Array): number => new DataView(octets.buffer, octets.byteOffset).getUint32(0, true);
const word = (name: string, octets: Uint8Array | undefined): string => (octets === undefined ? '' : ` ${name} ${String(u32(octets))}`);

function octetsText(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  const groups = Array.from({ length: 8 }, (_, at) => ((octets[at * 2] ?? 0) << 8) | (octets[at * 2 + 1] ?? 0));
  const all = groups.map((group) => group.toString(16)).join(':');
  const [run] = [...all.matchAll(/(^|:)0(:0)+(?=:|$)/gu)].toSorted((a, b) => b[0].length - a[0].length);
  return run === undefined ? all : `${all.slice(0, run.index)}::${all.slice(run.index + run[0].length).replace(/^:/u, '')}`;
}

function addressText(message: Message): string {
  const at = message.offset + NLMSG_HDRLEN;
  const has = attributes(message, ifaddrmsg.SIZE);
  const local = has(IFA_LOCAL) ?? has(IFA_ADDRESS) ?? new Uint8Array(4);
  const info = has(IFA_CACHEINFO);
  const flags = u32(has(IFA_FLAGS) ?? new Uint8Array(4));
  const infoView = new DataView((info ?? new Uint8Array(ifa_cacheinfo.SIZE)).buffer);
  const valid = ifa_cacheinfo.ifa_valid(infoView, 0);
  const preferred = ifa_cacheinfo.ifa_prefered(infoView, 0);
  const left = valid === 0xffff_ffff ? '' : ` preferred ${String(preferred)} valid ${String(valid)}`;
  const length = ifaddrmsg.ifa_prefixlen(message.view, at);
  return `${octetsText(local)}/${String(length)} dev ${String(ifaddrmsg.ifa_index(message.view, at))} flags 0x${flags.toString(16)}${left}`;
}

function routeText(message: Message): string {
  const at = message.offset + NLMSG_HDRLEN;
  const has = attributes(message, rtmsg.SIZE);
  const { view } = message;
  const type = TYPES[rtmsg.rtm_type(view, at)] ?? '?';
  const family = rtmsg.rtm_family(view, at);
  const to = octetsText(has(RTA_DST) ?? new Uint8Array(family === AF_INET ? 4 : 16));
  const via = has(RTA_GATEWAY) ?? has(RTA_VIA)?.subarray(2);
  const source = has(RTA_PREFSRC);
  return [
    `${type} ${to}/${String(rtmsg.rtm_dst_len(view, at))}`,
    via === undefined ? '' : ` via ${octetsText(via)}`,
    word('dev', has(RTA_OIF)),
    source === undefined ? '' : ` src ${octetsText(source)}`,
    word('metric', has(RTA_PRIORITY)),
    has(RTA_MULTIPATH) === undefined ? '' : ' multipath',
    ` table ${String(rtmsg.rtm_table(view, at))}`,
  ].join('');
}

function neighbourText(message: Message): string {
  const at = message.offset + NLMSG_HDRLEN;
  const has = attributes(message, ndmsg.SIZE);
  const lladdr = has(NDA_LLADDR);
  const state = ndmsg.ndm_state(message.view, at).toString(16);
  const where = lladdr === undefined ? '' : ` lladdr ${Buffer.from(lladdr).toString('hex')}`;
  const info = has(NDA_CACHEINFO);
  const holders = info === undefined ? '' : ` refcnt ${String(nda_cacheinfo.ndm_refcnt(new DataView(info.buffer, info.byteOffset), 0))}`;
  return `${octetsText(has(NDA_DST) ?? new Uint8Array(4))} dev ${String(ndmsg.ndm_ifindex(message.view, at))}${where} state 0x${state}${holders}`;
}

function ruleText(message: Message): string {
  const has = attributes(message, fib_rule_hdr.SIZE);
  return `${String(u32(has(FRA_PRIORITY) ?? new Uint8Array(4)))}:${word('table', has(FRA_TABLE))}`;
}
