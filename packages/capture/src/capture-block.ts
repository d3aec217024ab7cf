/** Names of one address. */
export interface NameRecord {
  /** What it is the address of: `nrb_record_ipv4` (1), `nrb_record_ipv6` (2), `nrb_record_eui48` (3), `nrb_record_eui64` (4), … */
  readonly type: number;
  /** The address, in network order; of a type that is not known, all of the record. */
  readonly address: Uint8Array;
  /** Its names. */
  readonly names: readonly string[];
}

/** A table of names, such as a host's `/etc/hosts`. */
export interface NamesBlock {
  /** What it is. */
  readonly kind: 'names';
  /** Addresses and their names. */
  readonly records: readonly NameRecord[];
}

/** Keys for encrypted packets. */
export interface SecretsBlock {
  /** What it is. */
  readonly kind: 'secrets';
  /** What they are: `0x544c534b` for a TLS key log, … */
  readonly secretsType: number;
  /** The keys. */
  readonly bytes: Uint8Array;
}

/** An entry of systemd's journal. */
export interface JournalBlock {
  /** What it is. */
  readonly kind: 'journal';
  /** The entry in journald's export format, and zeros up to a multiple of 4 octets. */
  readonly bytes: Uint8Array;
}

/** What somebody defined for themselves. */
export interface CustomBlock {
  /** What it is. */
  readonly kind: 'custom';
  /** Who: their private enterprise number. */
  readonly enterprise: number;
  /** Whether a program that changes the capture may copy it. */
  readonly copyable: boolean;
  /** The rest of the block; integers in it are most likely in the byte order of the section. */
  readonly bytes: Uint8Array;
}

/** A block of a type that is not known, or one whose content makes no sense. */
export interface UnknownBlock {
  /** What it is. */
  readonly kind: 'unknown';
  /** Its type. */
  readonly type: number;
  /** What is between its two lengths; integers in it are in the byte order of the section. */
  readonly bytes: Uint8Array;
}

/** A block of more than 17 MiB, which is skipped. */
export interface OversizedBlock {
  /** What it is. */
  readonly kind: 'oversized';
  /** Its type. */
  readonly type: number;
  /** Its length in octets, as it says. */
  readonly length: number;
}

/** A block that a writer can be given. */
export type WritableBlock = NamesBlock | SecretsBlock | JournalBlock | CustomBlock | UnknownBlock;

/** A block of pcapng that is neither a packet nor says something of an interface or a section. */
export type CaptureBlock = (WritableBlock | OversizedBlock) & {
  /** The section of the file, counted from 0. */
  readonly section: number;
};
