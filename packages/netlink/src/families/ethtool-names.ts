/**
 * Names of what the specification of ethtool has as numbers, and what it has once that comes often. C twin: `linux/ethtool.h`.
 *
 * @packageDocumentation
 */

import { linkinfoSet, linkmodesSet, statsGrpSet, statsSet } from '../generated/ethtool.ts';
import { enumeration, many, nest, u8, type Extension } from '../schema/index.ts';

const port = enumeration('ethtool-port', { 0: 'tp', 1: 'aui', 2: 'mii', 3: 'fibre', 4: 'bnc', 5: 'da', 239: 'none', 255: 'other' });

const mdi = enumeration('ethtool-tp-mdi', ['invalid', 'mdi', 'mdi-x', 'auto']);

const masterSlaveCfg = enumeration('ethtool-master-slave-cfg', [
  'unsupported', 'unknown', 'master-preferred', 'slave-preferred', 'master-force', 'slave-force',
]); // prettier-ignore

/** Links; and statistics, of which there is a group after another. */
export const ethtoolNames: Extension = {
  sets: [
    [
      linkinfoSet,
      {
        2: u8('port', { names: port }),
        4: u8('tp-mdix', { names: mdi }),
        5: u8('tp-mdix-ctrl', { names: mdi }),
        6: u8('transceiver', { names: enumeration('ethtool-transceiver', ['internal', 'external']) }),
      },
    ],
    [statsSet, { 4: many(nest('grp', statsGrpSet)) }],
    [
      linkmodesSet,
      {
        6: u8('duplex', { names: enumeration('ethtool-duplex', { 0: 'half', 1: 'full', 255: 'unknown' }) }),
        7: u8('master-slave-cfg', { names: masterSlaveCfg }),
        8: u8('master-slave-state', { names: enumeration('ethtool-master-slave-state', ['unsupported', 'unknown', 'master', 'slave', 'err']) }),
        10: u8('rate-matching', { names: enumeration('ethtool-rate-matching', ['none', 'pause', 'crs', 'open-loop']) }),
      },
    ],
  ],
};
