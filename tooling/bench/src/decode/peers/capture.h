/* What the peers in C share: a capture in memory, its messages, and a clock. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <arpa/inet.h>
#include <linux/netlink.h>

#define MOST_ROUNDS 512

struct message {
	int protocol;
	struct nlmsghdr *header;
};

static struct message *messages;
static size_t message_count;

static inline double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/* A classic pcap of this byte order, as make-capture.py and mixed.mjs write it. */
static void load(const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t room = 0, size, at;
	unsigned char *bytes;

	if (!file)
		exit(1);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	bytes = malloc(size);
	if (!bytes || fread(bytes, 1, size, file) != size)
		exit(1);
	fclose(file);
	for (at = 24; at + 32 <= size;) {
		uint32_t length;
		uint16_t protocol;
		unsigned char *data;
		size_t offset = 16;

		memcpy(&length, bytes + at + 8, 4);
		data = bytes + at + 16;
		memcpy(&protocol, data + 14, 2);
		while (offset + 16 <= length) {
			struct nlmsghdr *header = (struct nlmsghdr *)(data + offset);

			if (header->nlmsg_len < 16 || offset + header->nlmsg_len > length)
				break;
			if (message_count == room) {
				room = room ? room * 2 : 65536;
				messages = realloc(messages, room * sizeof(*messages));
			}
			messages[message_count].protocol = ntohs(protocol);
			messages[message_count++].header = header;
			offset += NLMSG_ALIGN(header->nlmsg_len);
		}
		at += 16 + length;
	}
}

/* Octets of the family's header in front of the attributes; -1 where there are none. */
static inline int header_size(int protocol, int type)
{
	if (protocol == NETLINK_GENERIC)
		return type < NLMSG_MIN_TYPE ? -1 : 4;
	if (protocol != NETLINK_ROUTE || type < NLMSG_MIN_TYPE)
		return -1;
	switch ((type - 16) / 4) {
	case 0: return 16;	/* ifinfomsg */
	case 1: return 8;	/* ifaddrmsg */
	case 2: return 12;	/* rtmsg */
	case 3: return 12;	/* ndmsg */
	case 4: return 12;	/* fib_rule_hdr */
	case 5: return 20;	/* tcmsg */
	case 6: return 20;
	case 7: return 20;
	case 16: return 4;	/* netconfmsg, with its padding */
	case 19: return 12;	/* if_stats_msg */
	default: return -1;
	}
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Runs all messages through a function, in rounds; prints nanoseconds for one. At most MOST_ROUNDS. */
static void measure(uint64_t (*round)(void), int rounds, size_t counted)
{
	double times[MOST_ROUNDS];
	uint64_t sum = 0;

	for (int i = 0; i < 3; i++)
		sum = round();
	for (int i = 0; i < rounds; i++) {
		double start = now();

		sum = round();
		times[i] = (now() - start) / counted;
	}
	qsort(times, rounds, sizeof(*times), by_size);
	printf("{\"min\":%.2f,\"median\":%.2f,\"messages\":%zu,\"sum\":%llu}\n", times[0], times[rounds / 2], counted, (unsigned long long)sum);
}
