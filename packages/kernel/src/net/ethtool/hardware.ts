import {
  ETH_SS_STATS_ETH_CTRL,
  ETH_SS_STATS_ETH_MAC,
  ETH_SS_STATS_ETH_PHY,
  ETH_SS_STATS_RMON,
  ETH_SS_STATS_STD,
  ETHTOOL_MSG_CABLE_TEST_ACT,
  ETHTOOL_MSG_CABLE_TEST_TDR_ACT,
  ETHTOOL_MSG_MODULE_EEPROM_GET,
  ETHTOOL_MSG_MODULE_EEPROM_GET_REPLY,
  ETHTOOL_MSG_MODULE_GET,
  ETHTOOL_MSG_MODULE_GET_REPLY,
  ETHTOOL_MSG_MODULE_NTF,
  ETHTOOL_MSG_MODULE_SET,
  ETHTOOL_MSG_PHC_VCLOCKS_GET,
  ETHTOOL_MSG_PHC_VCLOCKS_GET_REPLY,
  ETHTOOL_MSG_STATS_GET,
  ETHTOOL_MSG_STATS_GET_REPLY,
  ETHTOOL_MSG_TUNNEL_INFO_GET,
  ETHTOOL_MSG_TUNNEL_INFO_GET_REPLY,
  NLA_F_NESTED,
  NLA_HDRLEN,
} from '@netdevkit/bindings';
import type { nla_policies } from '@netdevkit/bindings/raw';
import { errno } from '@netdevkit/errno';
import { AttributeTable, Validation } from '@netdevkit/netlink';
import { parseBitset } from './bitset.ts';
import type { EthnlAct, EthnlGet, EthnlQuestion, EthnlSet } from './ethnl-types.ts';
import { HEADER_ONLY, HEADERS, requestPolicy } from './header.ts';
import { STRING_SETS } from './strings.ts';

// What hardware is asked that no device here has: modules, cables, tunnels, PHYs, power over Ethernet. Each is answered as for a
// C driver without the operation, after the same checks of the request, and with the same words.

// From include/uapi/linux/ethtool_netlink.h, without `ETHTOOL_MSG_` and `ETHTOOL_A_`: commands that its older versions do not
// have, and attributes, which the bindings do not have.
const [PSE_GET, PSE_SET, RSS_GET, PLCA_GET_CFG, PLCA_SET_CFG, PLCA_GET_STATUS, MM_GET, MM_SET, MODULE_FW_FLASH_ACT, PHY_GET] = [36, 37, 38, 39, 40, 41, 42, 43, 44, 45] as const;
const [PSE_GET_REPLY, RSS_GET_REPLY, PLCA_GET_CFG_REPLY, PLCA_GET_STATUS_REPLY, PLCA_NTF, MM_GET_REPLY, MM_NTF] = [37, 38, 39, 40, 41, 42, 43] as const;
const [RSS_CONTEXT, RSS_START_CONTEXT] = [2, 7] as const;
const [STATS_HEADER, STATS_GROUPS, STATS_GRP, STATS_SRC] = [2, 3, 4, 5] as const;
const [STATS_GRP_ID, STATS_GRP_SS_ID] = [2, 3] as const;
const [EEPROM_OFFSET, EEPROM_LENGTH, EEPROM_PAGE, EEPROM_BANK, EEPROM_I2C_ADDRESS] = [2, 3, 4, 5, 6] as const;
const [TDR_CFG, TDR_CFG_FIRST, TDR_CFG_LAST, TDR_CFG_STEP, TDR_CFG_PAIR] = [2, 1, 2, 3, 4] as const;
const MODULE_POWER_MODE_POLICY = 2;

/** ETH_MODULE_EEPROM_PAGE_LEN. */
const PAGE = 128;
/** MAX_CABLE_LENGTH_CM. */
const LONGEST_CABLE = 15_000;
/** ETHTOOL_A_CABLE_PAIR_D. */
const LAST_PAIR = 3;

