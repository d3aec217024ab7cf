/** The kinds of enumerations. */
export type NamesKind = 'enum' | 'flags';

/** An enumeration, or a set of flags. */
export interface SpecNames {
  readonly name: string;
  readonly kind: NamesKind;
  /** By value, or for flags by number of bit. */
  readonly entries: readonly { readonly name: string; readonly value: number }[];
}

/** An attribute or a member of a structure, all its keys as they stand in the specification. */
export interface SpecField {
  readonly name: string;
  readonly type: string;
  /** Where it stands, for messages. */
  readonly place: string;
  readonly bigEndian: boolean;
  readonly many: boolean;
  readonly enum?: string | undefined;
  readonly enumAsFlags: boolean;
  readonly hint?: string | undefined;
  readonly length?: number | undefined;
  readonly struct?: string | undefined;
  readonly nested?: string | undefined;
  readonly subType?: string | undefined;
  readonly subMessage?: string | undefined;
  readonly selector?: string | undefined;
  readonly typeValue: readonly string[];
}

/** A structure. */
export interface SpecStruct {
  readonly name: string;
  readonly members: readonly SpecField[];
}

/** A set of attributes, numbered. */
export interface SpecSet {
  readonly name: string;
  readonly attributes: readonly { readonly value: number; readonly field: SpecField }[];
}

/** A choice of formats. */
export interface SpecSubMessage {
  readonly name: string;
  readonly formats: readonly {
    readonly value: string;
    readonly header?: string | undefined;
    readonly attributes?: string | undefined;
  }[];
}

/** A message, numbered in each direction in which it goes. */
export interface SpecOperation {
  readonly name: string;
  readonly request?: number | undefined;
  readonly reply?: number | undefined;
  readonly header?: string | undefined;
  readonly attributes?: string | undefined;
  readonly isDump: boolean;
}

/** A family. */
export interface SpecFamily {
  /** The file's name. */
  readonly file: string;
  readonly name: string;
  /** `NETLINK_*`, if it is no generic family. */
  readonly protocol?: number | undefined;
  readonly version: number;
  /** The prefix of its commands, for their C names. */
  readonly prefix?: string | undefined;
  readonly names: readonly SpecNames[];
  readonly structs: readonly SpecStruct[];
  readonly sets: readonly SpecSet[];
  readonly subMessages: readonly SpecSubMessage[];
  readonly operations: readonly SpecOperation[];
  readonly groups: readonly { readonly name: string; readonly value?: number | undefined }[];
}
