import {
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_OP,
  CTRL_CMD_GETFAMILY,
  CTRL_CMD_GETMCAST_GRP,
  CTRL_CMD_GETOPS,
  CTRL_CMD_GETPOLICY,
  CTRL_CMD_NEWFAMILY,
  ETHTOOL_A_BITSET_BITS,
  ETHTOOL_A_BITSET_BITS_BIT,
  ETHTOOL_A_BITSET_BIT_INDEX,
  ETHTOOL_A_BITSET_BIT_NAME,
  ETHTOOL_A_BITSET_BIT_VALUE,
  ETHTOOL_A_BITSET_MASK,
  ETHTOOL_A_BITSET_NOMASK,
  ETHTOOL_A_BITSET_SIZE,
  ETHTOOL_A_BITSET_VALUE,
  ETHTOOL_A_FEATURES_HEADER,
  ETHTOOL_A_FEATURES_WANTED,
  ETHTOOL_A_HEADER_DEV_INDEX,
  ETHTOOL_A_HEADER_DEV_NAME,
  ETHTOOL_A_HEADER_FLAGS,
  ETHTOOL_A_STRINGSETS_STRINGSET,
  ETHTOOL_A_STRINGSET_ID,
  ETHTOOL_A_STRSET_COUNTS_ONLY,
  ETHTOOL_A_STRSET_STRINGSETS,
  ETHTOOL_MSG_CHANNELS_GET,
  ETHTOOL_MSG_COALESCE_GET,
  ETHTOOL_MSG_DEBUG_GET,
  ETHTOOL_MSG_FEATURES_GET,
  ETHTOOL_MSG_FEATURES_SET,
  ETHTOOL_MSG_LINKINFO_GET,
  ETHTOOL_MSG_LINKMODES_GET,
  ETHTOOL_MSG_LINKSTATE_GET,
  ETHTOOL_MSG_PAUSE_GET,
  ETHTOOL_MSG_PRIVFLAGS_GET,
  ETHTOOL_MSG_RINGS_GET,
  ETHTOOL_MSG_STRSET_GET,
  ETHTOOL_MSG_TSINFO_GET,
  ETHTOOL_MSG_WOL_GET,
  GENL_ID_CTRL,
  NETLINK_CAP_ACK,
  NETLINK_EXT_ACK,
  NETLINK_GENERIC,
  NETLINK_PKTINFO,
  NETLINK_SOCK_DIAG,
  NETLINK_USERSOCK,
  NLM_F_REQUEST,
  SOCK_DIAG_BY_FAMILY,
  netlink_diag_req,
} from '@netdevkit/bindings';
import { bare, flag, nest, nested, octets, text, u16, u32, u8, type Attribute } from '../attributes.ts';
import { ACK, generic, message, structure } from '../requests.ts';
import type { Port, Scenario, Scene } from '../scene.ts';
import { DUMP, FIRST, PLAIN, SECOND, newLink, newPair, settleCarriers, up } from './common.ts';

const name = (value: string): Attribute => text(CTRL_ATTR_FAMILY_NAME, value);
const ctrl = (flags: number, command: number, ...attributes: readonly Attribute[]): Uint8Array => generic(GENL_ID_CTRL, flags, command, 2, ...attributes);

function opened(scene: Scene): Port {
  return scene.open('client', { protocol: NETLINK_GENERIC, on: [NETLINK_EXT_ACK] });
}

const GETS = {
  ETHTOOL_MSG_STRSET_GET, ETHTOOL_MSG_LINKINFO_GET, ETHTOOL_MSG_LINKMODES_GET, ETHTOOL_MSG_LINKSTATE_GET, ETHTOOL_MSG_DEBUG_GET, ETHTOOL_MSG_WOL_GET, ETHTOOL_MSG_FEATURES_GET,
  ETHTOOL_MSG_PRIVFLAGS_GET, ETHTOOL_MSG_RINGS_GET, ETHTOOL_MSG_CHANNELS_GET, ETHTOOL_MSG_COALESCE_GET, ETHTOOL_MSG_PAUSE_GET, ETHTOOL_MSG_TSINFO_GET,
};

