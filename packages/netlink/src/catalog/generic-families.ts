import { generic, type FamilyEntry, type Loader } from './family-entry.ts';

const nlctrl: Loader = async () => {
  const [base, more] = await Promise.all([import('../generated/nlctrl.ts'), import('../families/nlctrl-more.ts')]);
  const { nlctrlCode } = await import('../generated/code/nlctrl.ts');
  return [nlctrlCode, base.nlctrl, more.nlctrlMore, more.nlctrlPolicies];
};

const devlink: Loader = async () => {
  const [base, more] = await Promise.all([import('../generated/devlink.ts'), import('../families/devlink-more.ts')]);
  return [base.devlink, more.devlinkMore];
};

const fou: Loader = async () => {
  const [base, more] = await Promise.all([import('../generated/fou.ts'), import('../families/fou-more.ts')]);
  return [base.fou, more.fouMore];
};

const mptcp: Loader = async () => {
  const [base, more] = await Promise.all([import('../generated/mptcp-pm.ts'), import('../families/mptcp-pm-more.ts')]);
  return [base.mptcpPm, more.mptcpPmMore];
};

const nl80211: Loader = async () => {
  const [base, commands, measurements, settings, stations] = await Promise.all([
    import('../generated/nl80211.ts'),
    import('../families/nl80211-commands.ts'),
    import('../families/nl80211-measurements.ts'),
    import('../families/nl80211-settings.ts'),
    import('../families/nl80211-stations.ts'),
  ]);
  const { nl80211Commands, nl80211SupportedCommands } = commands;
  return [base.nl80211, nl80211Commands, nl80211SupportedCommands, measurements.nl80211Measurements, settings.nl80211Settings, stations.nl80211Stations];
};

const team: Loader = async () => {
  const [base, more] = await Promise.all([import('../generated/team.ts'), import('../families/team-more.ts')]);
  return [base.team, more.teamMore];
};

/** Families of Open vSwitch have sets of attributes in common, which are completed in one place. */
const ovs: Loader = async () => {
  const [datapath, flow, packet, vport, more] = await Promise.all([
    import('../generated/ovs-datapath.ts'),
    import('../generated/ovs-flow.ts'),
    import('../generated/ovs-packet.ts'),
    import('../generated/ovs-vport.ts'),
    import('../families/ovs-more.ts'),
  ]);
  return [
    datapath.ovsDatapath, flow.ovsFlow, packet.ovsPacket, vport.ovsVport,
    more.ovsAttributes, more.ovsCtLimit, more.ovsDatapathMore, more.ovsFlowMore, more.ovsMeter, more.ovsVportMore,
  ]; // prettier-ignore
};

