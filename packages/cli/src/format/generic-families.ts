import {
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_HDRSIZE,
  CTRL_CMD_DELFAMILY,
  CTRL_CMD_NAMES,
  CTRL_CMD_NEWFAMILY,
  GENL_HDRLEN,
  GENL_ID_CTRL,
  NETLINK_GENERIC,
  NLMSG_HDRLEN,
  genlmsghdr,
} from '@netdevkit/bindings';
import { align, attributesOf, type MessageCursor } from '@netdevkit/netlink';
import { specName } from './attribute-spec.ts';
import { messageKind, messageTypeName, numbered, type MessageKind } from './message-kind.ts';

/** What a generic netlink message says of itself. */
export interface GenericMessage {
  /** The name of its family, if it is known. */
  readonly family: string | undefined;
  /** Its command: by name if that is known, such as `'getfamily'`, else the number. */
  readonly command: string;
  /** The version of the family's protocol. */
  readonly version: number;
}

/**
 * The names of generic netlink families, learnt from what the controller says in a capture: a kernel gives the numbers anew
 * at each start.
 */
export class GenericFamilies {
  readonly #families = new Map<number, { readonly name: string; readonly kind: MessageKind | undefined }>([
    [GENL_ID_CTRL, { name: 'nlctrl', kind: undefined }],
  ]);

  /** The name of a family, if it was told. */
  name(id: number): string | undefined {
    return this.#families.get(id)?.name;
  }

  /**
   * What to call a type of message in a line of text.
   *
   * @param protocol - the netlink protocol
   * @param type - `nlmsg_type`
   * @returns C's name, else the generic family's, else the number
   */
  typeText(protocol: number, type: number): string {
    const family = protocol === NETLINK_GENERIC ? this.name(type) : undefined;
    return messageTypeName(protocol, type) ?? family ?? `type ${String(type)}`;
  }

  /**
   * What is known of the inside of a message of any protocol.
   *
   * @param protocol - the netlink protocol
   * @param type - `nlmsg_type`: of generic netlink, the family
   * @returns `undefined` when nothing is; where a generic family's attributes start is told by the controller too
   */
  kind(protocol: number, type: number): MessageKind | undefined {
    return messageKind(protocol, type) ?? (protocol === NETLINK_GENERIC ? this.#families.get(type)?.kind : undefined);
  }

  /**
   * Learns from a message, if it is one of the controller about a family.
   *
   * @param protocol - the netlink protocol
   * @param message - any
   */
  learn(protocol: number, message: MessageCursor): void {
    if (protocol !== NETLINK_GENERIC || message.type !== GENL_ID_CTRL) return;
    const command = commandOf(message);
    if (command !== CTRL_CMD_NEWFAMILY && command !== CTRL_CMD_DELFAMILY) return;
    let id: number | undefined;
    let name: string | undefined;
    let headerSize: number | undefined;
    const cursor = attributesOf(message, GENL_HDRLEN);
    while (cursor.next()) {
      if (cursor.type === CTRL_ATTR_FAMILY_ID) id = cursor.u16();
      else if (cursor.type === CTRL_ATTR_FAMILY_NAME) name = cursor.string();
      else if (cursor.type === CTRL_ATTR_HDRSIZE) headerSize = cursor.u32();
    }
    if (id === undefined || name === undefined || id === GENL_ID_CTRL) return;
    if (command === CTRL_CMD_DELFAMILY) this.#families.delete(id);
    else this.#families.set(id, { name, kind: headerSize === undefined ? undefined : numbered(GENL_HDRLEN + align(headerSize)) });
  }

  /**
   * What a generic netlink message says of itself.
   *
   * @param message - of `NETLINK_GENERIC`
   * @returns `undefined` when it is too short
   */
  describe(message: MessageCursor): GenericMessage | undefined {
    const command = commandOf(message);
    if (command === undefined) return undefined;
    const known = message.type === GENL_ID_CTRL ? CTRL_CMD_NAMES[command] : undefined;
    return {
      family: this.name(message.type),
      command: known === undefined ? String(command) : specName(known.slice('CTRL_CMD_'.length)),
      version: genlmsghdr.version(message.view, message.offset + NLMSG_HDRLEN),
    };
  }
}

function commandOf(message: MessageCursor): number | undefined {
  const at = message.offset + NLMSG_HDRLEN;
  return message.length < NLMSG_HDRLEN + GENL_HDRLEN ? undefined : genlmsghdr.cmd(message.view, at);
}
