// Sends UDP datagrams to this host as fast as it can: flood COUNT OCTETS. Prints how many were sent, and how long that took.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, MOST = 65000 };

int main(int argc, char **argv)
{
	long count = argc > 1 ? atol(argv[1]) : 0;
	size_t octets = argc > 2 ? (size_t)atol(argv[2]) : 200;
	static char data[MOST];
	// Somebody has to listen, or the kernel answers each with ICMP; what finds no room there is seen on the way all the same.
	int deaf = socket(AF_INET, SOCK_DGRAM, 0), sender = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	struct mmsghdr batch[BATCH];
	struct iovec iov = { .iov_base = data, .iov_len = octets };
	struct timespec start, end;

	if (octets > MOST || bind(deaf, (struct sockaddr *)&address, sizeof(address)) ||
	    getsockname(deaf, (struct sockaddr *)&address, &length) || connect(sender, (struct sockaddr *)&address, sizeof(address))) {
		perror("flood");
		return 1;
	}
	memset(batch, 0, sizeof(batch));
	for (int i = 0; i < BATCH; i++) {
		batch[i].msg_hdr.msg_iov = &iov;
		batch[i].msg_hdr.msg_iovlen = 1;
	}
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (long sent = 0; sent < count;) {
		int done = sendmmsg(sender, batch, count - sent < BATCH ? (unsigned)(count - sent) : BATCH, 0);
		if (done < 0) {
			perror("sendmmsg");
			return 1;
		}
		sent += done;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("{\"sent\":%ld,\"seconds\":%.3f}\n", count, (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
	return 0;
}