/** What hardware is asked, and told. The numbers are those of Linux 6.12. */
const HARDWARE_GETS = { TUNNEL_INFO_GET: 28, MODULE_EEPROM_GET: 31, PHC_VCLOCKS_GET: 33, MODULE_GET: 34, PSE_GET: 36, RSS_GET: 38, PLCA_GET_CFG: 39, PLCA_GET_STATUS: 41, MM_GET: 42, PHY_GET: 45 };
const HARDWARE_SETS = { CABLE_TEST_ACT: 26, CABLE_TEST_TDR_ACT: 27, MODULE_SET: 35, PSE_SET: 37, PLCA_SET_CFG: 40, MM_SET: 43, MODULE_FW_FLASH_ACT: 44 };
const [STATS_GET, STATS_HEADER, STATS_GROUPS, STATS_SRC] = [32, 2, 3, 5];

/** The header of ethtool's requests, which is the first attribute of each. */
const header = (...attributes: readonly Attribute[]): Attribute => nested(1, ...attributes);
const dev = (of: string): Attribute => text(ETHTOOL_A_HEADER_DEV_NAME, of);

async function pair(scene: Scene): Promise<void> {
  const route = scene.open('route', { on: [NETLINK_EXT_ACK] });
  await scene.ask(route, 'make a pair', newPair('v'));
  await settleCarriers(scene);
  await scene.ask(route, 'one up', up(FIRST));
  await scene.ask(route, 'the other up', up(SECOND));
  await scene.ask(route, 'make an ifb', newLink('d0', 'ifb'));
}

/** The controller of generic families. */
const controller: readonly Scenario[] = [
  {
    name: 'generic: the controller, asked for families',
    async play(scene) {
      const client = opened(scene);
      const asked: Readonly<Record<string, Uint8Array>> = {
        'itself by name': ctrl(PLAIN, CTRL_CMD_GETFAMILY, name('nlctrl')),
        'itself by number': ctrl(PLAIN, CTRL_CMD_GETFAMILY, u16(CTRL_ATTR_FAMILY_ID, GENL_ID_CTRL)),
        'itself, acknowledged': ctrl(ACK, CTRL_CMD_GETFAMILY, name('nlctrl')),
        'by number and another name': ctrl(PLAIN, CTRL_CMD_GETFAMILY, u16(CTRL_ATTR_FAMILY_ID, GENL_ID_CTRL), name('nope')),
        'nobody by name': ctrl(PLAIN, CTRL_CMD_GETFAMILY, name('no-such-family')),
        'nobody by number': ctrl(PLAIN, CTRL_CMD_GETFAMILY, u16(CTRL_ATTR_FAMILY_ID, 999)),
        'nobody at all': ctrl(PLAIN, CTRL_CMD_GETFAMILY),
        'a name that is too long': ctrl(PLAIN, CTRL_CMD_GETFAMILY, name('a-name-that-is-far-too-long')),
        'a name without NUL': ctrl(PLAIN, CTRL_CMD_GETFAMILY, bare(CTRL_ATTR_FAMILY_NAME, 'nlctrl')),
        'an empty name': ctrl(PLAIN, CTRL_CMD_GETFAMILY, name('')),
        'a number of 4 octets': ctrl(PLAIN, CTRL_CMD_GETFAMILY, u32(CTRL_ATTR_FAMILY_ID, GENL_ID_CTRL)),
        'a number of 1 octet': ctrl(PLAIN, CTRL_CMD_GETFAMILY, u8(CTRL_ATTR_FAMILY_ID, GENL_ID_CTRL)),
        'an attribute that is not asked for': ctrl(PLAIN, CTRL_CMD_GETFAMILY, name('nlctrl'), u32(3, 1)),
        'an attribute that is not known': ctrl(PLAIN, CTRL_CMD_GETFAMILY, name('nlctrl'), u32(99, 1)),
        'octets behind them': Uint8Array.from([...ctrl(PLAIN, CTRL_CMD_GETFAMILY, name('nlctrl'))]),
        'another version': generic(GENL_ID_CTRL, PLAIN, CTRL_CMD_GETFAMILY, 99, name('nlctrl')),
        'a command that is not known': ctrl(PLAIN, 99),
        'a command that answers': ctrl(ACK, CTRL_CMD_NEWFAMILY),
        'operations': ctrl(ACK, CTRL_CMD_GETOPS),
        'groups': ctrl(ACK, CTRL_CMD_GETMCAST_GRP),
        'command 0': ctrl(ACK, 0),
        'half a header': message(GENL_ID_CTRL, ACK, new Uint8Array(2)),
        'no header': message(GENL_ID_CTRL, ACK, new Uint8Array(0)),
        'a family that there is not': generic(900, ACK, 1, 1),
        'reserved bits': message(GENL_ID_CTRL, ACK, Uint8Array.of(CTRL_CMD_GETFAMILY, 1, 7, 7)),
        'a dump of policies': ctrl(DUMP, CTRL_CMD_GETPOLICY, name('nlctrl')),
        'a dump of policies by number': ctrl(DUMP, CTRL_CMD_GETPOLICY, u16(CTRL_ATTR_FAMILY_ID, GENL_ID_CTRL)),
        'of one command': ctrl(DUMP, CTRL_CMD_GETPOLICY, name('nlctrl'), u32(CTRL_ATTR_OP, CTRL_CMD_GETPOLICY)),
        'of a command that there is not': ctrl(DUMP, CTRL_CMD_GETPOLICY, name('nlctrl'), u32(CTRL_ATTR_OP, 77)),
        'of nobody': ctrl(DUMP, CTRL_CMD_GETPOLICY),
        'of nobody by name': ctrl(DUMP, CTRL_CMD_GETPOLICY, name('nope')),
        'policies without a dump': ctrl(ACK, CTRL_CMD_GETPOLICY, name('nlctrl')),
        'a dump that there is not': ctrl(DUMP, CTRL_CMD_GETOPS),
      };
      for (const [what, request] of Object.entries(asked)) await scene.ask(client, what, request);
    },
  },
  {
    name: 'generic: groups',
    async play(scene) {
      const client = opened(scene);
      for (const groups of [1, 0x8000, 0x4000]) await scene.bind(client, `bind to ${String(groups)}`, { groups });
      await scene.step('what it is in', () => [...client.socket.getMemberships()].slice(0, 1));
      await scene.send(client, 'to a group', Uint8Array.of(1, 2, 3, 4), { pid: 0, groups: 1 });
    },
  },
];

