import {
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_EXCL,
  NLM_F_REQUEST,
  RTM_NEWLINK,
  RTM_SETLINK,
  VETH_INFO_PEER,
  ifinfomsg,
} from '@netdevkit/bindings';
import { nest, octets, text, writeAttributes, type Attribute } from '../attributes.ts';
import { ACK, link, structure, type LinkHeader } from '../requests.ts';
import type { Port, Scenario, Scene } from '../scene.ts';

/** `lo`'s index. */
export const LO = 1;
/** The index of the first link that a scenario makes. */
export const FIRST = 2;
export const SECOND = 3;
/** A request for all there is. */
export const DUMP: number = NLM_F_REQUEST | NLM_F_DUMP;
/** A request that makes something new. */
export const NEW: number = ACK | NLM_F_CREATE | NLM_F_EXCL;
/** A request without an acknowledgement. */
export const PLAIN: number = NLM_F_REQUEST;
export const REPLACE: number = ACK | NLM_F_CREATE;

/** A hardware address that scenarios give: the last octet says which. */
export function mac(last: number): number[] {
  return [2, 0, 0, 0, 0, last];
}

/** What a request says of a link's kind. */
export function kind(name: string, ...data: readonly Attribute[]): Attribute {
  return nest(IFLA_LINKINFO, text(IFLA_INFO_KIND, name), ...(data.length === 0 ? [] : [nest(IFLA_INFO_DATA, ...data)]));
}

/** A request for a link of a kind, with a name and an address that are the same in each run. */
export function newLink(name: string, of: string, header: LinkHeader = {}, ...attributes: readonly Attribute[]): Uint8Array {
  const address = attributes.some(({ type }) => type === IFLA_ADDRESS) ? [] : [octets(IFLA_ADDRESS, mac(name.charCodeAt(name.length - 1)))];
  return link(RTM_NEWLINK, NEW, header, text(IFLA_IFNAME, name), ...address, ...attributes, kind(of));
}

/** What a request for a pair says of its other end. */
export function peer(header: LinkHeader, ...attributes: readonly Attribute[]): Attribute {
  const bytes = structure(ifinfomsg.SIZE, (view) => {
    ifinfomsg.set_ifi_index(view, 0, header.index ?? 0);
    ifinfomsg.set_ifi_flags(view, 0, header.flags ?? 0);
    ifinfomsg.set_ifi_change(view, 0, header.change ?? 0);
  });
  return { type: VETH_INFO_PEER, payload: Uint8Array.from([...bytes, ...writeAttributes(attributes)]) };
}

/** A request for a pair: `NAMEa` and `NAMEb`. */
export function newPair(name: string, header: LinkHeader = {}, ...ofPeer: readonly Attribute[]): Uint8Array {
  const other = peer({}, text(IFLA_IFNAME, `${name}b`), octets(IFLA_ADDRESS, mac(0xb)), ...ofPeer);
  return link(RTM_NEWLINK, NEW, header, text(IFLA_IFNAME, `${name}a`), octets(IFLA_ADDRESS, mac(0xa)), kind('veth', other));
}

/** A request that brings a link up or down. */
export function up(index: number, isUp = true): Uint8Array {
  return link(RTM_SETLINK, ACK, { index, flags: isUp ? IFF_UP : 0, change: IFF_UP });
}

/** Brings a link up, and waits for what IPv6 does about it. */
export async function bringUp(scene: Scene, port: Port, index: number = FIRST): Promise<void> {
  await scene.ask(port, 'bring it up', up(index));
  await scene.wait('IPv6 does its part', 20);
}

/** Waits until a pair's carriers were looked at, which kernels do once in a second. */
export async function settleCarriers(scene: Scene): Promise<void> {
  await scene.wait('the carriers are looked at', 1100);
}

/** Requests that stand for themselves, each a step of one scenario. */
export type Asked = Readonly<Record<string, Uint8Array>>;

/** A scenario of requests on one socket, one after another. */
export function asking(name: string, requests: Asked, options: { readonly needs?: readonly string[]; readonly strict?: boolean; readonly groups?: readonly number[]; readonly isSlow?: boolean; readonly before?: (scene: Scene, port: Port) => Promise<void> } = {}): Scenario {
  return {
    name,
    ...(options.needs === undefined ? {} : { needs: options.needs }),
    ...(options.isSlow === undefined ? {} : { isSlow: options.isSlow }),
    async play(scene) {
      if (options.groups !== undefined) scene.listen(...options.groups);
      const port = options.strict === true ? scene.strict() : scene.client();
      await options.before?.(scene, port);
      for (const [what, request] of Object.entries(requests)) await scene.ask(port, what, request);
    },
  };
}
