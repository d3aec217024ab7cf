import {
  ETHTOOL_A_FEATURES_ACTIVE,
  ETHTOOL_A_FEATURES_WANTED,
  ETHTOOL_FLAG_COMPACT_BITSETS,
  ETHTOOL_FLAG_OMIT_REPLY,
  ETHTOOL_GENL_NAME,
  ETHTOOL_GENL_VERSION,
  ETHTOOL_MSG_FEATURES_NTF,
  ETHTOOL_MSG_FEATURES_SET,
  ETHTOOL_MSG_FEATURES_SET_REPLY,
  ETHTOOL_MSG_MODULE_GET,
  GENL_HDRLEN,
  GENL_UNS_ADMIN_PERM,
  NLM_F_MULTI,
  NLMSG_HDRLEN,
} from '@netdevkit/bindings';
import { LINK_STATE, NETDEV_EVENT, NETREG, netlink_ext_ack, type net_device } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, MessageWriter } from '@netdevkit/netlink';
import type { Printk } from '../../printk.ts';
import { computeFeatures } from '../core/dev-features.ts';
import { testState } from '../core/link-watch.ts';
import type { Net } from '../core/net-namespace.ts';
import type { NetdevChain } from '../core/notifier.ts';
import type { Rtnl } from '../core/rtnl.ts';
import type { Genetlink } from '../netlink/genetlink.ts';
import type { GenlFamily } from '../netlink/genl-family.ts';
import { putGenlHeader } from '../netlink/genl-message.ts';
import type { GenlDumpInfo, GenlInfo, GenlOperation } from '../netlink/genl-types.ts';
import { dumpDevices } from '../rtnetlink/device-walk.ts';
import { ABSENT_GETS, ABSENT_SETS } from './absent.ts';
import { applyBits, parseBitset, putBitset } from './bitset.ts';
import { COALESCE_GET, COALESCE_SET } from './coalesce.ts';
import { CHANNELS_GET, CHANNELS_SET, RINGS_GET, RINGS_SET } from './counts.ts';
import type { EthnlAct, EthnlFill, EthnlGet, EthnlQuestion, EthnlSet } from './ethnl-types.ts';
import { FEATURE_NAMES } from './feature-names.ts';
import { FEATURES_GET, NEVER_CHANGE, PRIVFLAGS_GET, PRIVFLAGS_SET } from './flag-requests.ts';
import { HARDWARE_ACTS, HARDWARE_GETS, HARDWARE_SETS } from './hardware.ts';
import { HEADER, parseHeader, putHeader, requestPolicy } from './header.ts';
import { DEBUG_GET, DEBUG_SET, LINKINFO_GET, LINKMODES_GET, LINKSTATE_GET, TSINFO_GET } from './link-requests.ts';
import { STRSET_GET } from './strset.ts';

/** ETHTOOL_MCGRP_MONITOR_NAME, and its number in the family. */
const MONITOR_NAME = 'monitor';
const MONITOR = 0;
/** The longest answer: the names of all link modes are 7 KiB. */
const SCRATCH = 32_768;

const GETS: readonly EthnlGet[] = [
  STRSET_GET,
  LINKINFO_GET,
  LINKMODES_GET,
  LINKSTATE_GET,
  DEBUG_GET,
  FEATURES_GET,
  PRIVFLAGS_GET,
  RINGS_GET,
  CHANNELS_GET,
  COALESCE_GET,
  TSINFO_GET,
  ...ABSENT_GETS,
  ...HARDWARE_GETS,
];
const SETS: readonly EthnlSet[] = [DEBUG_SET, PRIVFLAGS_SET, RINGS_SET, CHANNELS_SET, COALESCE_SET, ...ABSENT_SETS, ...HARDWARE_SETS];

/** By the message that tells of a change: what that message says. */
const NOTIFIES: ReadonlyMap<number, EthnlGet> = new Map([
  [ETHTOOL_MSG_FEATURES_NTF, FEATURES_GET],
  ...SETS.map(({ cmd, notification }): [number | undefined, EthnlGet | undefined] => [notification, GETS.find((get) => get.cmd === cmd - 1)]).filter(isFound),
]);

