import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AF_PACKET, IFA_F_NODAD, SOCK_RAW } from '@netdevkit/bindings';
import { describe, expect, it } from 'vitest';
import { ended, PortRig } from './port-rig.ts';
import { tunnels, until } from './tap-rig.ts';

const descriptors = (): number => readdirSync('/proc/self/fd').length;

/** What IP and ICMP take of a frame. */
const HEADERS = { 4: 14 + 20 + 8, 6: 14 + 40 + 8 } as const;
const DESTINATIONS = { 4: '10.77.0.2', 6: 'fd77::2' } as const;

describe('pings through the host port', () => {
  it.runIf(tunnels.supported)('are sent by a ping that can flood', () => {
    expect(spawnSync('ping', ['-V'], { encoding: 'utf8' }).stdout, 'the ping of iputils: apt-get install iputils-ping').toContain('iputils');
  });

  it.runIf(!tunnels.supported)('are not tested here', ({ skip }) => {
    skip(tunnels.reason);
  });
});

describe.runIf(tunnels.supported)('HostPort under load', () => {
  it.for<{ family: 4 | 6; queues: number }>([
    { family: 4, queues: 1 },
    { family: 6, queues: 1 },
    { family: 4, queues: 4 },
  ])('loses none of 10 000 flood pings of 64 to 1500 octets: IPv$family, $queues queues', async ({ family, queues }) => {
    using rig = new PortRig();
    using port = rig.plug({ kind: 'echo', name: 'echo0', numTxQueues: queues });
    rig.there.address.add({ index: port.index, address: '10.77.0.1/24' });
    rig.there.address.add({ index: port.index, address: 'fd77::1/64', flags: IFA_F_NODAD });
    rig.there.link.set('echo0', { up: true });
    const sizes = family === 4 ? [64, 128, 129, 590, 1280, 1500, 1514] : [64, 128, 1280, 1514];
    for (const size of sizes) {
      const count = size === 64 || size === 1500 || size === 1514 ? 10_000 : 1000;
      const text = await rig.run('ping', ['-f', '-q', '-n', '-c', String(count), '-W', '30', '-s', String(Math.max(size - HEADERS[family], 16)), DESTINATIONS[family]]);
      expect(text).toContain(`${String(count)} packets transmitted, ${String(count)} received, 0% packet loss`);
    }
    expect(port.counters().dropped).toEqual({ fromHost: {}, toHost: {} });
    expect(rig.kernel.skbs().live).toBe(0);
    expect(rig.errors).toEqual([]);
  });

  it('goes up and down and is deleted 100 times, and leaves nothing', async () => {
    const before = descriptors();
    using rig = new PortRig();
    const inside = descriptors();
    // Whatever becomes of the interface, somebody wants to talk to it.
    const load = rig.start('sh', ['-c', 'while :; do ping -f -q -c 200 -W 1 10.77.0.2; ping -f -q -c 200 -W 1 fd77::2; done >/dev/null 2>&1']);
    for (let round = 0; round < 100; round++) {
      const port = rig.plug({ kind: 'echo', name: 'echo0', numTxQueues: 1 + (round % 3) });
      const { index } = port;
      rig.there.address.add({ index, address: '10.77.0.1/24' });
      rig.there.link.set(index, { up: true });
      rig.there.address.add({ index, address: 'fd77::1/64', flags: IFA_F_NODAD });
      using socket = rig.host.socket(AF_PACKET, SOCK_RAW, 0, { namespace: rig.namespace });
      const send = (): void => {
        for (let i = 0; i < 50; i++) socket.send(new Uint8Array(100).fill(2), { to: { ifindex: index, protocol: 0x0800 } });
      };
      send();
      await until(() => port.counters().fromHost.packets > 0, 'traffic');
      rig.there.link.set(index, { up: false });
      if (round % 2 === 0) await sleep(1);
      rig.there.link.set(index, { up: true });
      send();
      if (round % 3 === 0) await until(() => rig.here.link.show('echo0').flags % 2 === 1, 'up');
      send();
      if (round % 5 === 0) port.close();
      else if (round % 5 === 1) rig.here.link.delete('echo0');
      else rig.there.link.delete(index);
      await port.ended;
      if (round % 5 !== 1) rig.here.link.delete('echo0');
      expect(rig.kernel.skbs().live).toBe(0);
    }
    // The shell ends with its ping.
    load.kill('SIGKILL');
    await ended(load);
    expect(rig.errors).toEqual([]);
    expect(new Set(rig.ends.map(({ reason }) => reason))).toEqual(new Set(['closed', 'gone', 'deleted']));
    rig.here[Symbol.dispose]();
    rig.there[Symbol.dispose]();
    expect(descriptors()).toBe(inside);
    expect(inside).toBeGreaterThan(before);
  });

  it('lets the event loop live while the host sends all it can', async () => {
    using rig = new PortRig();
    using port = rig.plug({ kind: 'echo', name: 'echo0' });
    rig.there.link.set('echo0', { up: true });
    rig.there.address.add({ index: port.index, address: '10.77.0.1/24' });
    const load = rig.start('ping', ['-f', '-q', '-l', '60000', '10.77.0.2']);
    const over = ended(load);
    let turns = 0;
    // Most of what is sent finds no room in the interface, and how much does find some is a matter of who runs when.
    while (port.counters().fromHost.packets < 30_000 && load.exitCode === null) {
      await sleep(1);
      turns++;
    }
    expect(port.counters().fromHost.packets).toBeGreaterThanOrEqual(30_000);
    load.kill('SIGKILL');
    await over;
    // One for each round of 256 frames, of which there are a hundred.
    expect(turns).toBeGreaterThan(10);
  });
});