const U8 = { type: 'NLA_U8' } as const;
const U32 = { type: 'NLA_U32' } as const;
const SWITCH = { type: 'NLA_U8', max: 1 } as const;
const OCTET = { type: 'NLA_U32', max: 255 } as const;
const ADMIN_STATE = { type: 'NLA_U32', min: 2, max: 3 } as const;
const HEADER_OF_PHY: nla_policies = [undefined, HEADERS.phy];
const TDR_POLICY: nla_policies = [undefined, U32, U32, U32, U8];
/** The sets of names of each group of standard statistics, by number. */
const GROUP_SETS: readonly number[] = [ETH_SS_STATS_ETH_PHY, ETH_SS_STATS_ETH_MAC, ETH_SS_STATS_ETH_CTRL, ETH_SS_STATS_RMON];

function refuse({ extack }: EthnlQuestion, message: string | null, code: number): number {
  if (message !== null) extack._msg = message;
  return -code;
}

/** Names the attribute, too. */
function refuseAttribute(question: EthnlQuestion, type: number, message: string | null, attrs: AttributeTable = question.attrs): number {
  question.extack.bad_attr = attrs.offset(type) - NLA_HDRLEN;
  return refuse(question, message, errno.EINVAL);
}

/** Readings of hardware. */
export const HARDWARE_GETS: readonly EthnlGet[] = [
  {
    cmd: ETHTOOL_MSG_TUNNEL_INFO_GET,
    reply: ETHTOOL_MSG_TUNNEL_INFO_GET_REPLY,
    policy: HEADER_ONLY,
    prepare: (_dev, question) => refuse(question, 'device does not report tunnel offload info', errno.EOPNOTSUPP),
    // From net/ethtool/tunnels.c:ethnl_tunnel_info_doit and ethnl_tunnel_info_dumpit.
    isOwn: true,
  },
  {
    cmd: ETHTOOL_MSG_MODULE_EEPROM_GET,
    reply: ETHTOOL_MSG_MODULE_EEPROM_GET_REPLY,
    admin: true,
    policy: requestPolicy(EEPROM_I2C_ADDRESS, {
      [EEPROM_OFFSET]: { type: 'NLA_U32', max: 2 * PAGE - 1 },
      [EEPROM_LENGTH]: { type: 'NLA_U32', min: 1, max: PAGE },
      [EEPROM_PAGE]: U8,
      [EEPROM_BANK]: U8,
      [EEPROM_I2C_ADDRESS]: { type: 'NLA_U8', min: 0, max: 127 },
    }),
    check: checkEeprom,
    prepare: () => -errno.EOPNOTSUPP,
  },
  {
    cmd: ETHTOOL_MSG_STATS_GET,
    reply: ETHTOOL_MSG_STATS_GET_REPLY,
    header: STATS_HEADER,
    policy: [undefined, undefined, HEADERS.basic, { type: 'NLA_NESTED' }, undefined, { type: 'NLA_U32', max: 2 }],
    check(question) {
      const groups = groupsOf(question);
      if (typeof groups === 'number') return groups;
      return groups === 0n ? refuse(question, 'no stats requested', errno.EINVAL) : 0;
    },
    prepare(_dev, question) {
      const groups = groupsOf(question);
      if (typeof groups === 'number') return groups;
      const source = question.attrs.u32(STATS_SRC) ?? 0;
      if (source !== 0) return refuse(question, 'ethtool_nl: Device does not support MAC merge layer', errno.EOPNOTSUPP);
      return (writer) => {
        writer.putU32(STATS_SRC, source);
        for (const [id, set] of GROUP_SETS.entries()) {
          if (((groups >> BigInt(id)) & 1n) === 0n) continue;
          const nest = writer.nestStart(STATS_GRP | NLA_F_NESTED);
          writer.putU32(STATS_GRP_ID, id);
          writer.putU32(STATS_GRP_SS_ID, set);
          writer.nestEnd(nest);
        }
      };
    },
  },
  { cmd: ETHTOOL_MSG_PHC_VCLOCKS_GET, reply: ETHTOOL_MSG_PHC_VCLOCKS_GET_REPLY, policy: HEADER_ONLY, prepare: () => () => undefined },
  { cmd: ETHTOOL_MSG_MODULE_GET, reply: ETHTOOL_MSG_MODULE_GET_REPLY, policy: HEADER_ONLY, prepare: () => () => undefined },
  { cmd: PSE_GET, reply: PSE_GET_REPLY, policy: HEADER_OF_PHY, prepare: (_dev, question) => refuse(question, 'No PHY found', errno.EOPNOTSUPP) },
  {
    cmd: RSS_GET,
    reply: RSS_GET_REPLY,
    policy: requestPolicy(RSS_START_CONTEXT, { [RSS_CONTEXT]: U32, [RSS_START_CONTEXT]: U32 }),
    check(question, isDump) {
      const wrong = isDump ? RSS_CONTEXT : RSS_START_CONTEXT;
      return question.attrs.has(wrong) ? refuseAttribute(question, wrong, null) : 0;
    },
    prepare: () => -errno.EOPNOTSUPP,
  },
  { cmd: PLCA_GET_CFG, reply: PLCA_GET_CFG_REPLY, policy: HEADER_OF_PHY, prepare: () => -errno.EOPNOTSUPP },
  { cmd: PLCA_GET_STATUS, reply: PLCA_GET_STATUS_REPLY, policy: HEADER_OF_PHY, prepare: () => -errno.EOPNOTSUPP },
  { cmd: MM_GET, reply: MM_GET_REPLY, policy: [undefined, HEADERS.stats], prepare: () => -errno.EOPNOTSUPP },
];

