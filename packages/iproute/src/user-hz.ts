/** `USER_HZ`: the ticks of a second, which the kernel tells some times in. */
export const USER_HZ = 100;
