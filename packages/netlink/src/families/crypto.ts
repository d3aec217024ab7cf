/**
 * `NETLINK_CRYPTO`: algorithms that are registered. C twin: `linux/cryptouser.h`.
 *
 * @packageDocumentation
 */

import { attributes, record, string, struct, u32, u64, type Field, type RawFamily } from '../schema/index.ts';

const NAME = 64;

const userAlg = struct('crypto-user-alg', [
  string('cru-name', NAME),
  string('cru-driver-name', NAME),
  string('cru-module-name', NAME),
  u32('cru-type', { hint: 'hex' }),
  u32('cru-mask', { hint: 'hex' }),
  u32('cru-refcnt'),
  u32('cru-flags', { hint: 'hex' }),
]);

const report = (kind: string, ...members: readonly Field[]): Field =>
  record(`report-${kind}`, struct(`crypto-report-${kind}`, [string('type', NAME), ...members]));

const stat = (kind: string, ...counters: readonly string[]): Field =>
  record(`stat-${kind}`, struct(`crypto-stat-${kind}`, [string('type', NAME), ...counters.map((name) => u64(name))]));

const cryptCounters = ['encrypt-cnt', 'encrypt-tlen', 'decrypt-cnt', 'decrypt-tlen'] as const;

/** Counters were there up to Linux 6.7. */
const cryptoAttrs = attributes('crypto-attrs', {
  1: u32('priority-val'),
  2: report('larval'),
  3: report('hash', u32('blocksize'), u32('digestsize')),
  4: report('blkcipher', string('geniv', NAME), u32('blocksize'), u32('min-keysize'), u32('max-keysize'), u32('ivsize')),
  5: report('aead', string('geniv', NAME), u32('blocksize'), u32('maxauthsize'), u32('ivsize')),
  6: report('compress'),
  7: report('rng', u32('seedsize')),
  8: report('cipher', u32('blocksize'), u32('min-keysize'), u32('max-keysize')),
  9: report('akcipher'),
  10: report('kpp'),
  11: report('acomp'),
  12: stat('larval'),
  13: stat('hash', 'hash-cnt', 'hash-tlen', 'err-cnt'),
  14: stat('blkcipher', ...cryptCounters, 'err-cnt'),
  15: stat('aead', ...cryptCounters, 'err-cnt'),
  16: stat('compress', 'compress-cnt', 'compress-tlen', 'decompress-cnt', 'decompress-tlen', 'err-cnt'),
  17: stat('rng', 'generate-cnt', 'generate-tlen', 'seed-cnt', 'err-cnt'),
  18: stat('cipher', ...cryptCounters, 'err-cnt'),
  19: stat('akcipher', ...cryptCounters, 'verify-cnt', 'sign-cnt', 'err-cnt'),
  20: stat('kpp', 'setsecret-cnt', 'generate-public-key-cnt', 'compute-shared-secret-cnt', 'err-cnt'),
  21: stat('acomp', 'compress-cnt', 'compress-tlen', 'decompress-cnt', 'decompress-tlen', 'err-cnt'),
});

/** Algorithms. */
export const crypto: RawFamily = {
  name: 'crypto',
  protocol: 21,
  requests: {
    16: { name: 'CRYPTO_MSG_NEWALG', header: userAlg, attributes: cryptoAttrs },
    17: { name: 'CRYPTO_MSG_DELALG', header: userAlg, attributes: cryptoAttrs },
    18: { name: 'CRYPTO_MSG_UPDATEALG', header: userAlg, attributes: cryptoAttrs },
    19: { name: 'CRYPTO_MSG_GETALG', header: userAlg, attributes: cryptoAttrs },
    20: { name: 'CRYPTO_MSG_DELRNG' },
    21: { name: 'CRYPTO_MSG_GETSTAT', header: userAlg, attributes: cryptoAttrs },
  },
};
