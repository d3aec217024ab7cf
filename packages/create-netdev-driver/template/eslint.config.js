import netdevkit from '@netdevkit/eslint-plugin';

// What keeps the driver to the safe packages. Rules of style are yours to add behind it.
export default [{ ignores: ['dist/**'] }, ...netdevkit.configs.driver];
