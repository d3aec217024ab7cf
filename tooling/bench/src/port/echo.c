// Answers pings on a TAP interface called bench0: what a driver has to be measured against. A frame is read, answered where it
// is, and written; poll() waits when there is none. Prints how many were answered when it is terminated.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { ROOM = 2048, ETHERNET = 14, IP = 20, ICMP_ECHO = 8, ICMP = ETHERNET + IP };

static volatile sig_atomic_t is_over;

static void over(int signal)
{
	(void)signal;
	is_over = 1;
}

static void swap(unsigned char *a, unsigned char *b, size_t length)
{
	unsigned char kept[8];

	memcpy(kept, a, length);
	memcpy(a, b, length);
	memcpy(b, kept, length);
}

// Turns an echo request around; gives whether it was one.
static int answer(unsigned char *frame, ssize_t length)
{
	unsigned sum;

	if (length < ICMP + 8 || frame[12] != 8 || frame[13] != 0 || frame[ETHERNET] != 0x45 || frame[ETHERNET + 9] != 1 || frame[ICMP] != ICMP_ECHO)
		return 0;
	swap(frame, frame + 6, 6);
	swap(frame + ETHERNET + 12, frame + ETHERNET + 16, 4);
	frame[ICMP] = 0;
	sum = (unsigned)(frame[ICMP + 2] << 8 | frame[ICMP + 3]) + (ICMP_ECHO << 8);
	sum = (sum & 0xffff) + (sum >> 16);
	frame[ICMP + 2] = (unsigned char)(sum >> 8);
	frame[ICMP + 3] = (unsigned char)sum;
	return 1;
}

int main(void)
{
	static unsigned char frame[ROOM];
	struct ifreq request = { .ifr_name = "bench0", .ifr_flags = IFF_TAP | IFF_NO_PI };
	struct sigaction action = { .sa_handler = over };
	int tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	long packets = 0;

	sigaction(SIGTERM, &action, NULL);
	if (tap < 0 || ioctl(tap, TUNSETIFF, &request) < 0) {
		perror("bench0");
		return 1;
	}
	fputs("ready\n", stderr);
	while (!is_over) {
		ssize_t length = read(tap, frame, ROOM);

		if (length < 0) {
			poll(&(struct pollfd){ .fd = tap, .events = POLLIN }, 1, -1);
			continue;
		}
		if (answer(frame, length) && write(tap, frame, (size_t)length) == length)
			packets++;
	}
	printf("{\"packets\":%ld}\n", packets);
	return 0;
}
