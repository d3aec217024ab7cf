// The commands that are about this machine.
import { Option, type Command } from 'commander';
import type { CaptureOptions } from '../capture/options.ts';
import { DECODE_FORMATS } from '../decode/options.ts';
import type { ExtcapOptions } from '../extcap/options.ts';
import type { UpOptions } from '../up/options.ts';
import { collect, colourOption, milliseconds, nameList, octets, positive, preferOption, word } from './option-parsers.ts';

const DEFAULT_BUFFER = 32 * 1024 ** 2;
const DEFAULT_BUFFER_TEXT = '32M';

const UP_HELP = `
The interface is up when its line is printed. With Ctrl-C it goes, and with
ip link del. Exit status: 0 then, 1 when the driver or the host refuses.

  sudo nlmon up echo --ip 10.77.0.1/24       and, in another terminal:
  ping 10.77.0.2
  unshare -Urn sh -c 'nlmon up echo -q --ip 10.77.0.1/24 & sleep 1; ping 10.77.0.2'
  nlmon up mykind --driver ./dist/index.js`;

/** `nlmon capture`. */
export function addCapture(nlmon: Command): void {
  nlmon
    .command('capture')
    .summary('capture from this machine’s kernel: every message, as it passes')
    .description(
      'Captures netlink messages on this machine as they pass, prints them decoded, and writes them to a capture. Where the kernel has nlmon, ' +
        'a link of that kind is made for the time of the capture; where it has none, what is left is to listen to multicast groups.',
    )
    .option('-i, --interface <NAME>', 'an nlmon interface that exists (default: one of its own, which is removed at the end)')
    .addOption(new Option('--groups [PROTOCOLS]', 'listen to multicast groups instead, of all protocols or of some, such as: route,kobject-uevent').argParser(nameList))
    .option('-w, --write <FILE>', 'write packets to FILE, as pcapng; "-" is standard output, lines then go to standard error')
    .addOption(new Option('-c, --count <N>', 'stop after N messages').argParser(positive))
    .addOption(new Option('--duration <TIME>', 'stop after a time, such as 500ms, 10s (or 10), 5m').argParser(milliseconds))
    .option('--filter <EXPR>', 'which messages, such as: route and attr.ifname ~ "veth*"')
    .addOption(new Option('--format <FORMAT>', 'how to print messages (default: text, or nothing with -w)').choices(DECODE_FORMATS))
    .addOption(new Option('--fields <NAMES>', 'print these fields only, such as: frame,type,attr.ifname').argParser(nameList))
    .option('--netns <NAMESPACE>', 'the network namespace: a name, a process id, or a path')
    .addOption(new Option('--buffer <SIZE>', 'how much the kernel may write ahead, such as 64M').argParser(octets).default(DEFAULT_BUFFER, DEFAULT_BUFFER_TEXT))
    .addOption(new Option('-C, --file-size <SIZE>', 'begin another file after about so much, such as 100M').argParser(octets))
    .addOption(new Option('-W, --file-count <N>', 'how many files there are at most; the oldest is then written anew').argParser(positive))
    .option('--prime', 'begin each file with the names of generic families, so that Wireshark knows them')
    .addOption(new Option('--snaplen <OCTETS>', 'keep no more of a packet').argParser(positive))
    .option('-q, --quiet', 'say nothing besides')
    .addOption(colourOption())
    .allowExcessArguments(false)
    .action(async (options: CaptureOptions) => {
      const { capture } = await import('../capture/capture.ts');
      await capture(options);
    });
}

/** `nlmon extcap`. */
export function addExtcap(nlmon: Command): void {
  nlmon
    .command('extcap')
    .summary('capture for Wireshark: “netlink (nlmon)” in its list of interfaces')
    .description('Is what Wireshark calls to capture from outside of it (extcap). --install puts it where Wireshark looks, --uninstall takes it away; all else is for Wireshark.')
    .option('--install [FOLDER]', 'write a script that calls this, where Wireshark looks for it, or in a folder')
    .option('--uninstall [FOLDER]', 'take the script away again')
    .option('--extcap-interfaces', 'list the interfaces')
    .option('--extcap-version <VERSION>', 'the version of Wireshark')
    .option('--extcap-interface <NAME>', 'the interface that the rest is about')
    .option('--extcap-dlts', 'list its link types')
    .option('--extcap-config', 'list its options')
    .option('--extcap-capture-filter <EXPR>', 'which messages; by itself: whether that is a filter')
    .option('--capture', 'capture')
    .option('--fifo <FILE>', 'where the capture goes')
    .option('--netns <NAMESPACE>', 'the network namespace: a name, a process id, or a path')
    .option('--link <NAME>', 'an nlmon interface that exists')
    .option('--groups', 'listen to multicast groups only')
    .addOption(new Option('--buffer <SIZE>', 'how much the kernel may write ahead').argParser(octets).default(DEFAULT_BUFFER, DEFAULT_BUFFER_TEXT))
    // Later versions of Wireshark may have more to say.
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (options: ExtcapOptions) => {
      const { extcap } = await import('../extcap/extcap.ts');
      await extcap(options, DEFAULT_BUFFER_TEXT);
    });
}

/** `nlmon up`. */
export function addUp(nlmon: Command): void {
  nlmon
    .command('up')
    .summary('let a driver’s device be an interface of this machine')
    .description(
      'Makes a device of an installed driver on an embedded kernel, and an interface of this machine that is its other side: what ' +
        'this machine transmits there goes to the driver, and what the driver receives comes in. It needs CAP_NET_ADMIN and /dev/net/tun.',
    )
    .argument('<KIND>', 'the kind of link, such as: echo', word)
    .argument('[NAME]', 'the interface’s name, or a template such as port%d (default: the kind with a number)', word)
    .option('--netns <NAMESPACE>', 'the network namespace: a name, a process id, or a path')
    .option('--driver <PACKAGE>', 'load this driver at once; others are found by the kind of link; repeatable', collect)
    .addOption(new Option('--mtu <OCTETS>', 'what a packet may have').argParser(positive))
    .option('--address <ADDRESS>', 'the link-layer address, such as 02:00:5e:00:53:01')
    .addOption(new Option('--queues <N>', 'how many queues the device has').argParser(positive))
    .option('--ip <ADDRESS/LENGTH>', 'give the interface an address; repeatable', collect)
    .option('-q, --quiet', 'say nothing but errors')
    .addOption(preferOption())
    .addHelpText('after', UP_HELP)
    .allowExcessArguments(false)
    .action(async (kind: string, name: string | undefined, options: UpOptions) => {
      const { up } = await import('../up/up.ts');
      await up(kind, name, options);
    });
}
