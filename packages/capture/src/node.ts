/// <reference types="node" />
/**
 * Captures in files, pipes and streams of Node.
 *
 * @packageDocumentation
 */

export { FileSink } from './file-sink.node.ts';
export { StreamSink, type StreamSinkOptions } from './stream-sink.node.ts';
export { readCaptureFile, readChunks } from './read-file.node.ts';
