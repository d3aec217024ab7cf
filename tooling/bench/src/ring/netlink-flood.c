// An interface of netlink's type whose packets this program makes: netlink-flood make, once; then netlink-flood COUNT OCTETS, which
// sends messages through it as fast as it can, and prints how many were sent, and how long that took.
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_tun.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 65000 };

int main(int argc, char **argv)
{
	static struct {
		struct tun_pi pi;
		struct nlmsghdr message;
		char rest[MOST];
	} packet;
	struct ifreq request = { .ifr_name = "nl0", .ifr_flags = IFF_TUN };
	long count = argc > 1 ? atol(argv[1]) : 0;
	size_t octets = argc > 2 ? (size_t)atol(argv[2]) : 200;
	int fd = open("/dev/net/tun", O_RDWR);
	struct timespec start, end;

	if (octets < sizeof(packet.message) || octets > MOST)
		return 2;
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0)
		goto failed;
	if (argc > 1 && strcmp(argv[1], "make") == 0) {
		if (ioctl(fd, TUNSETLINK, ARPHRD_NETLINK) < 0 || ioctl(fd, TUNSETPERSIST, 1) < 0)
			goto failed;
		return 0;
	}
	packet.message.nlmsg_len = (unsigned)octets;
	packet.message.nlmsg_type = RTM_NEWLINK;
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (long sent = 0; sent < count; sent++) {
		packet.message.nlmsg_seq = (unsigned)sent;
		if (write(fd, &packet, sizeof(packet.pi) + octets) < 0)
			goto failed;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("{\"sent\":%ld,\"seconds\":%.3f}\n", count, (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
	return 0;
failed:
	perror("netlink-flood");
	return 1;
}
