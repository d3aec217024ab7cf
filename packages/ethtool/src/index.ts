/**
 * What drivers tell ethtool: `struct ethtool_ops`.
 *
 * @packageDocumentation
 */

export { COALESCE_PARAMETERS } from './operations.ts';
export type {
  Channels,
  Coalesce,
  CoalesceParameter,
  DriverInfo,
  EthtoolOperations,
  LinkSettings,
  Rings,
  TimestampInfo,
} from './operations.ts';
export { SOFTWARE_TIMESTAMPING, Timestamping } from './timestamping.ts';
