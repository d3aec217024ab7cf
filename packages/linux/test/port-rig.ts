import { spawn, type ChildProcess } from 'node:child_process';
import { AF_NETLINK, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import echo from '@netdevkit/echo';
import { IpRoute, type LinkSpec } from '@netdevkit/iproute';
import { Kernel } from '@netdevkit/kernel';
import type { Module } from '@netdevkit/module';
import nlmon from '@netdevkit/nlmon';
import type { HostPort, PlugOptions, PortEnd } from '../src/index.ts';
import { TapRig } from './tap-rig.ts';

/** A host and an embedded kernel. */
export class PortRig extends TapRig {
  readonly kernel: Kernel;
  /** The embedded kernel's. */
  readonly here: IpRoute;
  /** The host's. */
  readonly there: IpRoute;
  readonly errors: Error[] = [];
  readonly ends: PortEnd[] = [];

  constructor(...modules: Module[]) {
    super();
    this.kernel = new Kernel({ modules: [echo, nlmon, ...modules], trackLeaks: true });
    this.here = new IpRoute(() => this.kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
    this.there = new IpRoute(() => this.host.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, { namespace: this.namespace }));
  }

  plug(spec: LinkSpec & { readonly name: string }, options: PlugOptions = {}): HostPort {
    this.here.link.add(spec);
    const port = this.host.plug(this.kernel.initialNamespace, spec.name, { namespace: this.namespace, onError: (error) => this.errors.push(error), ...options });
    void port.ended.then((end) => this.ends.push(end));
    return port;
  }

  /** Starts a program of the host in the namespace. */
  start(command: string, args: readonly string[]): ChildProcess {
    return this.host.within(this.namespace, () => spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** Runs a program of the host in the namespace; gives what it printed. */
  async run(command: string, args: readonly string[]): Promise<string> {
    const child = this.start(command, args);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (part: string) => (text += part));
    await ended(child);
    return text;
  }

  override [Symbol.dispose](): void {
    this.here[Symbol.dispose]();
    this.there[Symbol.dispose]();
    this.kernel.close();
    super[Symbol.dispose]();
  }
}

/** Resolves when a program has ended. */
export async function ended(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject: (error: Error) => void) => {
    child.on('close', () => { resolve(); }).on('error', reject);
  });
}
