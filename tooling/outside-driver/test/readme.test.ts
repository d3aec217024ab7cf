import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
// Below this package, so that the packages' names are found from there.
const folder = fileURLToPath(new URL('../.cache/readme', import.meta.url));
// What the tests run on: the node that this is, and the compiler beside it.
const tsc = join(root, 'node_modules', '.bin', 'tsc');

/** A block of TypeScript in a document. One that is marked `ts rejected` shows what does not work. */
interface Example {
  readonly document: string;
  readonly number: number;
  readonly code: string;
  readonly file: string;
}

const examples: readonly Example[] = globSync(['README.md', 'docs/**/*.md', '{packages,drivers,tooling}/*/README.md'], { cwd: root })
  .sort()
  .flatMap((document) =>
    [...readFileSync(join(root, document), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match, index) => ({
      document,
      number: index + 1,
      code: match[1] ?? '',
      file: `${document.replaceAll(/[/.]/g, '-')}-${String(index + 1)}.ts`,
    })),
  );

const TSCONFIG = {
  extends: join(root, 'tooling', 'workspace', 'tsconfig.test.json'),
  compilerOptions: { customConditions: ['@netdevkit/source'], types: ['node'], noUnusedLocals: false, noEmit: true },
  include: ['*.ts'],
};

/** Makes a link of the kind of README.md's driver, and sends a packet through it. */
const TRY_SINK = `
import { AF_NETLINK, AF_PACKET, NETLINK_ROUTE, SOCK_RAW } from '@netdevkit/bindings';
import { IpRoute } from '@netdevkit/iproute';
import { Kernel } from '@netdevkit/kernel';
import sink from './README-md-1.ts';

using kernel = new Kernel({ modules: [sink], trackLeaks: true });
using ip = new IpRoute(() => kernel.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
const { index, name } = ip.link.create({ kind: 'sink', up: true });
using packets = kernel.socket(AF_PACKET, SOCK_RAW, 0);
packets.send(new Uint8Array(64), { to: { ifindex: index, protocol: 0x0800 } });
const { txPackets, txBytes } = ip.stats.show(index).link ?? {};
console.log(name, String(txPackets), String(txBytes));
`;

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  expect(status, `${command} ${args.join(' ')}:\n${error?.message ?? ''}${stdout}${stderr}`).toBe(0);
  return stdout;
}

describe('the examples of the documents', () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { file, code } of examples) writeFileSync(join(folder, file), code);
    writeFileSync(join(folder, 'try-sink.ts'), TRY_SINK);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  });

  it('are there, in every package that is published', () => {
    const published = globSync('{packages,drivers,tooling}/*/package.json', { cwd: root })
      .filter((manifest) => !readFileSync(join(root, manifest), 'utf8').includes('"private": true'))
      .map((manifest) => join(dirname(manifest), 'README.md'));
    expect(published.filter((document) => !examples.some((example) => example.document === document))).toEqual([]);
  });

  it('type-check as strictly as the packages do', () => {
    run(tsc, ['-p', '.']);
  });

  it.each(examples)('run: $document, number $number', ({ file }) => {
    run(process.execPath, ['-C', '@netdevkit/source', file]);
  });

  it('have a driver in front that drives', () => {
    expect(run(process.execPath, ['-C', '@netdevkit/source', 'try-sink.ts'])).toBe('sink0 1 64\n');
  });
});