/** Settings of hardware. */
export const HARDWARE_SETS: readonly EthnlSet[] = [
  {
    cmd: ETHTOOL_MSG_MODULE_SET,
    notification: ETHTOOL_MSG_MODULE_NTF,
    policy: requestPolicy(MODULE_POWER_MODE_POLICY, { [MODULE_POWER_MODE_POLICY]: { type: 'NLA_U8', min: 1, max: 2 } }),
    validate(_dev, question) {
      if (!question.attrs.has(MODULE_POWER_MODE_POLICY)) return 0;
      refuseAttribute(question, MODULE_POWER_MODE_POLICY, 'Setting power mode policy is not supported by this device');
      return -errno.EOPNOTSUPP;
    },
    set: () => -errno.EOPNOTSUPP,
  },
  {
    cmd: PSE_SET,
    policy: requestPolicy(13, { 3: ADMIN_STATE, 6: ADMIN_STATE, 12: U32 }, HEADERS.phy),
    validate: () => 1,
    set: (_dev, question) => refuse(question, 'No PHY is attached', errno.EOPNOTSUPP),
  },
  {
    cmd: PLCA_SET_CFG,
    notification: PLCA_NTF,
    policy: requestPolicy(9, { 3: SWITCH, 5: { type: 'NLA_U32', min: 1, max: 255 }, 6: OCTET, 7: OCTET, 8: OCTET, 9: OCTET }, HEADERS.phy),
    validate: () => 1,
    set: () => -errno.EOPNOTSUPP,
  },
  {
    cmd: MM_SET,
    notification: MM_NTF,
    policy: requestPolicy(11, { 2: SWITCH, 3: SWITCH, 5: { type: 'NLA_U32', min: 60, max: 252 }, 7: SWITCH, 9: { type: 'NLA_U32', min: 1, max: 128 } }),
    validate: () => -errno.EOPNOTSUPP,
    set: () => -errno.EOPNOTSUPP,
  },
];

