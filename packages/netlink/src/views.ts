/**
 * Views of the messages that programs ask most: a getter for each attribute, read when it is asked for.
 *
 * @packageDocumentation
 */

export { AddressView } from './generated/views/address.ts';
export { InetSocketView, InetUlpInfoView, UlpMptcpView, UlpTlsView } from './generated/views/inet-socket.ts';
export { DevlinkPortView, LinkDpllPinView, LinkView, LinkinfoView, PortSelfView, ProtoDownReasonView, XdpView } from './generated/views/link.ts';
export { NeighbourView, NfeaView } from './generated/views/neighbour.ts';
export { QdiscView, TcaStatsView } from './generated/views/qdisc.ts';
export { MetricsView, RouteView } from './generated/views/route.ts';
export { RuleView } from './generated/views/rule.ts';
export { AttributeView } from './view/attribute-view.ts';
