import type { HostNamespace } from './network-namespace.unsafe.ts';
import type { TapTraffic } from './tap-types.ts';

/**
 * What a {@link PluggedDevice} tells of. It is called from inside the device's kernel: nothing there is changed, and nothing
 * is transmitted, before it returns.
 */
export interface PlugHandler {
  /**
   * Takes a packet that the driver received.
   *
   * @param bytes - what holds the packet: it is good until this returns
   * @param offset - where the packet starts, with its link-layer header
   * @param length - octets
   * @param protocol - its Ethertype, or for netlink packets the netlink protocol; host order
   */
  receive(bytes: Uint8Array, offset: number, length: number, protocol: number): void;
  /** The device takes packets of a queue again. */
  room(queue: number): void;
  /** Whether the device is up, its carrier, MTU, address or name have changed. */
  changed(): void;
  /** The device is gone. */
  gone(): void;
}

/** A device of another kernel than the host's, with nothing else above it. The embedded kernel's `DevicePort` is one. */
export interface PluggedDevice {
  /** What it is called in its own kernel; the host's interface takes the name unless {@link PlugOptions.name} gives another. */
  readonly name: string;
  /** `ARPHRD_*`. */
  readonly type: number;
  /** How many octets its packets' link-layer header has. */
  readonly headerLength: number;
  /** How many transmit queues are in use. */
  readonly queues: number;
  /** Whether it is open: `IFF_UP`. */
  readonly isUp: boolean;
  /** Whether its link is there: the host's interface follows it. */
  readonly hasCarrier: boolean;
  /** Octets that a packet may have behind its header. */
  readonly mtu: number;
  /** Empty for a device without. */
  readonly address: Uint8Array;
  /** Opens it or closes it; throws what its driver says. */
  setUp(isUp: boolean): void;
  /** Throws what its driver says. */
  setMtu(mtu: number): void;
  /** Throws what its driver says. */
  setAddress(address: Uint8Array): void;
  /** Whether packets for others are wanted, too. */
  setPromiscuous(isPromiscuous: boolean): void;
  /**
   * Transmits a packet, which is copied.
   *
   * @param queue - counts what the device has in hand
   * @param protocol - its protocol, for a device whose packets have no header with it
   * @returns 0; 1 when no more of this queue is taken until {@link PlugHandler.room}; or a negative errno
   */
  transmit(queue: number, bytes: Uint8Array, offset: number, length: number, protocol: number): number;
  /** Lets go of the device. */
  close(): void;
}

/** Where devices are. The embedded kernel's `NetNamespace` is one. */
export interface DeviceSource {
  /** Takes hold of a device by its name. */
  openPort(device: string, handler: PlugHandler): PluggedDevice;
}

/** How a device is plugged into the host. */
export interface PlugOptions {
  /**
   * The host interface's name, or a template with one `%d`.
   *
   * @defaultValue the device's
   */
  readonly name?: string;
  /**
   * The namespace of the host in which the interface is made.
   *
   * @defaultValue the one that this thread is in
   */
  readonly namespace?: HostNamespace;
  /**
   * How many queues the interface has.
   *
   * @defaultValue as many as the device uses to transmit
   */
  readonly queues?: number;
  /**
   * Told of what goes wrong without ending anything: a driver that does not open, an MTU or address that one side refuses.
   *
   * @defaultValue a warning of the process
   */
  readonly onError?: (error: Error) => void;
}

/** What passed a port. */
export interface PortCounters {
  /** What the host transmitted and the device took. */
  readonly fromHost: TapTraffic;
  /** What the device received and the host took. */
  readonly toHost: TapTraffic;
  /** What was dropped on the way, by the name of an errno. */
  readonly dropped: {
    /** `ENETDOWN`: the device was down; `EMSGSIZE`: longer than its MTU; `ENOBUFS`: its queue was full, or memory short. */
    readonly fromHost: Readonly<Record<string, number>>;
    /** `EIO`: the interface was down; and what else `TapCounters.refused` says. */
    readonly toHost: Readonly<Record<string, number>>;
  };
}

/** How a port ended. */
export interface PortEnd {
  /**
   * `closed`: by its owner; `deleted`: somebody has deleted the host's interface; `gone`: the device is gone; `failed`: what
   * `error` says.
   */
  readonly reason: 'closed' | 'deleted' | 'gone' | 'failed';
  /** With `failed` alone: what was thrown, mostly a `KernelError`. */
  readonly error?: unknown;
}
