import { LinkType } from '@netdevkit/capture';

/** What Wireshark knows the interface by. */
export const INTERFACE = 'nlmon';

/** A value that is a part of a sentence, whose marks it may not contain. */
function sentence(kind: string, values: Readonly<Record<string, string | number>>): string {
  const parts = Object.entries(values).map(([key, value]) => `{${key}=${String(value).replaceAll(/[{}\n]/g, ' ')}}`);
  return `${kind} ${parts.join('')}\n`;
}

/** The interfaces that there are. */
export function interfaces(version: string): string {
  return (
    sentence('extcap', { version, help: 'https://www.wireshark.org/docs/man-pages/extcap.html', display: 'NetDevKit' }) +
    sentence('interface', { value: INTERFACE, display: 'netlink (nlmon)' })
  );
}

/** The link types of the interface. */
export function dlts(): string {
  return sentence('dlt', { number: LinkType.NETLINK, name: 'NETLINK', display: 'Linux netlink' });
}

/** The options of the interface. */
export function config(buffer: string): string {
  return [
    { call: '--netns', display: 'Network namespace', tooltip: 'A name, a process id, or a path; empty for the one that Wireshark is in', type: 'string' },
    { call: '--link', display: 'nlmon interface', tooltip: 'One that exists; empty to make one for the time of the capture', type: 'string' },
    { call: '--groups', display: 'Multicast groups only', tooltip: 'Listen to what the kernel tells everybody, without nlmon', type: 'boolflag', default: 'false' },
    { call: '--buffer', display: 'Buffer', tooltip: 'How much the kernel may write ahead, such as 64M', type: 'string', default: buffer },
  ]
    .map((argument, number) => sentence('arg', { number, ...argument }))
    .join('');
}
