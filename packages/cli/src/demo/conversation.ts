import { AF_NETLINK, NETLINK_GENERIC, NETLINK_ROUTE, RTNLGRP_LINK, RTNLGRP_NSID, SOCK_RAW } from '@netdevkit/bindings';
import { isKernelError } from '@netdevkit/errno';
import { IpRoute, type Monitor } from '@netdevkit/iproute';
import type { Kernel, NetNamespace } from '@netdevkit/kernel';
import type { MessageWriter } from '@netdevkit/netlink';
import { genericFamilies } from '../capture/generic-families.ts';
import { Cleanup } from '../cleanup.ts';
import { Failure } from '../failure.ts';
import type { Recorder } from './recorder.ts';
import { LEAST } from './sink.ts';
import type { SystemShell } from './system-shell.ts';

/** What a conversation is held with. */
export interface ConversationOptions {
  readonly kernel: Kernel;
  readonly recorder: Recorder;
  /** Says what is done next, as a command that a shell would take. */
  readonly step: (command: string) => void;
  /** Says what came of it, where the messages do not. */
  readonly remark: (text: string) => void;
  /** Prints what a program printed. */
  readonly said: (text: string) => void;
  /** The system's own programs, which are used for what they can do; without them a client of this process does it all. */
  readonly shell: SystemShell | undefined;
}

/** Writes the sink's own attribute. */
function least(octets: number): (writer: MessageWriter) => void {
  return (writer) => {
    writer.putU32(LEAST, octets);
  };
}

/** The name of the second namespace. */
const BLUE = 'blue';

/**
 * A conversation with a kernel, over rtnetlink and generic netlink: everything that `ip` would do is done by its messages.
 */
export class Conversation implements Disposable {
  readonly #options: ConversationOptions;
  readonly #ip: IpRoute;
  readonly #cleanup = new Cleanup();
  #listener: Monitor | undefined;

