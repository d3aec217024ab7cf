import {
  AF_NETLINK,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_ROUTE,
  RTNLGRP_IPV4_NETCONF,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_IPV6_NETCONF,
  SIOCSIFFLAGS,
  SOCK_RAW,
  SOL_NETLINK,
  ifreq,
} from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import { expect, it } from 'vitest';
import { SYSCTLS } from '../src/net/core/sysctl.ts';
import { Kernel, seededRandom, type NetNamespace } from '../src/index.ts';
import { runOnHost } from './host.ts';

/** Text to write into a file, which is then read; or a file to read. */
interface Step {
  readonly path: string;
  readonly text?: string;
}

/** What is answered, and the messages that were told meanwhile, as hexadecimal digits. */
type Answer = readonly [text: string, ...messages: string[]];

const GROUPS = [RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF, RTNLGRP_IPV6_IFADDR];

const SCRIPT = `
import errno, fcntl, json, os, socket, struct, sys
route = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
route.bind((0, 0))
for group in ${JSON.stringify(GROUPS)}:
    route.setsockopt(270, 1, group)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(udp, ${String(SIOCSIFFLAGS)}, struct.pack('16sh14x', b'lo', 1))
def messages():
    out = []
    while True:
        try:
            out.append(route.recv(65536).hex())
        except BlockingIOError:
            return out
messages()
out = []
for step in json.load(sys.stdin):
    path, text = '/proc/sys/net/' + step['path'], ''
    try:
        if 'text' in step:
            fd = os.open(path, os.O_WRONLY)
            try:
                os.write(fd, step['text'].encode())
            finally:
                os.close(fd)
    except OSError as error:
        text = 'errno %d, ' % error.errno
    try:
        with open(path, newline='') as file:
            text += file.read()
    except OSError as error:
        text += 'errno %d' % error.errno
    out.append([text] + messages())
json.dump(out, sys.stdout)
`;

const TEXTS = ['0', '1', '2', '3', '-1', '7', '15', '64', '255', '256', '1280', '1500', '70000', '3000000', '2147483647', '4294967295', '4294967296', ' 1\n', '0x2', '08', '+1', '1 2', '5 4', '2000 3000', '1x', '\n', 'x', '::1', 'fe80::1%1'];
// Settings that this host's kernel has, of which some are newer than the reference, and those whose effect is random.
const IPV4 = 'accept_local accept_redirects arp_evict_nocarrier bc_forwarding forwarding forwarding forwarding ignore_routes_with_linkdown mc_forwarding promote_secondaries proxy_arp route_localnet rp_filter tag disable_xfrm'.split(' ');
const IPV6 = 'accept_dad accept_ra addr_gen_mode dad_transmits disable_ipv6 forwarding forwarding hop_limit ignore_routes_with_linkdown ioam6_id ioam6_id_wide keep_addr_on_down mc_forwarding mldv1_unsolicited_report_interval mtu ndisc_evict_nocarrier ndisc_tclass proxy_ndp ra_defrtr_metric ra_honor_pio_life regen_min_advance router_solicitation_delay router_solicitations accept_untracked_na stable_secret'.split(' ');
const TARGETS = ['all', 'default', 'lo'];

function steps(): Step[] {
  const random = seededRandom(6);
  const octet = new Uint8Array(1);
  const one = <T>(of: readonly T[], fallback: T): T => {
    random.fill(octet);
    return of[(octet[0] ?? 0) % of.length] ?? fallback;
  };
  const plain = [...SYSCTLS.keys()];
  const drawn = Array.from({ length: 1500 }, (): Step[] => {
    const family = one(['ipv4', 'ipv6', 'plain'], 'plain');
    const text = one(TEXTS, '1');
    if (family === 'plain') return [{ path: one(plain, 'ipv4/ip_forward'), text }];
    const name = one(family === 'ipv4' ? IPV4 : IPV6, 'forwarding');
    const step = { path: `${family}/conf/${one(TARGETS, 'all')}/${name}`, text };
    return [step, ...TARGETS.map((target) => ({ path: `${family}/conf/${target}/${name}` }))];
  });
  return [
    ...plain.map((path) => ({ path })),
    ...drawn.flat(),
    { path: 'ipv4/ip_forward', text: '1' },
    { path: 'ipv4/ip_forward', text: '0' },
    { path: 'ipv4/route/flush', text: '1' },
    { path: 'ipv4/conf/lo/forwarding' },
    { path: 'ipv4/conf/nosuch/forwarding', text: '1' },
  ];
}

function run(namespace: NetNamespace, kernel: Kernel, todo: readonly Step[]): Answer[] {
  using route = kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  route.bind({});
  for (const group of GROUPS) route.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
  const up = new Uint8Array(ifreq.SIZE);
  up.set(Buffer.from('lo'));
  new DataView(up.buffer).setInt16(16, 1, true);
  namespace.ioctl(SIOCSIFFLAGS, up);
  const messages = (): string[] => {
    const out: string[] = [];
    for (let next = route.receive(); next !== undefined; next = route.receive()) out.push(Buffer.from(next.bytes).toString('hex'));
    return out;
  };
  messages();
  const tried = (act: () => string): string => {
    try {
      return act();
    } catch (error) {
      if (!isKernelError(error)) throw error;
      return `errno ${String(error.errno)}`;
    }
  };
  return todo.map(({ path, text }) => {
    const file = `/proc/sys/net/${path}`;
    const written = text === undefined ? '' : tried(() => (namespace.writeFile(file, Buffer.from(text)), ''));
    const read = tried(() => Buffer.from(namespace.readFile(file)).toString());
    return [`${written === '' ? '' : `${written}, `}${read}`, ...messages()];
  });
}

/** An answer without the times of addresses, which messages end in. */
function comparable([text, ...messages]: Answer): string {
  return [text, ...messages.map((message) => (message.startsWith('14', 8) || message.startsWith('15', 8) ? message.slice(0, 80) : message))].join(' ');
}

it('has the settings of a namespace that the host has, with the same bounds, effects and messages', ({ skip }) => {
  const todo = steps();
  const host = runOnHost(SCRIPT, todo);
  if ('reason' in host) {
    skip(`no private namespace with Python: ${host.reason}`);
    return;
  }
  // CAST: the script writes one answer for each step.
  const expected = host.answer as Answer[];
  using kernel = new Kernel();
  const got = run(kernel.initialNamespace, kernel, todo);
  const different = todo.flatMap((step, i) => {
    const [ours, theirs] = [comparable(got[i] ?? ['']), comparable(expected[i] ?? [''])];
    return ours === theirs ? [] : [{ i, step, ours, theirs }];
  });
  expect(different).toEqual([]);
});
