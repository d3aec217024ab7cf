import type { Scenario } from '../scene.ts';
import { addresses } from './addresses.ts';
import { dumps } from './dumps.ts';
import { framing } from './framing.ts';
import { generics } from './generic.ts';
import { linkRequests } from './link-requests.ts';
import { links } from './links.ts';
import { namespaces } from './namespaces.ts';
import { neighbours } from './neighbours.ts';
import { others } from './others.ts';
import { routes } from './routes.ts';
import { rules } from './rules.ts';
import { sockets } from './sockets.ts';

/** Everything that is compared. */
export const SCENARIOS: readonly Scenario[] = [...sockets, ...framing, ...dumps, ...links, ...linkRequests, ...addresses, ...routes, ...neighbours, ...rules, ...namespaces, ...others, ...generics];
