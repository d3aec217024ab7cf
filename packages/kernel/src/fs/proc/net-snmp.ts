/**
 * Counters of IP, ICMP, TCP and UDP: the names that Linux 6.12 has for them, and 0, for nothing here sends or receives any of
 * those. net/ipv4/proc.c, net/ipv6/proc.c.
 */
const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const IP = words(`
  InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos InDiscards InDelivers OutRequests OutDiscards OutNoRoutes ReasmTimeout ReasmReqds
  ReasmOKs ReasmFails FragOKs FragFails FragCreates OutTransmits
`);
const ICMP = words('DestUnreachs TimeExcds ParmProbs SrcQuenchs Redirects Echos EchoReps Timestamps TimestampReps AddrMasks AddrMaskReps');
const TCP = words('ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors');
const UDP = words('InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors');
const IP_EXT = words(`
  InNoRoutes InTruncatedPkts InMcastPkts OutMcastPkts InBcastPkts OutBcastPkts InOctets OutOctets InMcastOctets OutMcastOctets InBcastOctets
  OutBcastOctets InCsumErrors InNoECTPkts InECT1Pkts InECT0Pkts InCEPkts ReasmOverlaps
`);
const TCP_EXT = words(`
  SyncookiesSent SyncookiesRecv SyncookiesFailed EmbryonicRsts PruneCalled RcvPruned OfoPruned OutOfWindowIcmps LockDroppedIcmps ArpFilter TW TWRecycled
  TWKilled PAWSActive PAWSEstab DelayedACKs DelayedACKLocked DelayedACKLost ListenOverflows ListenDrops TCPHPHits TCPPureAcks TCPHPAcks TCPRenoRecovery
  TCPSackRecovery TCPSACKReneging TCPSACKReorder TCPRenoReorder TCPTSReorder TCPFullUndo TCPPartialUndo TCPDSACKUndo TCPLossUndo TCPLostRetransmit
  TCPRenoFailures TCPSackFailures TCPLossFailures TCPFastRetrans TCPSlowStartRetrans TCPTimeouts TCPLossProbes TCPLossProbeRecovery TCPRenoRecoveryFail
  TCPSackRecoveryFail TCPRcvCollapsed TCPBacklogCoalesce TCPDSACKOldSent TCPDSACKOfoSent TCPDSACKRecv TCPDSACKOfoRecv TCPAbortOnData TCPAbortOnClose
  TCPAbortOnMemory TCPAbortOnTimeout TCPAbortOnLinger TCPAbortFailed TCPMemoryPressures TCPMemoryPressuresChrono TCPSACKDiscard TCPDSACKIgnoredOld
  TCPDSACKIgnoredNoUndo TCPSpuriousRTOs TCPMD5NotFound TCPMD5Unexpected TCPMD5Failure TCPSackShifted TCPSackMerged TCPSackShiftFallback TCPBacklogDrop
  PFMemallocDrop TCPMinTTLDrop TCPDeferAcceptDrop IPReversePathFilter TCPTimeWaitOverflow TCPReqQFullDoCookies TCPReqQFullDrop TCPRetransFail
  TCPRcvCoalesce TCPOFOQueue TCPOFODrop TCPOFOMerge TCPChallengeACK TCPSYNChallenge TCPFastOpenActive TCPFastOpenActiveFail TCPFastOpenPassive
  TCPFastOpenPassiveFail TCPFastOpenListenOverflow TCPFastOpenCookieReqd TCPFastOpenBlackhole TCPSpuriousRtxHostQueues BusyPollRxPackets TCPAutoCorking
  TCPFromZeroWindowAdv TCPToZeroWindowAdv TCPWantZeroWindowAdv TCPSynRetrans TCPOrigDataSent TCPHystartTrainDetect TCPHystartTrainCwnd
  TCPHystartDelayDetect TCPHystartDelayCwnd TCPACKSkippedSynRecv TCPACKSkippedPAWS TCPACKSkippedSeq TCPACKSkippedFinWait2 TCPACKSkippedTimeWait
  TCPACKSkippedChallenge TCPWinProbe TCPKeepAlive TCPMTUPFail TCPMTUPSuccess TCPDelivered TCPDeliveredCE TCPAckCompressed TCPZeroWindowDrop TCPRcvQDrop
  TCPWqueueTooBig TCPFastOpenPassiveAltKey TcpTimeoutRehash TcpDuplicateDataRehash TCPDSACKRecvSegs TCPDSACKIgnoredDubious TCPMigrateReqSuccess
  TCPMigrateReqFailure TCPPLBRehash TCPAORequired TCPAOBad TCPAOKeyNotFound TCPAOGood TCPAODroppedIcmps
`);
const IP6 = words(`
  InReceives InHdrErrors InTooBigErrors InNoRoutes InAddrErrors InUnknownProtos InTruncatedPkts InDiscards InDelivers OutForwDatagrams OutRequests
  OutDiscards OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates InMcastPkts OutMcastPkts InOctets OutOctets
  InMcastOctets OutMcastOctets InBcastOctets OutBcastOctets InNoECTPkts InECT1Pkts InECT0Pkts InCEPkts OutTransmits
`);
const ICMP6 = words('InMsgs InErrors OutMsgs OutErrors InCsumErrors OutRateLimitHost');
/** By the numbers of their types. */
const ICMP6_TYPES = words(`
  DestUnreachs PktTooBigs TimeExcds ParmProblems Echos EchoReplies GroupMembQueries GroupMembResponses GroupMembReductions
  RouterSolicits RouterAdvertisements NeighborSolicits NeighborAdvertisements Redirects MLDv2Reports
`);

