import { families, type FamilyEntry } from '@netdevkit/netlink';

/** What a decoder can be given. */
type Schema = Awaited<ReturnType<FamilyEntry['load']>>[number];

/** All that the decoder can be given: captures are decoded with everything there is. */
export const everySchema: readonly Schema[] = [...new Set((await Promise.all(families.map((family) => family.load()))).flat())];

/**
 * The name of a generic family's command, as the schemas have it.
 *
 * @param family - its name
 * @param command - `genlmsghdr.cmd`
 * @param isRequest - whether user space sent it
 * @returns `#n` if there is none
 */
export function commandName(family: string | undefined, command: number, isRequest: boolean): string {
  for (const schema of everySchema) {
    if (!('generic' in schema) || schema.name !== family) continue;
    const { requests, replies } = schema;
    const own = isRequest ? requests[command] : (replies ?? requests)[command];
    const operation = own ?? requests[command] ?? replies?.[command];
    if (operation !== undefined) return operation.name;
  }
  return `#${String(command)}`;
}