/** What hardware is told to do. */
export const HARDWARE_ACTS: readonly EthnlAct[] = [
  { cmd: ETHTOOL_MSG_CABLE_TEST_ACT, policy: HEADER_OF_PHY, act: () => -errno.EOPNOTSUPP },
  {
    cmd: ETHTOOL_MSG_CABLE_TEST_TDR_ACT,
    policy: requestPolicy(TDR_CFG, { [TDR_CFG]: { type: 'NLA_NESTED' } }, HEADERS.phy),
    act: (_dev, question) => checkTdr(question) || -errno.EOPNOTSUPP,
  },
  {
    cmd: MODULE_FW_FLASH_ACT,
    policy: requestPolicy(3, { 2: { type: 'NLA_NUL_STRING' }, 3: U32 }),
    act: (_dev, question) => refuse(question, 'Flashing module firmware is not supported by this device', errno.EOPNOTSUPP),
  },
  // From net/ethtool/phy.c:ethnl_phy_doit: no PHY, and nothing to say. A dump says nothing of any device.
  { cmd: PHY_GET, policy: HEADER_ONLY, isReading: true, act: () => 0 },
];

/** Which groups of statistics a request asks for; a negative errno when it is wrong. */
function groupsOf({ attrs, extack }: EthnlQuestion): bigint | number {
  if (!attrs.has(STATS_GROUPS)) return 0n;
  const asked = parseBitset(attrs, STATS_GROUPS, STRING_SETS.get(ETH_SS_STATS_STD) ?? [], extack);
  return typeof asked === 'number' ? asked : asked.value & asked.mask;
}

// From net/ethtool/eeprom.c:eeprom_parse_request.
function checkEeprom(question: EthnlQuestion): number {
  const { attrs } = question;
  const [offset, length, page] = [attrs.u32(EEPROM_OFFSET), attrs.u32(EEPROM_LENGTH), attrs.u8(EEPROM_PAGE)];
  if (offset === undefined || length === undefined || page === undefined || !attrs.has(EEPROM_I2C_ADDRESS)) return -errno.EINVAL;
  if (page !== 0 && offset < PAGE) return refuseAttribute(question, EEPROM_PAGE, 'reading from lower half page is allowed for page 0 only');
  if (offset < PAGE && offset + length > PAGE) return refuseAttribute(question, EEPROM_LENGTH, 'reading cross half page boundary is illegal');
  if (offset + length > 2 * PAGE) return refuseAttribute(question, EEPROM_LENGTH, 'reading cross page boundary is illegal');
  return 0;
}

// From net/ethtool/cabletest.c:ethnl_act_cable_test_tdr_cfg.
function checkTdr(question: EthnlQuestion): number {
  const { attrs, extack } = question;
  if (!attrs.has(TDR_CFG)) return 0;
  const tb = new AttributeTable(TDR_CFG_PAIR);
  const error = attrs.nested(TDR_CFG, tb, TDR_POLICY, Validation.STRICT, extack);
  if (error < 0) return error;
  const first = tb.u32(TDR_CFG_FIRST) ?? 100;
  const last = tb.u32(TDR_CFG_LAST) ?? LONGEST_CABLE;
  const step = tb.u32(TDR_CFG_STEP) ?? 100;
  const wrong = (type: number, message: string): number => (tb.has(type) ? refuseAttribute(question, type, message, tb) : refuse(question, message, errno.EINVAL));
  if ((tb.u8(TDR_CFG_PAIR) ?? 0) > LAST_PAIR) return wrong(TDR_CFG_PAIR, 'invalid pair parameter');
  if (first > LONGEST_CABLE) return wrong(TDR_CFG_FIRST, 'invalid first parameter');
  if (last > LONGEST_CABLE) return wrong(TDR_CFG_LAST, 'invalid last parameter');
  if (first > last) return refuse(question, 'invalid first/last parameter', errno.EINVAL);
  if (step === 0) return wrong(TDR_CFG_STEP, 'invalid step parameter');
  if (step > last - first) return wrong(TDR_CFG_STEP, 'step parameter too big');
  return 0;
}
