import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Scripts of somebody else that test a kernel, and how they are started. */
export interface Suite {
  /** What the table calls it. */
  readonly name: string;
  /** Where its scripts start, below the copy of the folder. */
  readonly start: string;
  /** The scripts that are run when none is named, by their paths from there, with what they are told. */
  readonly scripts: readonly string[];
  /** The shell's command that runs one. */
  readonly command: (script: string) => string;
  readonly environment: Readonly<Record<string, string>>;
  /** The exit code that says that a script could not be run here. */
  readonly skipped: number;
}

/** What of the kernel's own tests asks and changes devices, addresses, routes, rules and neighbours, and no more than a few packets. */
const KSELFTESTS: readonly string[] = [
  'altnames.sh',
  'arp_ndisc_evict_nocarrier.sh',
  'arp_ndisc_untracked_subnets.sh',
  'fdb_flush.sh',
  'fib-onlink-tests.sh',
  'fib_nexthop_multiprefix.sh',
  'fib_nexthop_nongw.sh',
  'fib_nexthops.sh',
  'fib_rule_tests.sh',
  'fib_tests.sh',
  'icmp_redirect.sh',
  'ndisc_unsolicited_na_test.sh',
  'netdevice.sh',
  'netns-name.sh',
  'netns-sysctl.sh',
  'rps_default_mask.sh',
  'rtnetlink.sh',
  'test_blackhole_dev.sh',
  'test_bridge_backup_port.sh',
  'test_vxlan_fdb_changelink.sh',
  'test_vxlan_vnifiltering.sh',
  'unicast_extensions.sh',
  'veth.sh',
  'vlan_hw_filter.sh',
  'vrf_strict_mode_test.sh',
];

/** Where the results of a script of iproute2's go. */
const RESULTS = 'results';

/**
 * The suite that a folder holds: iproute2's `testsuite`, or the kernel's `tools/testing/selftests/net`.
 *
 * @returns `undefined` for neither
 */
export function suiteOf(folder: string): Suite | undefined {
  if (existsSync(join(folder, 'lib', 'generic.sh'))) return iproute2(folder);
  if (existsSync(join(folder, 'rtnetlink.sh'))) return kselftests(folder);
  return undefined;
}

function kselftests(folder: string): Suite {
  return {
    name: 'kselftest net',
    start: '.',
    scripts: KSELFTESTS.filter((script) => existsSync(join(folder, script))).flatMap((script) => {
      const parts = partsOf(readFileSync(join(folder, script), 'utf8'));
      return parts.length === 0 ? [script] : parts.map((part) => `${script} -t ${part}`);
    }),
    command: (script) => `exec bash ./${script.split(' ').map(quote).join(' ')}`,
    // Packet generators that not every test of a family needs.
    environment: { REQUIRE_MZ: 'no' },
    skipped: 4,
  };
}

/** The parts of a script that can be run one by one, so that one which cannot go on does not end the others. */
export function partsOf(text: string): string[] {
  if (!/\bgetopts\s+\S*t:/m.test(text)) return [];
  const lists = [...text.matchAll(/^(?:\w+_)?TESTS="([^"]*)"/gm)].map((match) => match[1] ?? '');
  return [...new Set(lists.flatMap((list) => list.split(/[\s\\]+/)).filter((word) => /^\w+$/.test(word)))];
}

/** As its Makefile does, but for the namespace. */
function iproute2(folder: string): Suite {
  return {
    name: 'iproute2 testsuite',
    start: '.',
    scripts: readdirSync(join(folder, 'tests'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.t'))
      .sort(),
    command: (script) => {
      const results = `${RESULTS}/${script.replaceAll('/', '-')}`;
      const files = `STD_OUT=${quote(`${results}.stdout`)} STD_ERR=${quote(`${results}.stderr`)} ERRF=${quote(`${results}.err`)}`;
      const failed = `if [ -s ${quote(`${results}.err`)} ]; then cat ${quote(`${results}.err`)}; exit 1; fi`;
      return `mkdir -p ${RESULTS}; ${files} IPVER=${quote(script)} SNAME=iproute2 sh ./tests/${quote(script)}; code=$?; ${failed}; exit $code`;
    },
    environment: { IP: 'ip', TC: 'tc', SS: 'ss', BRIDGE: 'bridge', DEV: 'lo' },
    skipped: 127,
  };
}

/** A word for the shell. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
