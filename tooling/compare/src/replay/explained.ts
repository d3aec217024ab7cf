/** Commands that print something else when they are replayed, and why. */
export const EXPLAINED: readonly { readonly command: RegExp; readonly why: string }[] = [
  { command: /^ip maddr /u, why: 'it reads files below /proc/net and asks by ioctl: that is not recorded' },
  { command: /^ip xfrm state add .* encap espinudp /u, why: 'it sends what happens to stand in the padding of a structure' },
  { command: /^tc actions add action simple /u, why: 'it sends what happens to stand behind a text' },
  { command: /^ping /u, why: 'it says how long it took' },
];
