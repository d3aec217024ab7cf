import type { UserMemory } from '../../user-memory.ts';
import type { Net } from './net-namespace.ts';
import type { Credentials } from './sock.ts';

/** One call: who asks, in which namespace, and where the program's memory is. */
export interface IoctlContext {
  readonly namespace: Net;
  readonly credentials: Credentials;
  readonly memory: UserMemory;
}
