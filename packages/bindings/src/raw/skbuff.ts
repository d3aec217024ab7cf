import type { kernel } from './kernel.ts';
import type { net_device } from './netdevice.ts';

/** Where the memory of an skb comes from and goes to. */
export interface skb_data_pool {
  /** Takes back a region that nobody shares any more. */
  put(region: skb_shared_data): void;
}

/**
 * The memory behind an skb and its clones: C's `skb->head` with the `dataref` of its `skb_shared_info`.
 *
 * It is a region of a slab that many skbs share, so every access adds {@link start}.
 */
export class skb_shared_data {
  /** The slab. */
  readonly bytes: Uint8Array;
  /** The slab, for numbers. */
  readonly view: DataView;
  /** Where the region starts in the slab, in octets. */
  readonly start: number;
  /** How long it is, in octets. */
  readonly size: number;
  /** How many skbs share it. */
  dataref = 0;
  /** The allocator's free list. */
  next: skb_shared_data | null = null;

  /** Where the region goes when nobody shares it any more; `null` for a buffer of its own. */
  readonly pool: skb_data_pool | null;

  constructor(bytes: Uint8Array, view: DataView, start: number, size: number, pool: skb_data_pool | null) {
    this.bytes = bytes;
    this.view = view;
    this.start = start;
    this.size = size;
    this.pool = pool;
  }
}

/**
 * `struct sk_buff` (include/linux/skbuff.h): a packet. All of its octets are linear.
 *
 * ```
 *   head.start        data             tail             end
 *      |  headroom      |      len       |   tailroom     |
 *      +----------------+----------------+----------------+
 * ```
 * `data`, `tail` and `end` are offsets into `head.bytes`, in octets.
 */
export class sk_buff {
  /** The kernel that allocated it, and that frees it. */
  readonly kernel: kernel;
  /** The next skb of the queue or free list that this one is in. */
  next: sk_buff | null = null;
  /** The socket that the skb is charged to or came from. */
  sk: object | null = null;
  /** Run when the last reference goes, before the data does. */
  destructor: ((skb: sk_buff) => void) | null = null;
  /** The device that it is sent through or came in at; `null` before anybody has said so. */
  dev: net_device | null = null;
  /** The memory that its octets are in; `null` once it has been freed. */
  head: skb_shared_data | null = null;
  /** Where the packet starts. */
  data = 0;
  /** Where the packet ends: one behind its last octet. */
  tail = 0;
  /** Where the room ends that it may grow into: one behind the last octet. */
  end = 0;
  /** All octets of the packet. */
  len = 0;
  /** Octets charged to the socket's buffer. */
  truesize = 0;
  /** Ethertype, or for netlink packets the netlink protocol; host order. */
  protocol = 0;
  /** `PACKET_*` of the UAPI. */
  pkt_type = 0;
  /** References to this record. */
  users = 0;
  /** Whether a clone shares, or shared, the data: write only after `skb_unclone`. */
  cloned = false;
  /** What routing and filters tell packets apart by (`SO_MARK`): 32 bits, 0 for none. */
  mark = 0;
  /** How soon it is to go (`SO_PRIORITY`): `TC_PRIO_*` in its low four bits, by which pfifo_fast chooses a band. */
  priority = 0;
  /** The transmit queue that the core chose, or that it came in at: from 0 on. */
  queue_mapping = 0;
  /** Where its network header starts: an offset into `head.bytes`. */
  network_header = 0;
  /** Where its hardware header starts: an offset into `head.bytes`; for a packet that came in, before {@link data}. */
  mac_header = 0;
  /** Where its transport header starts: an offset into `head.bytes`. */
  transport_header = 0;
  /** When the packet was seen: seconds and nanoseconds since the epoch, 0 for not yet. Two small integers allocate nothing. */
  tstamp_sec = 0;
  /** The nanoseconds beside {@link tstamp_sec}: 0 to 999,999,999. */
  tstamp_nsec = 0;
  /** `NETLINK_CB`: the sender's port id. */
  cb_portid = 0;
  /** `NETLINK_CB`: the multicast group that it goes to, 0 for none. */
  cb_dst_group = 0;
  /** `NETLINK_CB`: the sender's namespace as its receiver numbers it, -1 for its own. */
  cb_nsid = -1;
  /** `NETLINK_CB`: the sending socket. */
  cb_sk: object | null = null;
  /** The safe layer's handle on this record, made once. */
  handle: object | null = null;
  /** Where the skb was allocated, when the kernel tracks leaks. */
  origin: Error | null = null;

  constructor(owner: kernel) {
    this.kernel = owner;
  }
}
