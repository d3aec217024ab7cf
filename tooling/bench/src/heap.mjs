// What a packet and a captured netlink message leave on the heap, as the sampling heap profiler sees it.
import { Session } from 'node:inspector/promises';
import { IpRoute } from '@netdevkit/iproute';
import { Kernel } from '@netdevkit/kernel';
import nlmon from '@netdevkit/nlmon';
import { benchKernel, send } from './bench-kernel.mjs';

const PACKETS = 2_000_000;

/** Octets that were allocated while `run` ran, and where the most of them. */
async function allocated(run) {
  const session = new Session();
  session.connect();
  for (let i = 0; i < 5; i++) run(200_000);
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 1024,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  run(PACKETS);
  const { profile } = await session.post('HeapProfiler.stopSampling');
  session.disconnect();
  const places = [];
  const walk = (node) => {
    const { functionName, url } = node.callFrame;
    if (node.selfSize > 0) places.push([node.selfSize, `${functionName || '(top)'} ${url.split('/').pop()}`]);
    node.children.forEach(walk);
  };
  walk(profile.head);
  places.sort((a, b) => b[0] - a[0]);
  return { bytes: places.reduce((sum, [size]) => sum + size, 0), most: places[0]?.[1] ?? 'nothing' };
}

const payload = new Uint8Array(256).fill(3);
const { raw, devices } = benchKernel(16, 16);
const xmit = await allocated((n) => {
  for (let i = 0; i < n; i++) send(raw, devices[i & 15], payload);
});

const kernel = new Kernel({ modules: [nlmon] });
const ip = new IpRoute(() => kernel.socket(16, 3, 0));
ip.link.add({ kind: 'nlmon', up: true });
const socket = kernel.socket(17, 3, 3);
const ignore = () => undefined;
const tap = await allocated((n) => {
  for (let i = 0; i < n; i += 64) {
    for (let j = 0; j < 64; j++) kernel.replayNetlink(0, payload);
    socket.drain(ignore);
  }
});
console.log(JSON.stringify({ packets: PACKETS, xmit, tap }));
