/**
 * Virtual Ethernet pairs.
 *
 * @packageDocumentation
 */

import { defineModule, type Module } from '@netdevkit/module';
import { register } from '@netdevkit/rtnl';
import { Veth } from './veth.ts';

export { Veth, type VethAttributes, type VethState } from './veth.ts';

/** The module, for `kernel.insmod` or a kernel's list of loadable modules. */
const veth: Module = defineModule({
  name: 'veth',
  authors: ['The NetDevKit authors'],
  description: 'Virtual Ethernet pairs',
  license: 'MIT',
  alias: ['rtnl-link-veth'],
  init: (module) => register(module, new Veth()),
});

export default veth;
