import netdevkit from '@netdevkit/eslint-plugin';

export default netdevkit.configs.driver;
