/** Whether a number is a netmask: ones, then zeros. From include/linux/inetdevice.h:bad_mask. */
export function isMask(mask: number): boolean {
  const host = ~mask >>> 0;
  return (host & (host + 1)) === 0;
}
