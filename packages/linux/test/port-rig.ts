import { spawn, type ChildProcess } from 'node:child_process';
import type { LinkSpec } from '@netdevkit/iproute';
import type { Module } from '@netdevkit/module';
import nlmon from '@netdevkit/nlmon';
import type { HostPort, PlugOptions, PortEnd } from '../src/index.ts';
import { KernelsRig } from './kernels-rig.ts';

/** What plugs devices of an embedded kernel into a host. */
export class PortRig extends KernelsRig {
  readonly errors: Error[] = [];
  readonly ends: PortEnd[] = [];

  constructor(...modules: Module[]) {
    super(nlmon, ...modules);
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
}

/** Resolves when a program has ended. */
export async function ended(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject: (error: Error) => void) => {
    child.on('close', () => { resolve(); }).on('error', reject);
  });
}
