import { mergeConfig } from 'vitest/config';
import base from '../../tooling/workspace/vitest.base.ts';

// A process for each file: descriptors are counted, and a listener that is watched outlives no thread.
export default mergeConfig(base, { test: { pool: 'forks' } });
