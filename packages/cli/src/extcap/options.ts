/** What Wireshark tells an extcap, and what a person does. */
export interface ExtcapOptions {
  /** Lists the interfaces. */
  readonly extcapInterfaces?: boolean;
  /** Which interface the rest is about. */
  readonly extcapInterface?: string;
  /** Lists the link types of the interface. */
  readonly extcapDlts?: boolean;
  /** Lists the options of the interface. */
  readonly extcapConfig?: boolean;
  /** The capture filter: with {@link capture} to be used, else to be checked. */
  readonly extcapCaptureFilter?: string;
  /** Captures. */
  readonly capture?: boolean;
  /** Where the capture goes. */
  readonly fifo?: string;
  /** Puts the command where Wireshark looks for it: where that is, or in a folder. */
  readonly install?: true | string;
  /** Takes that back. */
  readonly uninstall?: true | string;
  /** As of `nlmon capture`. */
  readonly netns?: string;
  /** As of `nlmon capture`. */
  readonly groups?: boolean;
  /** An nlmon interface that exists. */
  readonly link?: string;
  /** As of `nlmon capture`. */
  readonly buffer: number;
}
