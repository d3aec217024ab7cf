import { AF_NETLINK, ARPHRD_NETLINK, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { LinkType, type GenericFamily } from '@netdevkit/capture';
import { isKernelError } from '@netdevkit/errno';
import { IpRoute, type Link } from '@netdevkit/iproute';
import { netlinkPrefilter, type Host, type HostNamespace, type Support } from '@netdevkit/linux';
import type { Expression, NetlinkSocket } from '@netdevkit/netlink';
import type { Cleanup } from '../cleanup.ts';
import { Failure, UsageFailure } from '../failure.ts';
import { GroupSource } from './group-source.ts';
import type { CaptureOptions } from './options.ts';
import { OwnLink } from './own-link.ts';
import { checkUp, PacketSource } from './packet-source.ts';
import type { Source } from './source.ts';

/** What {@link openSource} chooses from. */
export interface SourceChoice {
  readonly host: Host;
  readonly namespace: HostNamespace | undefined;
  readonly families: readonly GenericFamily[];
  readonly options: CaptureOptions;
  readonly stack: Cleanup;
  readonly say: (line: string) => void;
  readonly expression: Expression | undefined;
  /** Whether messages are printed as they come. */
  readonly isWatched: boolean;
}

/**
 * Chooses what to capture from: what was asked for, else an nlmon link, else multicast groups.
 *
 * @throws Failure: there is no such interface, or nothing that may be seen; UsageFailure: what was asked for makes no sense
 */
export function openSource(choice: SourceChoice): Source {
  const { host, namespace, options, stack, say, expression, isWatched } = choice;
  const { groups, interface: name, buffer, snaplen } = options;
  if (groups !== undefined) return groupSource(choice, undefined);
  const program = expression === undefined || asksForNumbers(expression) ? undefined : netlinkPrefilter(expression, snaplen === undefined ? {} : { snaplen });
  if (name !== undefined) {
    const link = linkOf(host, namespace, name);
    checkUp(link);
    const source = stack.use(packetSource(host, { link, namespace, buffer, snaplen, isWatched, program: link.type === ARPHRD_NETLINK ? program : undefined }));
    if (source.linkType !== LinkType.NETLINK && options.write === undefined) throw new UsageFailure(`${name} is no nlmon interface: nothing of it can be decoded; -w writes its packets to a file`);
    return source;
  }
  const support = host.supports.nlmon(namespace);
  if (!support.supported) return groupSource(choice, support);
  const link = stack.use(OwnLink.make(() => routeSocket(host, namespace)));
  const source = stack.use(packetSource(host, { link: { index: link.index, name: link.name, type: ARPHRD_NETLINK }, namespace, buffer, snaplen, isWatched, program }));
  link.up();
  source.forgetDown();
  say(`capturing on ${link.name}, which is removed at the end`);
  return source;
}

function packetSource(...args: ConstructorParameters<typeof PacketSource>): PacketSource {
  try {
    return new PacketSource(...args);
  } catch (error) {
    if (isKernelError(error, 'ENOMEM')) throw new Failure('there is not so much memory for the buffer: try a smaller --buffer', error);
    throw error;
  }
}

function groupSource({ host, namespace, families, options, stack, say }: SourceChoice, support: Support | undefined): GroupSource {
  const { groups, buffer, snaplen } = options;
  const source = stack.use(new GroupSource(host, { namespace, families, buffer, protocols: groups === true ? undefined : groups, snaplen }));
  if (source.groups === 0) throw new Failure('none of the multicast groups may be joined');
  const because = support?.supported === false ? `${support.reason}; ` : '';
  say(`${because}listening to ${String(source.groups)} multicast groups of ${source.heard.join(', ')}: requests and their answers are not seen`);
  if (source.refused.length > 0) say(`not allowed to listen to ${whatItNeeds(source.refused)}`);
  return source;
}

/** From kernel/audit.c:audit_multicast_bind, net/netlink/af_netlink.c:netlink_bind. */
function whatItNeeds(refused: readonly string[]): string {
  const others = refused.filter((name) => name !== 'audit');
  const needs = others.length > 0 ? [`${others.join(', ')}, which needs CAP_NET_ADMIN`] : [];
  if (refused.includes('audit')) needs.push('audit, which needs CAP_AUDIT_READ of the first user namespace');
  return needs.join('; nor to ');
}

function routeSocket(host: Host, namespace: HostNamespace | undefined): NetlinkSocket {
  return host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, namespace === undefined ? {} : { namespace });
}

function linkOf(host: Host, namespace: HostNamespace | undefined, name: string): Link {
  using ip = new IpRoute(() => routeSocket(host, namespace));
  try {
    return ip.link.show(name);
  } catch (error) {
    if (!isKernelError(error, 'ENODEV') && !isKernelError(error, 'EINVAL') && !isKernelError(error, 'ERANGE')) throw error;
    throw new Failure(`there is no interface ${name}`, error);
  }
}

/** A filter that asks for a packet's number must count all of them. */
function asksForNumbers(expression: Expression): boolean {
  switch (expression.kind) {
    case 'all':
    case 'any':
      return expression.operands.some(asksForNumbers);
    case 'not':
      return asksForNumbers(expression.operand);
    case 'word':
      return expression.word === 'frame';
    default:
      return expression.field.path[0] === 'frame';
  }
}