/** The families of generic netlink. */
export const genericFamilies: readonly FamilyEntry[] = [
  generic('nlctrl', nlctrl),
  generic('devlink', devlink),
  generic('fou', fou),
  generic('mptcp_pm', mptcp),
  generic('nl80211', nl80211),
  generic('ovs_ct_limit', ovs),
  generic('ovs_datapath', ovs),
  generic('ovs_flow', ovs),
  generic('ovs_meter', ovs),
  generic('ovs_packet', ovs),
  generic('ovs_vport', ovs),
  generic('team', team),
  generic('acpi_event', async () => [(await import('../families/platform-events.ts')).acpiEvents]),
  generic('batadv', async () => [(await import('../families/batadv.ts')).batadv]),
  generic('binder', async () => [(await import('../generated/binder.ts')).binder]),
  generic('cifs', async () => [(await import('../families/storage.ts')).cifs]),
  generic('dev-energymodel', async () => [(await import('../generated/dev-energymodel.ts')).devEnergymodel]),
  generic('dpll', async () => [(await import('../generated/dpll.ts')).dpll]),
  generic('drm-ras', async () => [(await import('../generated/drm-ras.ts')).drmRas]),
  generic('ethtool', async () => [(await import('../generated/ethtool.ts')).ethtool, (await import('../families/ethtool-names.ts')).ethtoolNames]),
  generic('gtp', async () => [(await import('../families/net-devices.ts')).gtp]),
  generic('handshake', async () => [(await import('../generated/handshake.ts')).handshake]),
  generic('HSR', async () => [(await import('../families/net-devices.ts')).hsr]),
  generic('ila', async () => [(await import('../families/seg6.ts')).ila]),
  generic('IOAM6', async () => [(await import('../families/seg6.ts')).ioam6]),
  generic('IPVS', async () => [(await import('../families/ipvs.ts')).ipvs]),
  generic('l2tp', async () => [(await import('../families/l2tp.ts')).l2tp]),
  generic('lockd', async () => [(await import('../generated/lockd.ts')).lockd]),
  generic('MAC80211_HWSIM', async () => [(await import('../families/mac80211-hwsim.ts')).mac80211Hwsim]),
  generic('MAC802154_HWSIM', async () => [(await import('../families/nl802154.ts')).mac802154Hwsim]),
  generic('macsec', async () => [(await import('../families/macsec.ts')).macsec]),
  generic('nbd', async () => [(await import('../families/storage.ts')).nbd]),
  generic('NCSI', async () => [(await import('../families/net-devices.ts')).ncsi]),
  generic('NET_DM', async () => [(await import('../families/dropwatch.ts')).dropMonitor]),
  generic('net-shaper', async () => [(await import('../generated/net-shaper.ts')).netShaper]),
  generic('netdev', async () => [(await import('../generated/netdev.ts')).netdev]),
  generic('nfc', async () => [(await import('../families/nfc.ts')).nfc]),
  generic('nfsd', async () => [(await import('../generated/nfsd.ts')).nfsd, (await import('../families/nfsd-more.ts')).nfsdMore]),
  generic('nl802154', async () => [(await import('../families/nl802154.ts')).nl802154]),
  generic('NLBL_CALIPSO', async () => [(await import('../families/netlabel.ts')).netlabelCalipso]),
  generic('NLBL_CIPSOv4', async () => [(await import('../families/netlabel.ts')).netlabelCipso]),
  generic('NLBL_MGMT', async () => [(await import('../families/netlabel.ts')).netlabelManagement]),
  generic('NLBL_UNLBL', async () => [(await import('../families/netlabel.ts')).netlabelUnlabeled]),
  generic('ovpn', async () => [(await import('../generated/ovpn.ts')).ovpn]),
  generic('psample', async () => [(await import('../families/net-devices.ts')).psample]),
  generic('psp', async () => [(await import('../generated/psp.ts')).psp]),
  generic('reg_event', async () => [(await import('../families/platform-events.ts')).regulatorEvents]),
  generic('SEG6', async () => [(await import('../families/seg6.ts')).seg6]),
  generic('SMC_GEN_NETLINK', async () => [(await import('../families/smc.ts')).smc]),
  generic('SMC_PNETID', async () => [(await import('../families/smc.ts')).smcPnetid]),
  generic('sunrpc', async () => [(await import('../generated/sunrpc-cache.ts')).sunrpc]),
  generic('TASKSTATS', async () => [(await import('../families/taskstats.ts')).taskstats]),
  generic('TCM-USER', async () => [(await import('../families/storage.ts')).tcmu]),
  generic('tcp_metrics', async () => [(await import('../generated/tcp-metrics.ts')).tcpMetrics]),
  generic('thermal', async () => [(await import('../families/thermal.ts')).thermal]),
  generic('TIPC', async () => [(await import('../families/tipc.ts')).tipcLegacy]),
  generic('TIPCv2', async () => [(await import('../families/tipc.ts')).tipc]),
  generic('vdpa', async () => [(await import('../families/vdpa.ts')).vdpa]),
  generic('VFS_DQUOT', async () => [(await import('../families/storage.ts')).quota]),
  generic('wireguard', async () => [(await import('../generated/wireguard.ts')).wireguard, (await import('../families/wireguard-more.ts')).wireguardMore]),
];
