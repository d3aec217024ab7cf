/**
 * `devlink`: what the specification has otherwise than the kernel. C twin: `linux/devlink.h`.
 *
 * @packageDocumentation
 */

import { devlinkSet, dlFmsgSet, dlParamSet, dlPortFunctionSet, paramCmodeNames, varAttrTypeNames } from '../generated/devlink.ts';
import { attributes, binary, choice, flag, many, nest, s32, string, subMessage, u16, u32, u64, u8, type Extension } from '../schema/index.ts';

/** A value, by the type that the parameter says. From net/devlink/param.c:devlink_nl_param_value_fill_one. */
const paramValueData = choice('param-value-data-msg', {
  u8: { body: u8('number') },
  u16: { body: u16('number') },
  u32: { body: u32('number') },
  u64: { body: u64('number') },
  string: { body: string('text') },
  // There if it is true.
  flag: { body: flag('set') },
});

const paramValue = attributes('dl-param-value', {
  86: subMessage('param-value-data', paramValueData, 'param-type'),
  87: u8('param-value-cmode', { names: paramCmodeNames }),
});

const paramValues = nest('param-values-list', attributes('dl-param-values-list', { 85: many(nest('param-value', paramValue)) }));

/** Addresses of functions, and the number of a namespace, which may be negative; values of parameters, and other instances. */
export const devlinkMore: Extension = {
  sets: [
    [dlPortFunctionSet, { 1: binary('hw-addr', { hint: 'mac' }), 5: nest('devlink', devlinkSet), 6: u32('max-io-eqs') }],
    [dlParamSet, { 84: paramValues }],
    // The type of a value stands before it, as often as one comes.
    [dlFmsgSet, { 112: u8('fmsg-obj-value-type', { names: varAttrTypeNames }), 113: binary('fmsg-obj-value-data') }],
    [
      devlinkSet,
      {
        86: subMessage('param-value-data', paramValueData, 'param-type'),
        113: binary('fmsg-obj-value-data'),
        140: s32('netns-id'),
        175: nest('nested-devlink', devlinkSet),
      },
    ],
  ],
};
