import { AF_PACKET, ETH_P_ALL, SO_RCVBUF, SOCK_RAW, SOL_SOCKET } from '@netdevkit/bindings';
import { LinkType, type PcapngWriter } from '@netdevkit/capture';
import { isKernelError } from '@netdevkit/errno';
import type { Kernel, NetNamespace } from '@netdevkit/kernel';
import { decodeStep, errorText, PacketCursor, type DecodeContext } from '@netdevkit/netlink';
import type { Printer } from '../print/printer.ts';

// Room for the longest answer of a step, before it is taken.
const RECEIVE_BUFFER = 8_388_608;

type Capture = ReturnType<typeof openCapture>;

/** A device that is recorded. */
interface Source {
  readonly name: string;
  readonly capture: Capture;
  readonly interfaceId: number | undefined;
  packets: number;
  drops: number;
}

/** A packet, taken from its socket. */
interface Taken {
  readonly source: Source;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly protocol: number;
  readonly bytes: Uint8Array;
}

/** What was seen of a device. */
export interface RecordedDevice {
  /** Its name. */
  readonly name: string;
  /** How many packets were captured. */
  readonly packets: number;
  /** How many found no room in the capture's buffer. */
  readonly drops: number;
}

/** Where a recorder puts what it sees. */
export interface RecorderOptions {
  /** Decodes the messages. */
  readonly context: DecodeContext;
  /** Prints them. */
  readonly printer: Printer;
  /** The capture file, if there is one. */
  readonly writer: PcapngWriter | undefined;
}

/**
 * Captures what passes netlink monitoring devices, prints it and writes it to a file.
 */
export class Recorder implements Disposable {
  readonly #kernel: Kernel;
  readonly #options: RecorderOptions;
  readonly #sources: Source[] = [];
  readonly #cursor: PacketCursor;
  #frames = 0;

  /**
   * @param kernel - the devices' kernel
   * @param options - where to put what it sees
   */
  constructor(kernel: Kernel, options: RecorderOptions) {
    this.#kernel = kernel;
    this.#options = options;
    this.#cursor = new PacketCursor(options.context);
  }

  /** How many frames there were. */
  get frames(): number {
    return this.#frames;
  }

  /**
   * Starts to capture on a device.
   *
   * @param name - of the device
   * @param ifindex - its index
   * @param namespace - where it is
   */
  watch(name: string, ifindex: number, namespace: NetNamespace): void {
    const { writer } = this.#options;
    const capture = openCapture(this.#kernel, ifindex, namespace);
    const interfaceId = writer?.addInterface({
      linkType: LinkType.NETLINK,
      name,
      description: `netlink monitor in the ${namespace.name === '' ? 'initial namespace' : `namespace ${namespace.name}`} of an embedded kernel`,
    });
    this.#sources.push({ name, capture, interfaceId, packets: 0, drops: 0 });
  }

  /**
   * Prints and writes what was captured since the last time, the oldest first.
   *
   * @param remark - said of each packet in the file
   * @returns how many packets there were
   * @throws SinkError: the output failed
   */
  take(remark?: string): number {
    const taken = this.#sources.flatMap((source) => takeFrom(source));
    taken.sort((a, b) => a.seconds - b.seconds || a.nanoseconds - b.nanoseconds);
    for (const packet of taken) this.#record(packet, remark);
    return taken.length;
  }

  /** What was seen of each device. */
  devices(): RecordedDevice[] {
    return this.#sources.map(({ name, packets, drops }) => ({ name, packets, drops }));
  }

  /** Ends the captures. */
  [Symbol.dispose](): void {
    for (const { capture } of this.#sources) capture.close();
  }

  #record({ source, seconds, nanoseconds, protocol, bytes }: Taken, remark: string | undefined): void {
    const { printer, writer } = this.#options;
    const comments: string[] = [];
    const cursor = this.#cursor;
    cursor.reset({ frame: ++this.#frames, seconds, nanoseconds, interface: source.name, protocol, bytes });
    while (cursor.next()) {
      printer.print(cursor);
      comments.push(...errorsOf(cursor));
    }
    if (writer === undefined || source.interfaceId === undefined) return;
    if (remark !== undefined) comments.push(remark);
    writer.write({ interfaceId: source.interfaceId, seconds, nanoseconds, bytes, protocol, comments });
    writer.setStatistics(source.interfaceId, { received: source.packets + source.drops, dropped: source.drops });
  }
}

/** The error that a message tells, in words: Wireshark does not tell what is in an extended acknowledgement. */
function errorsOf(cursor: PacketCursor): string[] {
  const decoded = decodeStep(cursor);
  const error = 'error' in decoded ? decoded.error : undefined;
  return error === undefined || error.errno === 0 ? [] : [errorText(error)];
}

function openCapture(kernel: Kernel, ifindex: number, namespace: NetNamespace) {
  // Protocol 0 sees nothing; bound to all at once it would see every device for a moment.
  const capture = kernel.socket(AF_PACKET, SOCK_RAW, 0, { namespace });
  capture.setOption(SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
  capture.bind({ protocol: ETH_P_ALL, ifindex });
  return capture;
}

function takeFrom(source: Source): Taken[] {
  const taken: Taken[] = [];
  const { capture } = source;
  for (;;) {
    try {
      capture.drain((bytes, offset, length, { sec, nsec, protocol }) => {
        taken.push({ source, seconds: sec, nanoseconds: nsec, protocol, bytes: bytes.slice(offset, offset + length) });
      });
      break;
    } catch (error) {
      // It is down, or was: what was captured before follows the error.
      if (!isKernelError(error, 'ENETDOWN')) throw error;
    }
  }
  const { packets, drops } = capture.statistics();
  source.packets += packets - drops;
  source.drops += drops;
  return taken;
}