function isFound(pair: [number | undefined, EthnlGet | undefined]): pair is [number, EthnlGet] {
  return pair[0] !== undefined && pair[1] !== undefined;
}

/** What {@link EthtoolNetlink} stands on. */
export interface EthtoolNetlinkDeps {
  readonly genetlink: Genetlink;
  readonly chain: NetdevChain;
  readonly rtnl: Rtnl;
  readonly log: Printk;
}

/** The generic netlink family of ethtool: net/ethtool/netlink.c. */
export class EthtoolNetlink {
  readonly #deps: EthtoolNetlinkDeps;
  readonly #family: GenlFamily;
  readonly #scratch = new MessageWriter(SCRATCH);
  /** Where dumps stand. */
  readonly #positions = new WeakMap<GenlDumpInfo, { ifindex: number }>();
  /** `ethnl_bcast_seq`. */
  #sequence = 0;

  constructor(deps: EthtoolNetlinkDeps) {
    this.#deps = deps;
    const family = deps.genetlink.register({
      name: ETHTOOL_GENL_NAME,
      version: ETHTOOL_GENL_VERSION,
      netnsok: true,
      resvStart: ETHTOOL_MSG_MODULE_GET + 1,
      ops: [
        ...GETS.map((get) => this.#readOperation(get)),
        ...SETS.map((set) => this.#writeOperation(set)),
        ...HARDWARE_ACTS.map((act) => this.#actOperation(act)),
        this.#featuresOperation(),
      ].sort((a, b) => a.cmd - b.cmd),
      mcgrps: [{ name: MONITOR_NAME }],
    });
    // The registry is empty but for the controller: there is nothing that the family could collide with.
    if (typeof family === 'number') throw new TypeError(`ethtool: the family was refused with errno ${String(-family)}`);
    this.#family = family;
    deps.chain.register((event, dev) => {
      if (event === NETDEV_EVENT.FEAT_CHANGE) this.#notify(dev, ETHTOOL_MSG_FEATURES_NTF);
      return 0;
    });
  }

  // A policy is told once in a dump of policies, by its number: each command has one of its own, as in Linux.
  #readOperation(get: EthnlGet): GenlOperation {
    const policy = [...get.policy];
    return {
      cmd: get.cmd,
      ...(get.admin === true ? { flags: GENL_UNS_ADMIN_PERM } : {}),
      do: { policy, handle: (info) => this.#read(get, info) },
      dump: {
        policy,
        start: (info) => this.#startDump(get, info),
        dump: (chunk, info) => this.#dump(get, chunk, info),
      },
    };
  }

  #writeOperation(set: EthnlSet): GenlOperation {
    return { cmd: set.cmd, flags: GENL_UNS_ADMIN_PERM, do: { policy: set.policy, handle: (info) => this.#write(set, info) } };
  }

  #actOperation({ cmd, policy: shared, isReading = false, act }: EthnlAct): GenlOperation {
    const policy = [...shared];
    const handle = ({ attrs, namespace, extack }: GenlInfo): number => {
      if (attrs === null) return -errno.EINVAL;
      const header = parseHeader(attrs, namespace, true, extack);
      if (typeof header === 'number') return header;
      const { dev, flags } = header;
      if (dev === undefined) return -errno.ENODEV;
      return this.#deps.rtnl.locked(() => act(dev, questionOf(attrs, extack, flags)));
    };
    if (!isReading) return { cmd, flags: GENL_UNS_ADMIN_PERM, do: { policy, handle } };
    return { cmd, do: { policy, handle }, dump: { policy, start: (info) => this.#startDump({}, info), dump: () => 0 } };
  }

  #featuresOperation(): GenlOperation {
    const policy = requestPolicy(ETHTOOL_A_FEATURES_WANTED, { [ETHTOOL_A_FEATURES_WANTED]: { type: 'NLA_NESTED' } });
    return { cmd: ETHTOOL_MSG_FEATURES_SET, flags: GENL_UNS_ADMIN_PERM, do: { policy, handle: (info) => this.#setFeatures(info) } };
  }

  // From net/ethtool/netlink.c:ethnl_default_doit.
  #read(get: EthnlGet, info: GenlInfo): number {
    const { attrs, extack } = info;
    if (attrs === null) return -errno.EINVAL;
    if (!attrs.has(get.header ?? HEADER) && get.isOwn !== true) return missing(extack, get.header);
    const header = parseHeader(attrs, info.namespace, get.deviceless !== true, extack, get.header);
    if (typeof header === 'number') return header;
    const question = questionOf(attrs, extack, header.flags);
    const wrong = get.check?.(question, false) ?? 0;
    if (wrong < 0) return wrong;
    const fill = this.#deps.rtnl.locked(() => prepare(get, header.dev, question));
    return typeof fill === 'number' ? fill : this.#reply(info, get.reply, header.dev, fill, get.header);
  }

  // From net/ethtool/netlink.c:ethnl_default_set_doit.
  #write(set: EthnlSet, info: GenlInfo): number {
    const { attrs, extack } = info;
    if (attrs === null) return -errno.EINVAL;
    if (!attrs.has(HEADER)) return missing(extack);
    const header = parseHeader(attrs, info.namespace, true, extack);
    if (typeof header === 'number') return header;
    const { dev } = header;
    if (dev === undefined) return -errno.ENODEV;
    const question = questionOf(attrs, extack, header.flags);
    const wanted = set.validate(dev, question);
    if (wanted <= 0) return wanted;
    return this.#deps.rtnl.locked(() => {
      if (!isThere(dev)) return -errno.ENODEV;
      const changed = set.set(dev, question);
      if (changed <= 0) return changed;
      if (set.notification !== undefined) this.#notify(dev, set.notification);
      return 0;
    });
  }

  // From net/ethtool/features.c:ethnl_set_features.
  #setFeatures(info: GenlInfo): number {
    const { attrs, extack } = info;
    if (attrs?.has(ETHTOOL_A_FEATURES_WANTED) !== true) return -errno.EINVAL;
    const header = parseHeader(attrs, info.namespace, true, extack);
    if (typeof header === 'number') return header;
    const { dev, flags } = header;
    if (dev === undefined) return -errno.ENODEV;
    return this.#deps.rtnl.locked(() => {
      if (!isThere(dev)) return -errno.ENODEV;
      const asked = parseBitset(attrs, ETHTOOL_A_FEATURES_WANTED, FEATURE_NAMES, extack);
      if (typeof asked === 'number') return asked;
      if ((asked.mask & NEVER_CHANGE) !== 0n) {
        extack._msg = 'attempt to change non-ethtool features';
        return -errno.EINVAL;
      }
      const before = dev.features;
      const wanted = applyBits(dev.wanted_features, asked);
      if (wanted !== dev.wanted_features) {
        dev.wanted_features = wanted & dev.hw_features;
        computeFeatures(dev, this.#deps.log);
      }
      const after = dev.features;
      let error = 0;
      if ((flags & ETHTOOL_FLAG_OMIT_REPLY) === 0) {
        const refused = (wanted ^ after) & asked.mask;
        const changed = before ^ after;
        const compact = (flags & ETHTOOL_FLAG_COMPACT_BITSETS) !== 0;
        error = this.#reply(info, ETHTOOL_MSG_FEATURES_SET_REPLY, dev, (writer) => {
          putBitset(writer, ETHTOOL_A_FEATURES_WANTED, wanted & refused, refused, FEATURE_NAMES, compact);
          putBitset(writer, ETHTOOL_A_FEATURES_ACTIVE, after & changed, changed, FEATURE_NAMES, compact);
        });
      }
      if (before !== after) this.#deps.chain.call(NETDEV_EVENT.FEAT_CHANGE, dev);
      return error;
    });
  }

  /** A dump's request may name a device, which must be there and is then not looked at. */
  #startDump(get: Pick<EthnlGet, 'header' | 'check'>, { attrs, namespace, callback }: GenlDumpInfo): number {
    if (attrs === null) return -errno.EINVAL;
    const header = parseHeader(attrs, namespace, false, callback.extack, get.header);
    if (typeof header === 'number') return header;
    return get.check?.(questionOf(attrs, callback.extack, header.flags), true) ?? 0;
  }

  // From net/ethtool/netlink.c:ethnl_default_dumpit.
  #dump(get: EthnlGet, chunk: MessageWriter, info: GenlDumpInfo): number {
    const { attrs, callback, namespace } = info;
    if (attrs === null) return -errno.EINVAL;
    const header = parseHeader(attrs, namespace, false, callback.extack, get.header);
    const flags = typeof header === 'number' ? 0 : header.flags;
    const position = this.#positions.get(info) ?? { ifindex: 0 };
    this.#positions.set(info, position);
    const extack = get.isOwn === true ? new netlink_ext_ack() : callback.extack;
    let last = 0;
    const end = dumpDevices(namespace, position, chunk, (dev) => {
      const fill = this.#deps.rtnl.locked(() => prepare(get, dev, questionOf(attrs, extack, flags)));
      last = typeof fill === 'number' ? fill : 0;
      // What a device does not have, a dump passes over.
      if (fill === -errno.EOPNOTSUPP) return 0;
      if (typeof fill === 'number') return fill;
      const { portid, seq } = callback;
      const start = putGenlHeader(chunk, this.#family, { portid, seq, flags: NLM_F_MULTI, cmd: get.reply });
      if (start === -1) return -errno.EMSGSIZE;
      putHeader(chunk, dev, get.header);
      fill(chunk);
      if (chunk.overflowed) {
        chunk.cancel(start);
        return -errno.EMSGSIZE;
      }
      chunk.end();
      return 0;
    });
    return end === 0 && get.isOwn === true ? last : end;
  }

  #reply(info: GenlInfo, cmd: number, dev: net_device | undefined, fill: EthnlFill, header?: number): number {
    const skb = this.#message({ portid: info.portid, seq: info.seq, flags: 0, cmd }, dev, fill, header);
    return typeof skb === 'number' ? skb : this.#deps.genetlink.reply(info, skb);
  }

  // From net/ethtool/netlink.c:ethnl_default_notify.
  #notify(dev: net_device, cmd: number): void {
    const get = NOTIFIES.get(cmd);
    const { genetlink } = this.#deps;
    if (get === undefined || !genetlink.hasListeners(this.#family, MONITOR)) return;
    const fill = get.prepare(dev, questionOf(new AttributeTable(0), new netlink_ext_ack(), ETHTOOL_FLAG_COMPACT_BITSETS));
    if (typeof fill === 'number') return;
    this.#sequence = (this.#sequence + 1) >>> 0;
    const skb = this.#message({ portid: 0, seq: this.#sequence, flags: 0, cmd }, dev, fill);
    // CAST: every namespace of this kernel is a Net.
    if (typeof skb !== 'number') genetlink.multicast(this.#family, dev.nd_net as Net, skb, MONITOR);
  }

  /** A message that is as long as what is in it: its skb is charged to the reader. */
  #message(header: Parameters<Genetlink['message']>[1], dev: net_device | undefined, fill: EthnlFill, attribute?: number): ReturnType<Genetlink['message']> {
    const scratch = this.#scratch;
    scratch.reset();
    scratch.begin(0, 0, 0, 0);
    const body = scratch.reserve(0);
    putHeader(scratch, dev, attribute);
    fill(scratch);
    if (scratch.end() === -1) return -errno.EMSGSIZE;
    const octets = scratch.buffer.subarray(body, scratch.position);
    return this.#deps.genetlink.message(this.#family, header, (writer) => void writer.append(octets), NLMSG_HDRLEN + GENL_HDRLEN + octets.length);
  }
}

function questionOf(attrs: AttributeTable, extack: netlink_ext_ack, flags: number): EthnlQuestion {
  return { attrs, extack, flags, compact: (flags & ETHTOOL_FLAG_COMPACT_BITSETS) !== 0 };
}

function prepare(get: EthnlGet, dev: net_device | undefined, question: EthnlQuestion): EthnlFill | number {
  return dev !== undefined && !isThere(dev) ? -errno.ENODEV : get.prepare(dev, question);
}

/** `ethnl_ops_begin`. */
function isThere(dev: net_device): boolean {
  return testState(dev, LINK_STATE.PRESENT) && dev.reg_state < NETREG.UNREGISTERING;
}

/** GENL_REQ_ATTR_CHECK: a request without its header. */
function missing(extack: netlink_ext_ack, header: number = HEADER): number {
  extack.miss_type = header;
  return -errno.EINVAL;
}