  /**
   * @param options - the kernel, and who is told
   */
  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#ip = this.#cleanup.use(this.#ipIn(options.kernel.initialNamespace));
  }

  /** Makes the first nlmon, whose module is loaded by its alias, and captures on it from then on. */
  async start(): Promise<void> {
    const { kernel, recorder, remark } = this.#options;
    const before = new Set(kernel.lsmod().map(({ name }) => name));
    // Nothing is seen of this: there is no tap yet.
    await this.#run('ip link add nlmon0 type nlmon', () => this.#ip.link.add({ name: 'nlmon0', kind: 'nlmon' }));
    const index = this.#ip.link.list({ kind: 'nlmon' })[0]?.index;
    if (index === undefined) throw new Failure('no link of kind nlmon could be made, so there is nothing to show');
    for (const { name } of kernel.lsmod()) if (!before.has(name)) remark(`the kernel asked for rtnl-link-nlmon: module ${name} loaded`);
    recorder.watch('nlmon0', index, kernel.initialNamespace);
    await this.#run('ip link set nlmon0 up', () => this.#ip.link.set('nlmon0', { up: true }));
  }

  /** Links of several kinds: made, refused, renamed, changed, listed. */
  async links(): Promise<void> {
    const ip = this.#ip;
    await this.#run('ip link show', () => ip.link.list());
    this.#do('ip monitor link nsid', () => {
      this.#listener = this.#cleanup.use(ip.monitor({ groups: [RTNLGRP_LINK, RTNLGRP_NSID] }));
    });
    this.#options.remark('from here on each change is told to the listener, too');
    await this.#run('ip link add mon0 mtu 9000 txqueuelen 50 type nlmon', () => ip.link.add({ name: 'mon0', kind: 'nlmon', mtu: 9000, txQueueLen: 50 }));
    this.#do('ip link add sink0 type sink least 64', () => ip.link.add({ name: 'sink0', kind: 'sink', data: least(64) }));
    this.#do('ip link add sink1 type sink least 100000', () => ip.link.add({ name: 'sink1', kind: 'sink', data: least(100_000) }));
    await this.#run('ip link set sink0 up mtu 1400', () => ip.link.set('sink0', { up: true, mtu: 1400 }));
    await this.#run('ip link delete sink0', () => ip.link.delete('sink0'));
    await this.#run('ip link add x type nosuch', () => ip.link.add({ name: 'x', kind: 'nosuch' }));
    await this.#run('ip link add mon0 type nlmon', () => ip.link.add({ name: 'mon0', kind: 'nlmon' }));
    await this.#run('ip link add mon1 address 02:00:5e:00:53:01 type nlmon', () => ip.link.add({ name: 'mon1', kind: 'nlmon', address: '02:00:5e:00:53:01' }));
    await this.#run('ip link set mon0 name tap0', () => ip.link.set('mon0', { name: 'tap0' }));
    await this.#run('ip link set tap0 up', () => ip.link.set('tap0', { up: true }));
    await this.#run('ip link set tap0 mtu 15', () => ip.link.set('tap0', { mtu: 15 }));
    await this.#run('ip link set tap0 txqueuelen 40000', () => ip.link.set('tap0', { txQueueLen: 40_000 }));
    await this.#run('ip link set tap0 mtu 1280 alias "a second tap"', () => ip.link.set('tap0', { mtu: 1280, alias: 'a second tap' }));
    await this.#run('ip link property add dev tap0 altname the-tap-with-the-long-name', () => ip.link.addAltNames('tap0', ['the-tap-with-the-long-name']));
    await this.#run('ip link show dev the-tap-with-the-long-name', () => ip.link.show('the-tap-with-the-long-name'));
    await this.#run('ip link show type nlmon', () => ip.link.list({ kind: 'nlmon' }));
    await this.#run('ip link set tap0 down', () => ip.link.set('tap0', { up: false }));
    await this.#run('ip link delete lo', () => ip.link.delete('lo'));
  }

  /** A second namespace, with an nlmon of its own. */
  namespaces(): void {
    const { kernel, recorder, remark } = this.#options;
    const ip = this.#ip;
    const blue = this.#cleanup.use(kernel.createNamespace(BLUE));
    const descriptor = this.#cleanup.use(blue.open());
    const there = this.#cleanup.use(this.#ipIn(blue));

    this.#do(`ip netns add ${BLUE}; ip netns set ${BLUE} 1`, () => ip.namespaceId.set(descriptor, 1));
    this.#do(`ip link add blue0 netns ${BLUE} type nlmon`, () => ip.link.add({ name: 'blue0', kind: 'nlmon', netns: descriptor }));
    // What is asked in the other namespace is seen by no tap here.
    const { index } = there.link.show('blue0');
    recorder.watch('blue0', index, blue);
    this.#do(`ip -n ${BLUE} link set blue0 up`, () => there.link.set('blue0', { up: true }));
    remark('a tap sees the sockets of its own namespace');
    this.#do(`ip -n ${BLUE} link set lo up`, () => there.link.set('lo', { up: true }));
    this.#do(`ip link set tap0 netns ${BLUE}`, () => ip.link.set('tap0', { netns: descriptor }));
    this.#do(`ip -n ${BLUE} link show`, () => there.link.list());
  }

  /** A second nlmon beside the first, and what a kernel says of its generic netlink families. */
  async others(): Promise<void> {
    const ip = this.#ip;
    await this.#run('ip link add type nlmon', () => ip.link.add({ kind: 'nlmon' }));
    await this.#run('ip link set nlmon1 up', () => ip.link.set('nlmon1', { up: true }));
    await this.#run('genl ctrl list', () => genericFamilies(() => this.#options.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC)));
    await this.#run('ip stats show dev nlmon1', () => ip.stats.show('nlmon1'));
    await this.#run('ip link delete nlmon1', () => ip.link.delete('nlmon1'));
  }

  /** The first nlmon's statistics. */
  async end(): Promise<void> {
    await this.#run('ip stats show dev nlmon0', () => this.#ip.stats.show('nlmon0'));
  }

  [Symbol.dispose](): void {
    this.#cleanup[Symbol.dispose]();
  }

  #ipIn(namespace: NetNamespace): IpRoute {
    return new IpRoute(() => this.#options.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace }), {
      onWarning: (message) => this.#options.remark(`warning: ${message}`),
    });
  }

  /** A step that the system's own programs take, where there are any. */
  async #run(command: string, act: () => unknown): Promise<void> {
    const { shell, step, recorder, said } = this.#options;
    if (shell === undefined) {
      this.#do(command, act);
      return;
    }
    step(command);
    const { stdout, stderr } = await shell.run(command);
    this.#take(recorder);
    said(stdout + stderr);
  }

  /** A step; what the kernel refuses is a part of the conversation. */
  #do(command: string, act: () => unknown): void {
    const { step, remark, recorder } = this.#options;
    step(command);
    let refused: string | undefined;
    try {
      act();
    } catch (error) {
      if (!isKernelError(error)) throw error;
      refused = error.message;
    }
    this.#take(recorder);
    if (refused !== undefined) remark(`refused: ${refused}`);
  }

  #take(recorder: Recorder): void {
    recorder.take();
    // One that never reads would overrun in the end, and a tap is not shown what is lost.
    while (this.#listener?.poll() !== undefined);
  }
}
