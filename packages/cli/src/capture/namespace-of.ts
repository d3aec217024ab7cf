import type { NamespaceReference } from '@netdevkit/linux';

/**
 * The namespace that somebody means.
 *
 * @param text - a name, a process id, or a path
 */
export function namespaceOf(text: string): NamespaceReference {
  if (/^[1-9]\d*$/.test(text)) return { pid: Number(text) };
  return text.includes('/') ? { path: text } : { name: text };
}
