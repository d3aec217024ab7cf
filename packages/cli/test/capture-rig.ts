import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { AF_NETLINK, AF_PACKET, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { IpRoute } from '@netdevkit/iproute';
import { Host, type HostNamespace } from '@netdevkit/linux';
import { MAIN, NODE_ARGS } from './run-command.ts';
import { ended, until, type Ended } from './waiting.ts';

/** A namespace of the host whose `lo` is up, and what is sent there. */
export class Rig implements Disposable {
  readonly host: Host = new Host({ trackLeaks: true });
  readonly namespace: HostNamespace = this.host.createNamespace();
  readonly ip: IpRoute = new IpRoute(() => this.host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace: this.namespace }));
  readonly #socket = this.host.socket(AF_PACKET, SOCK_RAW, 0, { namespace: this.namespace });
  readonly #frame = new Uint8Array(100);
  /** How many frames were sent. */
  sent = 0;

  constructor() {
    this.ip.link.set('lo', { up: true });
    this.#frame.set([0x88, 0xb5], 12);
  }

  /** Options of the command. */
  get args(): readonly string[] {
    return ['--netns', `/proc/${String(process.pid)}/fd/${String(this.namespace.fd)}`];
  }

  /** Sends frames of 100 octets on `lo`: a block of a capture has 132. */
  send(count: number): void {
    for (let sent = 0; sent < count; sent += 1) this.#socket.send(this.#frame, { to: { ifindex: 1, protocol: 0x88b5 } });
    this.sent += count;
  }

  /** Sends for a time. */
  async sendFor(milliseconds: number): Promise<void> {
    for (const end = performance.now() + milliseconds; performance.now() < end; ) {
      this.send(20);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  [Symbol.dispose](): void {
    this.ip[Symbol.dispose]();
    this.#socket.close();
    this.namespace.close();
    this.host.close();
  }
}

/** The command, running. */
export class Running {
  readonly child: ChildProcess;
  /** What it printed, if it is read. */
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;

  /**
   * @param args - of the command
   * @param stdout - where it prints to: `'text'` is read, a `'pipe'` is whoever's who wants it
   * @param wrapper - what starts it
   */
  constructor(args: readonly string[], stdout: 'ignore' | 'pipe' | 'text' | number = 'ignore', wrapper: readonly string[] = []) {
    const [program = '', ...rest] = [...wrapper, process.execPath, ...NODE_ARGS, MAIN, ...args];
    this.child = spawn(program, rest, { stdio: ['ignore', stdout === 'text' ? 'pipe' : stdout, 'pipe'] });
    if (stdout === 'text') this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = ended(this.child);
  }

  /** Waits until it has begun: there is something in its file, or it says that it listens. */
  async begun(file?: string): Promise<void> {
    await until(() => (file === undefined ? this.stderr.includes('listening') : existsSync(file) && statSync(file).size > 0) || this.child.exitCode !== null);
    if (this.child.exitCode !== null) throw new Error(`it ended: ${this.stderr}`);
  }

  /** How much memory it has, in MiB. */
  get memory(): number {
    const [, kibibytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${String(this.child.pid)}/status`, 'latin1')) ?? [];
    return Number(kibibytes) / 1024;
  }
}
