import { mergeConfig, type ViteUserConfig } from 'vitest/config';
import base from '../workspace/vitest.base.ts';

// The guide's driver has tests of its own.
const config: ViteUserConfig = mergeConfig(base, { test: { include: ['guide/test/**/*.test.ts'] } });

export default config;
