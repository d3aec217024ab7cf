import { ifreq } from '@netdevkit/bindings';
import { IFNAMSIZ } from '@netdevkit/bindings/raw';
import { decodeCString, encodeText } from '../../text.ts';
import type { UserMemory } from '../../user-memory.ts';

/**
 * A program's `struct ifreq`, copied in: a name, and a union whose members {@link view} gives.
 */
export class InterfaceRequest {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;

  constructor(bytes: Uint8Array) {
    // A copy by any other means would share its memory if it were Node's Buffer.
    this.bytes = new Uint8Array(bytes.subarray(0, ifreq.SIZE));
    this.view = new DataView(this.bytes.buffer);
    // From net/core/dev_ioctl.c:dev_ioctl: the name ends, whatever the program says.
    this.bytes[IFNAMSIZ - 1] = 0;
  }

  /** `ifr_name`; `null` for octets that are no UTF-8, which name no device here. */
  get label(): string | null {
    return decodeCString(ifreq.ifr_name(this.view, 0));
  }

  /** The device's name: what comes before the colon of a label such as `eth0:1`. */
  get device(): string | null {
    const { label } = this;
    const colon = label?.indexOf(':') ?? -1;
    return label === null || colon === -1 ? label : label.slice(0, colon);
  }

  /** Puts a device's name into `ifr_name`. */
  rename(name: string): void {
    // As strscpy does, only what the name takes is written.
    const octets = encodeText(name);
    this.bytes.set(octets);
    this.bytes[octets.length] = 0;
  }

  /** `ifr_newname`. */
  get newName(): string | null {
    const octets = ifreq.ifr_newname(this.view, 0).slice();
    octets[IFNAMSIZ - 1] = 0;
    return decodeCString(octets);
  }
}

/** `get_user_ifreq`: `undefined` when the program's memory cannot be read. */
export function readIfreq(memory: UserMemory, address: bigint): InterfaceRequest | undefined {
  const bytes = memory.read(address, ifreq.SIZE);
  return bytes === undefined ? undefined : new InterfaceRequest(bytes);
}
