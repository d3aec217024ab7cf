import netdevkit from '@netdevkit/eslint-plugin';

export default [{ ignores: ['dist/**', 'src/try.ts'] }, ...netdevkit.configs.driver];