/** What TCP would wait, and that it has no limit: algorithm, least and greatest time in ms, connections. */
const TCP_CONSTANTS: readonly number[] = [1, 200, 120_000, -1];

/** `/proc/net/snmp`. From net/ipv4/proc.c:snmp_seq_show. */
export function procNetSnmp(forwards: boolean, ttl: number): string {
  return [
    pair('Ip', ['Forwarding', 'DefaultTTL', ...IP], [forwards ? 1 : 2, ttl]),
    pair('Icmp', [...words('InMsgs InErrors InCsumErrors'), ...ICMP.map((name) => `In${name}`), ...words('OutMsgs OutErrors OutRateLimitGlobal OutRateLimitHost'), ...ICMP.map((name) => `Out${name}`)]),
    pair('Tcp', [...words('RtoAlgorithm RtoMin RtoMax MaxConn'), ...TCP], TCP_CONSTANTS),
    pair('Udp', UDP),
    pair('UdpLite', UDP),
  ].join('');
}

/** `/proc/net/netstat`. From net/ipv4/proc.c:netstat_seq_show. */
export function procNetNetstat(): string {
  return pair('TcpExt', TCP_EXT) + pair('IpExt', IP_EXT);
}

/** `/proc/net/snmp6`. From net/ipv6/proc.c:snmp6_seq_show. */
export function procNetSnmp6(): string {
  const udp = UDP.map((name) => `Udp6${name}`);
  const lite = UDP.filter((name) => name !== 'IgnoredMulti').map((name) => `UdpLite6${name}`);
  return [...ip6Names(), ...udp, ...lite].map((name) => line(name, 0)).join('');
}

/** `/proc/net/dev_snmp6/DEVICE`. From net/ipv6/proc.c:snmp6_dev_seq_show. */
export function procNetDevSnmp6(ifindex: number): string {
  return [line('ifIndex', ifindex), ...ip6Names().map((name) => line(name, 0))].join('');
}

function ip6Names(): string[] {
  return [
    ...IP6.map((name) => `Ip6${name}`),
    ...ICMP6.map((name) => `Icmp6${name}`),
    ...ICMP6_TYPES.map((name) => `Icmp6In${name}`),
    ...ICMP6_TYPES.map((name) => `Icmp6Out${name}`),
  ];
}

/** A line of names, and one of numbers: those that are given, then as many zeros as names are left. */
function pair(title: string, names: readonly string[], first: readonly number[] = []): string {
  return `${title}: ${names.join(' ')}\n${title}: ${names.map((_, i) => first[i] ?? 0).join(' ')}\n`;
}

function line(name: string, value: number): string {
  return `${name.padEnd(32)}\t${String(value)}\n`;
}
