/**
 * The netlink monitoring device: the reference driver of NetDevKit.
 *
 * @packageDocumentation
 */

import { defineModule, type Module } from '@netdevkit/module';
import { register } from '@netdevkit/rtnl';
import { Nlmon } from './nlmon.ts';

export { Nlmon, type NlmonState } from './nlmon.ts';

/** The module, for `kernel.insmod` or a kernel's list of loadable modules. */
const nlmon: Module = defineModule({
  name: 'nlmon',
  authors: ['The NetDevKit authors'],
  description: 'Netlink monitoring device',
  license: 'MIT',
  alias: ['rtnl-link-nlmon'],
  init: (module) => register(module, new Nlmon()),
});

export default nlmon;