/** A pair, a client of generic netlink, and the number of the ethtool family, which it has asked for. */
async function withEthtool(scene: Scene): Promise<{ readonly client: Port; readonly id: number }> {
  await pair(scene);
  const client = opened(scene);
  await scene.ask(client, 'the family', ctrl(PLAIN, CTRL_CMD_GETFAMILY, name('ethtool')));
  return { client, id: scene.family('ethtool') };
}

const ethtool: readonly Scenario[] = [
  {
    name: 'ethtool: what links say',
    needs: ['veth', 'ifb'],
    isSlow: true,
    async play(scene) {
      const { client, id } = await withEthtool(scene);
      for (const [what, command] of Object.entries(GETS)) {
        const ask = (how: string, flags: number, ...attributes: readonly Attribute[]): Promise<void> => scene.ask(client, `${what} ${how}`, generic(id, flags, command, 1, ...attributes));
        await ask('of va', PLAIN, header(dev('va')));
        await ask('of va by index', PLAIN, header(u32(ETHTOOL_A_HEADER_DEV_INDEX, FIRST)));
        await ask('of va, compact', PLAIN, header(dev('va'), u32(ETHTOOL_A_HEADER_FLAGS, 1)));
        await ask('of lo', PLAIN, header(dev('lo')));
        await ask('of nobody', PLAIN, header(dev('nope')));
        await ask('of nobody by index', PLAIN, header(u32(ETHTOOL_A_HEADER_DEV_INDEX, 99)));
        await ask('of two', PLAIN, header(dev('va'), u32(ETHTOOL_A_HEADER_DEV_INDEX, 1)));
        await ask('of no link', PLAIN, header());
        await ask('without a header', PLAIN);
        await ask('with a header that has no mark', PLAIN, nest(1, dev('va')));
        await ask('with flags that there are not', PLAIN, header(dev('va'), u32(ETHTOOL_A_HEADER_FLAGS, 0x80)));
        await ask('with an attribute that is not known', PLAIN, header(dev('va')), u32(99, 1));
      }
    },
  },
  {
    name: 'ethtool: hardware that no link has',
    needs: ['veth', 'ifb'],
    isSlow: true,
    async play(scene) {
      const { client, id } = await withEthtool(scene);
      const ask = (what: string, flags: number, command: number, ...attributes: readonly Attribute[]): Promise<void> => scene.ask(client, what, generic(id, flags, command, 1, ...attributes));
      for (const [what, command] of Object.entries({ ...HARDWARE_GETS, ...HARDWARE_SETS })) {
        await ask(`${what} of va`, ACK, command, header(dev('va')));
        await ask(`${what} of lo`, ACK, command, header(dev('lo')));
        await ask(`${what} of nobody`, PLAIN, command, header(dev('nope')));
        await ask(`${what} of no link`, PLAIN, command, header());
        await ask(`${what} without a header`, PLAIN, command);
        await ask(`${what} with flags that there are not`, PLAIN, command, header(dev('va'), u32(ETHTOOL_A_HEADER_FLAGS, 0x80)));
        await ask(`${what} with an attribute that is not known`, PLAIN, command, header(dev('va')), u32(99, 1));
        await ask(`${what} of all`, DUMP, command);
        await ask(`${what} of all, with a header`, DUMP, command, header(dev('va')));
      }
      const eeprom = (offset: number, length: number, page: number): readonly Attribute[] => [header(dev('va')), u32(2, offset), u32(3, length), u8(4, page), u8(6, 0x50)];
      for (const [offset, length, page] of [[0, 1, 0], [0, 128, 0], [0, 129, 0], [0, 0, 0], [256, 1, 0], [100, 50, 0], [128, 128, 0], [200, 100, 0], [0, 1, 3], [128, 1, 3]] as const) {
        await ask(`octets of a module: ${String([offset, length, page])}`, PLAIN, HARDWARE_GETS.MODULE_EEPROM_GET, ...eeprom(offset, length, page));
        await ask(`octets of all modules: ${String([offset, length, page])}`, DUMP, HARDWARE_GETS.MODULE_EEPROM_GET, ...eeprom(offset, length, page));
      }
      const tdr = (...attributes: readonly Attribute[]): Promise<void> => ask(`a cable: ${String(attributes.length)}`, PLAIN, HARDWARE_SETS.CABLE_TEST_TDR_ACT, header(dev('va')), nested(2, ...attributes));
      await tdr();
      await tdr(u8(4, 4));
      await tdr(u32(1, 20_000), u8(4, 3));
      await tdr(u32(1, 100), u32(2, 20_000), u8(4, 0));
      await tdr(u32(1, 300), u32(2, 200), u32(3, 1), u8(4, 0));
      await tdr(u32(1, 100), u32(2, 200), u32(3, 0), u8(4, 0), u8(4, 0));
      await tdr(u32(1, 100), u32(2, 200), u32(3, 200), u8(4, 0), u8(4, 0), u8(4, 0));
      await ask('a module, never off', PLAIN, HARDWARE_SETS.MODULE_SET, header(dev('va')), u8(2, 1));
      await ask('a module, in a way that there is not', PLAIN, HARDWARE_SETS.MODULE_SET, header(dev('va')), u8(2, 3));
      await ask('a context of RSS', PLAIN, HARDWARE_GETS.RSS_GET, header(dev('va')), u32(2, 1));
      await ask('contexts of RSS from one on', PLAIN, HARDWARE_GETS.RSS_GET, header(dev('va')), u32(7, 1));
      await ask('a context of RSS of all', DUMP, HARDWARE_GETS.RSS_GET, u32(2, 1));
      await ask('contexts of RSS of all from one on', DUMP, HARDWARE_GETS.RSS_GET, u32(7, 1));
      const group = (of: string): Attribute => nested(ETHTOOL_A_BITSET_BITS_BIT, text(ETHTOOL_A_BITSET_BIT_NAME, of), flag(ETHTOOL_A_BITSET_BIT_VALUE));
      const groups = (...names: readonly string[]): Attribute => nested(STATS_GROUPS, nested(ETHTOOL_A_BITSET_BITS, ...names.map(group)));
      const statsHeader = nested(STATS_HEADER, dev('va'));
      for (const flags of [PLAIN, DUMP]) {
        const how = flags === DUMP ? ', of all' : '';
        await ask(`statistics: no groups${how}`, flags, STATS_GET, statsHeader);
        await ask(`statistics: an empty list of groups${how}`, flags, STATS_GET, statsHeader, groups());
        await ask(`statistics: one group${how}`, flags, STATS_GET, statsHeader, groups('eth-mac'));
        await ask(`statistics: all groups${how}`, flags, STATS_GET, statsHeader, groups('rmon', 'eth-ctrl', 'eth-mac', 'eth-phy'));
        await ask(`statistics: a group that there is not${how}`, flags, STATS_GET, statsHeader, groups('nope'));
        await ask(`statistics: of another source${how}`, flags, STATS_GET, statsHeader, groups('eth-mac'), u32(STATS_SRC, 1));
        await ask(`statistics: of a source that there is not${how}`, flags, STATS_GET, statsHeader, groups('eth-mac'), u32(STATS_SRC, 3));
        await ask(`statistics: without a header${how}`, flags, STATS_GET, groups('eth-mac'));
      }
    },
  },
  {
    name: 'ethtool: features that are set',
    needs: ['veth', 'ifb'],
    isSlow: true,
    async play(scene) {
      const { client, id } = await withEthtool(scene);
      const bit = (...attributes: readonly Attribute[]): Attribute => nested(ETHTOOL_A_BITSET_BITS_BIT, ...attributes);
      const bits = (...all: readonly Attribute[]): Attribute => nested(ETHTOOL_A_FEATURES_WANTED, nested(ETHTOOL_A_BITSET_BITS, ...all));
      const set = (what: string, ...attributes: readonly Attribute[]): Promise<void> => scene.ask(client, what, generic(id, ACK, ETHTOOL_MSG_FEATURES_SET, 1, nested(ETHTOOL_A_FEATURES_HEADER, dev('va')), ...attributes));
      await set('one off', bits(bit(text(ETHTOOL_A_BITSET_BIT_NAME, 'tx-scatter-gather'))));
      await set('one off again', bits(bit(text(ETHTOOL_A_BITSET_BIT_NAME, 'tx-scatter-gather'))));
      await set('one on', bits(bit(text(ETHTOOL_A_BITSET_BIT_NAME, 'tx-scatter-gather'), flag(ETHTOOL_A_BITSET_BIT_VALUE))));
      await set('by number', bits(bit(u32(ETHTOOL_A_BITSET_BIT_INDEX, 14), flag(ETHTOOL_A_BITSET_BIT_VALUE))));
      await set('one that cannot change', bits(bit(text(ETHTOOL_A_BITSET_BIT_NAME, 'netns-local'), flag(ETHTOOL_A_BITSET_BIT_VALUE))));
      await set('one that there is not', bits(bit(text(ETHTOOL_A_BITSET_BIT_NAME, 'no-such-feature'))));
      await set('a number that there is not', bits(bit(u32(ETHTOOL_A_BITSET_BIT_INDEX, 500))));
      await set('a number and another name', bits(bit(u32(ETHTOOL_A_BITSET_BIT_INDEX, 1), text(ETHTOOL_A_BITSET_BIT_NAME, 'tx-scatter-gather'))));
      await set('none', bits(bit()));
      await set('nothing', nested(ETHTOOL_A_FEATURES_WANTED));
      await set('no bits');
      await set('compact, without a size', nested(ETHTOOL_A_FEATURES_WANTED, octets(ETHTOOL_A_BITSET_VALUE, [0, 0, 0, 0]), octets(ETHTOOL_A_BITSET_MASK, [0, 0, 0, 0])));
      await set('compact', nested(ETHTOOL_A_FEATURES_WANTED, u32(ETHTOOL_A_BITSET_SIZE, 8), octets(ETHTOOL_A_BITSET_VALUE, [0, 0, 0, 0]), octets(ETHTOOL_A_BITSET_MASK, [0, 0, 0, 0])));
      await set('compact, of which the mask is missing', nested(ETHTOOL_A_FEATURES_WANTED, u32(ETHTOOL_A_BITSET_SIZE, 8), octets(ETHTOOL_A_BITSET_VALUE, [0, 0, 0, 0])));
      await set('both', nested(ETHTOOL_A_FEATURES_WANTED, flag(ETHTOOL_A_BITSET_NOMASK), u32(ETHTOOL_A_BITSET_SIZE, 8), nested(ETHTOOL_A_BITSET_BITS), octets(ETHTOOL_A_BITSET_VALUE, [0, 0, 0, 0])));
      await scene.ask(client, 'of nobody', generic(id, ACK, ETHTOOL_MSG_FEATURES_SET, 1, nested(ETHTOOL_A_FEATURES_HEADER, dev('nope')), bits()));
      await scene.ask(client, 'what they are', generic(id, PLAIN, ETHTOOL_MSG_FEATURES_GET, 1, nested(ETHTOOL_A_FEATURES_HEADER, dev('va'))));
    },
  },
  {
    name: 'ethtool: sets of strings',
    needs: ['veth', 'ifb'],
    isSlow: true,
    async play(scene) {
      const { client, id } = await withEthtool(scene);
      const sets = (...ids: readonly number[]): Attribute => nested(ETHTOOL_A_STRSET_STRINGSETS, ...ids.map((each) => nested(ETHTOOL_A_STRINGSETS_STRINGSET, u32(ETHTOOL_A_STRINGSET_ID, each))));
      const ask = (what: string, ...attributes: readonly Attribute[]): Promise<void> => scene.ask(client, what, generic(id, PLAIN, ETHTOOL_MSG_STRSET_GET, 1, ...attributes));
      // Sets that grow from version to version (features, link modes, timestamping) are in another scenario's answers.
      for (const set of [0, 1, 2, 3, 5, 6, 7, 200]) {
        await ask(`set ${String(set)} of va`, header(dev('va')), sets(set));
        await ask(`set ${String(set)} of nobody`, header(), sets(set));
        await ask(`how many in set ${String(set)}`, header(dev('va')), sets(set), flag(ETHTOOL_A_STRSET_COUNTS_ONLY));
      }
      await ask('a set without a number', header(dev('va')), nested(ETHTOOL_A_STRSET_STRINGSETS, nested(ETHTOOL_A_STRINGSETS_STRINGSET)));
      await ask('two sets', header(dev('va')), sets(1, 1));
    },
  },
];

