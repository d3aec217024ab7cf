import type { net_device } from '@netdevkit/bindings/raw';

/** Who asked for a change, when its answer is to say so (NLM_F_ECHO). */
export interface Requester {
  readonly portid: number;
  readonly seq: number;
  /** Whether the request bore NLM_F_ECHO. */
  readonly echo: boolean;
}

/**
 * How the device core tells rtnetlink's listeners of devices. The core knows only this face; rtnetlink stands above it.
 */
export interface LinkMessages {
  /**
   * `rtmsg_ifinfo(RTM_NEWLINK, …)`.
   *
   * @param change - `ifi_change`: the flags that changed
   */
  changed(dev: net_device, change: number, requester: Requester | null): void;
  /**
   * Builds the RTM_DELLINK while the device is whole, to be sent when it is not.
   *
   * @param moved - the namespace number and index that the device goes to, when it moves
   * @returns what sends it
   */
  deleting(dev: net_device, requester: Requester | null, moved: { nsid: number; ifindex: number } | null): () => void;
}
