/** The release that the kernel says it is: Linux 6.12 is what it does as. */
export const RELEASE = '6.12.0-netdevkit';