const diag: readonly Scenario[] = [
  {
    name: 'diag: netlink sockets',
    async play(scene) {
      const first = scene.open('first', { on: [NETLINK_PKTINFO, NETLINK_CAP_ACK] });
      await scene.bind(first, 'bind the first', { pid: 5001, groups: 0x11 });
      const second = scene.open('second', { protocol: NETLINK_USERSOCK });
      await scene.bind(second, 'bind the second', { pid: 5002 });
      await scene.step('connect it', () => {
        second.socket.connect({ pid: 77, groups: 4 });
        return undefined;
      });
      const client = scene.open('client', { protocol: NETLINK_SOCK_DIAG, on: [NETLINK_EXT_ACK] });
      const ask = async (what: string, flags: number, protocol: number, show: number, length: number = netlink_diag_req.SIZE): Promise<void> => {
        const body = structure(netlink_diag_req.SIZE, (view) => {
          netlink_diag_req.set_sdiag_family(view, 0, 16);
          netlink_diag_req.set_sdiag_protocol(view, 0, protocol);
          netlink_diag_req.set_ndiag_show(view, 0, show);
        });
        await scene.ask(client, what, message(SOCK_DIAG_BY_FAMILY, flags, body.subarray(0, length)));
      };
      for (const show of [0, 2, 8]) await ask(`user sockets, showing ${String(show)}`, DUMP, NETLINK_USERSOCK, show);
      await ask('a protocol that there is not', DUMP, 31, 0);
      await ask('protocol 200', DUMP, 200, 0);
      await ask('not as a dump', ACK, NETLINK_USERSOCK, 0);
      await ask('a short request', DUMP, NETLINK_USERSOCK, 0, 12);
      await ask('two octets', DUMP, NETLINK_USERSOCK, 0, 2);
      await ask('one octet', DUMP, NETLINK_USERSOCK, 0, 1);
      for (const family of [0, 3, 45, 99, 255]) await scene.ask(client, `family ${String(family)}`, message(SOCK_DIAG_BY_FAMILY, DUMP, structure(56, (view) => { view.setUint8(0, family); })));
      for (const type of [16, 17, 19, 22, 30]) await scene.ask(client, `type ${String(type)}`, message(type, NLM_F_REQUEST | ACK, new Uint8Array(56)));
    },
  },
];

/** Generic families, ethtool's first, and questions about sockets. */
export const generics: readonly Scenario[] = [...controller, ...ethtool, ...diag];
