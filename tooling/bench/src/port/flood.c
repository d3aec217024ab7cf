// Sends pings out of the interface bench0 as fast as it can, past its queueing discipline: flood COUNT OCTETS. Prints how many
// were sent, and how long that took.
#define _GNU_SOURCE
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, MOST = 1514, ETHERNET = 14, IP = 20, ICMP = ETHERNET + IP };

static void put_sum(unsigned char *at, const unsigned char *from, size_t length)
{
	unsigned sum = 0;

	for (size_t i = 0; i < length; i += 2)
		sum += (unsigned)(from[i] << 8) | (i + 1 < length ? from[i + 1] : 0);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	at[0] = (unsigned char)(~sum >> 8);
	at[1] = (unsigned char)~sum;
}

// An echo request from 10.77.0.1 to 10.77.0.2, which is the echo driver's neighbour of this interface.
static void compose(unsigned char *frame, size_t length, const unsigned char *own)
{
	static const unsigned char header[] = { 0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 1, 0, 0, 10, 77, 0, 1, 10, 77, 0, 2 };

	memcpy(frame, own, 6);
	frame[0] |= 2;
	frame[5] ^= 1;
	memcpy(frame + 6, own, 6);
	frame[12] = 8;
	memcpy(frame + ETHERNET, header, IP);
	frame[ETHERNET + 2] = (unsigned char)((length - ETHERNET) >> 8);
	frame[ETHERNET + 3] = (unsigned char)(length - ETHERNET);
	put_sum(frame + ETHERNET + 10, frame + ETHERNET, IP);
	frame[ICMP] = 8;
	put_sum(frame + ICMP + 2, frame + ICMP, length - ICMP);
}

int main(int argc, char **argv)
{
	static unsigned char frame[MOST];
	long count = argc > 1 ? atol(argv[1]) : 0, sent = 0;
	size_t octets = argc > 2 ? (size_t)atol(argv[2]) : 64;
	int one = 1, sender = socket(AF_PACKET, SOCK_RAW, 0);
	struct ifreq request = { .ifr_name = "bench0" };
	struct sockaddr_ll address = { .sll_family = AF_PACKET };
	struct iovec iov = { .iov_base = frame, .iov_len = octets };
	struct mmsghdr batch[BATCH];
	struct timespec start, end;

	if (octets < ICMP + 8 || octets > MOST || ioctl(sender, SIOCGIFHWADDR, &request) < 0)
		goto failed;
	compose(frame, octets, (unsigned char *)request.ifr_hwaddr.sa_data);
	if (ioctl(sender, SIOCGIFINDEX, &request) < 0)
		goto failed;
	address.sll_ifindex = request.ifr_ifindex;
	if (bind(sender, (struct sockaddr *)&address, sizeof(address)) < 0 || setsockopt(sender, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)) < 0)
		goto failed;
	memset(batch, 0, sizeof(batch));
	for (int i = 0; i < BATCH; i++) {
		batch[i].msg_hdr.msg_iov = &iov;
		batch[i].msg_hdr.msg_iovlen = 1;
	}
	clock_gettime(CLOCK_MONOTONIC, &start);
	while (sent < count) {
		int done = sendmmsg(sender, batch, count - sent < BATCH ? (unsigned)(count - sent) : BATCH, 0);

		// What the interface has no room for counts as sent.
		sent += done < 0 ? 1 : done;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("{\"sent\":%ld,\"seconds\":%.3f}\n", count, (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
	return 0;
failed:
	perror("flood");
	return 1;
}
