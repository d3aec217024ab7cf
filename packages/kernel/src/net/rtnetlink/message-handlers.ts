import { RTM_BASE, RTM_NR_MSGTYPES, RTNL_FAMILY_MAX } from '@netdevkit/bindings';
import type { DumpControl, NetlinkRequest, RequestHandler } from '../netlink/netlink-types.ts';

/** How one type of message is handled: `struct rtnl_link`. */
export interface MessageHandler {
  /** Answers a request that is not for a dump. */
  readonly doit?: RequestHandler;
  /** How a request for a dump is answered. */
  readonly dump?: (request: NetlinkRequest) => DumpControl;
  /** Whether a deletion may be of many: RTNL_FLAG_BULK_DEL_SUPPORTED. */
  readonly bulkDelete?: boolean;
}

/**
 * The handlers of rtnetlink's messages by family and type: `rtnl_msg_handlers` of net/core/rtnetlink.c.
 */
export class MessageHandlers {
  /** By family; then by type, from RTM_BASE. */
  readonly #families: ((MessageHandler | undefined)[] | undefined)[] = [];

  /**
   * `rtnl_register`.
   *
   * @param family - `PF_*`; PF_UNSPEC for all that have no handler of their own
   * @param type - `RTM_*`
   */
  register(family: number, type: number, handler: MessageHandler): void {
    if (family > RTNL_FAMILY_MAX || type < RTM_BASE || type >= RTM_BASE + RTM_NR_MSGTYPES) {
      throw new RangeError(`expected a family up to ${String(RTNL_FAMILY_MAX)} and an RTM_*, got ${String(family)} and ${String(type)}`);
    }
    (this.#families[family] ??= [])[type - RTM_BASE] = handler;
  }

  /** What handles requests that are not for a dump; the family's own, else PF_UNSPEC's. */
  doit(family: number, type: number): MessageHandler | undefined {
    const own = this.#families[family]?.[type - RTM_BASE];
    return own?.doit === undefined ? this.#families[0]?.[type - RTM_BASE] : own;
  }

  /** What a family itself has registered. */
  own(family: number, type: number): MessageHandler | undefined {
    return this.#families[family]?.[type - RTM_BASE];
  }

  /** What handles requests for a dump. */
  dump(family: number, type: number): MessageHandler | undefined {
    const own = this.#families[family]?.[type - RTM_BASE];
    return own?.dump === undefined ? this.#families[0]?.[type - RTM_BASE] : own;
  }
}
