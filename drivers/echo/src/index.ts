/**
 * An Ethernet device that answers for every address.
 *
 * @packageDocumentation
 */

import { defineModule, type Module } from '@netdevkit/module';
import { register } from '@netdevkit/rtnl';
import { Echo } from './echo.ts';

export { answer } from './answer.ts';
export { Echo, type EchoState } from './echo.ts';
export type { Answer, Host } from './frame.ts';

/** The module, for `kernel.insmod` or a kernel's list of loadable modules. */
const echo: Module = defineModule({
  name: 'echo',
  authors: ['The NetDevKit authors'],
  description: 'A host with every address, behind an Ethernet device',
  license: 'MIT',
  alias: ['rtnl-link-echo'],
  init: (module) => register(module, new Echo()),
});

export default echo;
