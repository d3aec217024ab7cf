/**
 * Runs unmodified programs on the embedded kernel.
 *
 * @packageDocumentation
 */

export { attach, AttachedCommand, isServed, type AttachedCommandEvents, type AttachOptions } from './attach/attach.ts';
export { CommandServer, type CommandServerOptions } from './attach/command-server.ts';
export type { DescriptorRange } from './filter.ts';
export { Sandbox, type RunOptions, type RunResult, type SandboxOptions, type SandboxStatistics, type SpawnOptions } from './sandbox.ts';
export type { SandboxRemark } from './sandbox-remark.ts';
export { SandboxedProcess, type SandboxedProcessEvents, type StdioEntry } from './sandboxed-process.ts';
export { support, type Support } from './support.ts';
export type { TracedMessage, TraceObserver, TraceRemark } from './trace/traced-message.ts';
export { Tracer, type TracerOptions, type TraceSpawnOptions } from './trace/tracer.ts';
