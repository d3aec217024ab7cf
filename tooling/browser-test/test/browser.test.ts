import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { CaptureReader, netlinkPayload } from '@netdevkit/capture';
import { messages } from '@netdevkit/netlink';
import { rolldown } from 'rolldown';
import { decodeCapture } from './decode.ts';
import { routes } from './route-page.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'] as const;
const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--virtual-time-budget=20000', '--dump-dom'],
];

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const capture = new Uint8Array(readFileSync(path('../../../packages/capture/test/golden/two-7.2.pcap')));
/** Routes, links, traffic control, netfilter, sockets, and some ten generic families. */
const families = new Uint8Array(gunzipSync(readFileSync(path('../../compare/golden/captures/combined.k6.12.pcap.gz'))));

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netdevkit-browser-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A program as one file without imports, and the modules that it is made of. */
async function bundle(page: string): Promise<{ readonly code: string; readonly modules: readonly string[] }> {
  const build = await rolldown({
    input: path(page),
    platform: 'browser',
    // Sources, as in the other tests: not what was last built.
    resolve: { conditionNames: ['@netdevkit/source', 'browser', 'import', 'default'] },
    onLog: (_level, log) => {
      throw new Error(log.message);
    },
  });
  const { output } = await build.generate({ format: 'iife', name: 'page', codeSplitting: false });
  await build.close();
  expect(output).toHaveLength(1);
  const [{ code, modules }] = output;
  // What nothing is used of is left out of the code, too.
  return { code, modules: Object.entries(modules).flatMap(([id, { renderedLength }]) => (renderedLength > 0 ? [id] : [])) };
}

/** Text of a page, as Chromium writes it. */
function unescaped(html: string): string {
  return html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&nbsp;', '\u00a0').replaceAll('&amp;', '&');
}

/** What the page finds in the capture, found here. */
function wanted(): { packets: [string, number][]; types: number[] } {
  const packets: [string, number][] = [];
  const types: number[] = [];
  new CaptureReader({
    packet: ({ seconds, nanoseconds, length, linkType, data }) => {
      packets.push([`${String(seconds)}.${String(nanoseconds).padStart(9, '0')}`, length]);
      const found = netlinkPayload(linkType, data, 0, length);
      for (const message of messages(data.subarray(found?.offset))) types.push(message.type);
    },
  }).feed(capture);
  return { packets, types };
}

describe('capture and netlink, bundled for browsers', () => {
  it('need nothing of Node', async () => {
    const { code, modules } = await bundle('page.ts');
    expect(modules.filter((id) => /\.(?:node|unsafe)\.ts$/.test(id))).toEqual([]);
    expect(code).not.toMatch(/node:|\brequire\(|\bprocess\.|\bBuffer\b/);
    expect(code.length).toBeGreaterThan(10_000);
  });

  it.for([
    ['and make code', '', true],
    ['on a page that forbids to make code', `<meta http-equiv="Content-Security-Policy" content="script-src 'unsafe-inline'">`, false],
  ] as const)('read a capture in Chromium %s', async ([, policy, madeCode], ctx) => {
    const browser = BROWSERS.find((name) => spawnSync(name, ['--version']).status === 0);
    if (browser === undefined) ctx.skip(`none of ${BROWSERS.join(', ')} is installed`);
    const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
    const page = join(folder, 'page.html');
    writeFileSync(
      page,
      `<!doctype html><meta charset="utf-8">${policy}<body><script type="text/plain" id="plain">${base64(capture)}</script>` +
        `<script type="text/plain" id="gzip">${base64(gzipSync(capture))}</script><script type="text/plain" id="families">${base64(families)}</script><script>${(await bundle('page.ts')).code.replaceAll('</script', '<\\/script')}</script>`,
    );
    const args = [...FLAGS, `--user-data-dir=${join(folder, 'profile')}`, `file://${page}`];
    const { stdout, status } = spawnSync(browser ?? '', args, { encoding: 'utf8', timeout: 100_000 });
    expect(status).toBe(0);
    const json = /found (.*) end/s.exec(stdout)?.[1];
    expect(json, stdout.slice(0, 2000)).toBeDefined();
    const { packets, types } = wanted();
    expect(types.length).toBeGreaterThan(50);
    const end = { kind: 'complete', offset: capture.length };
    const decoded = await decodeCapture(families);
    expect(decoded.messages).toBe(601);
    expect(decoded.octets).toBeGreaterThan(300_000);
    expect(JSON.parse(unescaped(json ?? ''))).toEqual({
      decoded,
      compiled: decoded,
      madeCode,
      plain: { packets, types, end },
      gzip: { packets, types, end: { ...end, compression: 'gzip' } },
      // The family that was announced comes first: a message of nlctrl, which is family 16.
      copy: { packets: [[packets[0]?.[0], 80], ...packets], types: [16, ...types], end: { kind: 'complete', offset: expect.any(Number) as number } },
    });
  });
});

describe('a program that decodes routes', () => {
  it('pays for routes alone', async () => {
    const { code, modules } = await bundle('route-page.ts');
    const schemas = modules.filter((id) => /netlink\/src\/(?:families|generated)\//.test(id)).map((id) => /src\/(.*)\.ts$/.exec(id)?.[1]);
    expect(schemas.sort()).toEqual(['families/lwtunnel', 'families/route-names', 'families/rt-route-more', 'generated/rt-route']);
    expect(modules.filter((id) => /netlink\/src\/(?:filter|compile)\//.test(id))).toEqual([]);
    const whole = await bundle('page.ts');
    expect(code.length).toBeLessThan(whole.code.length / 5);
  });

  it('decodes them', () => {
    // RTM_NEWROUTE of 10.0.0.0/8, with a table.
    const message = Uint8Array.from([44, 0, 0, 0, 24, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 8, 0, 0, 254, 4, 0, 1, 0, 0, 0, 0, 8, 0, 1, 0, 10, 0, 0, 0, 8, 0, 15, 0, 254, 0, 0, 0]);
    expect(JSON.parse(routes(message))).toMatchObject({ type: 'RTM_NEWROUTE', header: { 'rtm-protocol': 'static' }, attrs: { dst: '10.0.0.0', table: 'main' } });
  });
});
