// The thread that decodes and writes while programs run: what it loads and computes must not make them wait.
import { parentPort, workerData } from 'node:worker_threads';
import { exitCodeOf } from '../failure.ts';
import type { LiveReply, LiveRequest, LiveThreadData } from './live-messages.ts';
import { LiveOutput } from './live-output.ts';
import type { LivePacket } from './live-packet.ts';

// CAST: what LiveOutputThread has made.
const { options } = workerData as LiveThreadData;
let output: LiveOutput | undefined;
let failed = false;
// One after another: decoding may have to wait for what it loads, and for who reads.
let turn: Promise<void> = run(async () => {
  output = await LiveOutput.open(options);
  tell({ type: 'open' });
});

parentPort?.on('message', (request: LiveRequest) => {
  if (request.type === 'hurry') output?.hurry();
  else turn = turn.then(async () => serve(request));
});

async function serve(request: Exclude<LiveRequest, { readonly type: 'hurry' }>): Promise<void> {
  switch (request.type) {
    case 'packets':
      return take(request.packets, request.octets);
    case 'remark':
      return run(() => output?.remark(request.text));
    case 'close':
      return close();
  }
}

async function take(packets: readonly LivePacket[], octets: number): Promise<void> {
  if (!failed) await run(async () => output?.take(packets));
  tell({ type: 'taken', octets });
}

async function close(): Promise<void> {
  await run(async () => output?.close());
  if (!failed) tell({ type: 'closed' });
  parentPort?.close();
}

async function run(step: () => Promise<void> | void): Promise<void> {
  try {
    await step();
  } catch (error) {
    // What fails after that is no news.
    if (failed) return;
    failed = true;
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
    tell({ type: 'failed', message: error instanceof Error ? error.message : String(error), code, exitCode: exitCodeOf(error) });
  }
}

function tell(reply: LiveReply): void {
  parentPort?.postMessage(reply);
}
