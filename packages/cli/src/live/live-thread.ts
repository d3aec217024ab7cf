// The thread that decodes and writes while programs run: what it loads and computes must not make them wait.
import { parentPort, workerData } from 'node:worker_threads';
import { exitCodeOf } from '../failure.ts';
import type { LiveReply, LiveRequest, LiveThreadData } from './live-messages.ts';
import { LiveOutput } from './live-output.ts';
import { octetsOf } from './live-packet.ts';

// CAST: what LiveOutputThread has made.
const { options, pending } = workerData as LiveThreadData;
let output: LiveOutput | undefined;
let failed = false;
// One after another: decoding may have to wait for what it loads.
let turn: Promise<void> = run(async () => {
  output = await LiveOutput.open(options);
  tell({ type: 'open' });
});

parentPort?.on('message', (request: LiveRequest) => {
  turn = turn.then(() => run(async () => {
    if (request.type === 'packets') {
      try {
        if (!failed) await output?.take(request.packets);
      } finally {
        Atomics.sub(pending, 0, request.packets.reduce((sum, packet) => sum + octetsOf(packet), 0));
        Atomics.notify(pending, 0);
      }
      return;
    }
    output?.[Symbol.dispose]();
    if (!failed) tell({ type: 'closed' });
    parentPort?.close();
  }));
});

async function run(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    failed = true;
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
    tell({ type: 'failed', message: error instanceof Error ? error.message : String(error), code, exitCode: exitCodeOf(error) });
  }
}

function tell(reply: LiveReply): void {
  parentPort?.postMessage(reply);
}
