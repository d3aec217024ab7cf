// Who gave a device its name. From include/uapi/linux/netdevice.h.

/** The kernel chose a name that says what the device is. */
export const NET_NAME_PREDICTABLE = 2;
/** A program chose it, when the device was made. */
export const NET_NAME_USER = 3;
/** Somebody has changed it. */
export const NET_NAME_RENAMED = 4;
