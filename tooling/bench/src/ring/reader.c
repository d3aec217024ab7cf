// Reads a ring in C: reader count|show|write INTERFACE OCTETS FILE. "count" goes from header to header; "show" hands each packet to
// a function, as libraries do; "write" writes a pcapng capture with times in nanoseconds. Ends at SIGTERM, and prints how many packets
// there were and how many were dropped.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BLOCK = 1 << 20, FRAME = 2048, BUFFER = 1 << 20, HEAD = 28, IGNORE_OUTGOING = 23 };

static volatile sig_atomic_t over;
static unsigned char buffer[BUFFER];
static size_t filled;
static int out = -1;

static void stop(int number)
{
	(void)number;
	over = 1;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void flush(void)
{
	for (size_t done = 0; done < filled;) {
		ssize_t count = write(out, buffer + done, filled - done);
		if (count < 0)
			fail("write");
		done += (size_t)count;
	}
	filled = 0;
}

static void put(const void *octets, size_t length)
{
	memcpy(buffer + filled, octets, length);
	filled += length;
}

/** A section, and an interface of Ethernet frames with times in nanoseconds. */
static void begin(void)
{
	static const uint32_t section[] = { 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffffffff, 0xffffffff, 28 };
	static const uint32_t interface[] = { 1, 32, 1, 0x40000, 9 | 1 << 16, 9, 0, 32 };

	put(section, sizeof(section));
	put(interface, sizeof(interface));
}

static unsigned long packets;

/** Who calls it does not know what it looks at. */
__attribute__((noipa)) static void shown(const unsigned char *octets, uint32_t length, const struct tpacket3_hdr *header)
{
	(void)octets;
	(void)length;
	(void)header;
	packets++;
}

static void packet(const struct tpacket3_hdr *header)
{
	uint32_t captured = header->tp_snaplen, padded = (captured + 3) & ~3u, total = HEAD + padded + 4;
	uint64_t time = (uint64_t)header->tp_sec * 1000000000u + header->tp_nsec;
	uint32_t head[] = { 6, total, 0, (uint32_t)(time >> 32), (uint32_t)time, captured, header->tp_len };
	unsigned char *at;

	if (filled + total > BUFFER)
		flush();
	at = buffer + filled;
	memcpy(at, head, HEAD);
	memset(at + HEAD + padded - 4, 0, 4);
	memcpy(at + HEAD, (const unsigned char *)header + header->tp_mac, captured);
	memcpy(at + HEAD + padded, &total, 4);
	filled += total;
}

int main(int argc, char **argv)
{
	struct tpacket_req3 request = { .tp_block_size = BLOCK, .tp_frame_size = FRAME, .tp_retire_blk_tov = 20 };
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct sigaction action = { .sa_handler = stop };
	struct tpacket_stats_v3 statistics;
	socklen_t length = sizeof(statistics);
	int version = TPACKET_V3, yes = 1, writes, shows;
	unsigned char *ring;
	int fd;

	if (argc < 5)
		return 2;
	writes = strcmp(argv[1], "write") == 0;
	shows = strcmp(argv[1], "show") == 0;
	request.tp_block_nr = (unsigned)(atol(argv[3]) / BLOCK);
	request.tp_frame_nr = request.tp_block_nr * (BLOCK / FRAME);
	address.sll_ifindex = (int)if_nametoindex(argv[2]);
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) ||
	    setsockopt(fd, SOL_PACKET, IGNORE_OUTGOING, &yes, sizeof(yes)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)))
		fail("ring");
	ring = mmap(NULL, (size_t)request.tp_block_nr * BLOCK, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (ring == MAP_FAILED || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		fail("bind");
	sigaction(SIGTERM, &action, NULL);
	if (writes) {
		out = open(argv[4], O_WRONLY | O_CREAT | O_TRUNC, 0666);
		if (out < 0)
			fail(argv[4]);
		begin();
		flush();
	}
	fputs("ready\n", stderr);
	for (unsigned at = 0;; at = (at + 1) % request.tp_block_nr) {
		struct tpacket_block_desc *block = (struct tpacket_block_desc *)(ring + (size_t)at * BLOCK);
		const unsigned char *next;

		while (!(__atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER)) {
			struct pollfd poller = { .fd = fd, .events = POLLIN };

			if (over)
				goto end;
			if (writes)
				flush();
			// Not for ever: a signal may come just before.
			if (poll(&poller, 1, 100) < 0 && errno != EINTR)
				fail("poll");
		}
		next = (const unsigned char *)block + block->hdr.bh1.offset_to_first_pkt;
		for (uint32_t left = block->hdr.bh1.num_pkts; left > 0; left--) {
			const struct tpacket3_hdr *header = (const struct tpacket3_hdr *)next;

			if (shows)
				shown((const unsigned char *)header + header->tp_mac, header->tp_snaplen, header);
			else
				packets++;
			if (writes)
				packet(header);
			next += header->tp_next_offset;
		}
		__atomic_store_n(&block->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	}
end:
	if (writes)
		flush();
	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &statistics, &length))
		fail("PACKET_STATISTICS");
	printf("{\"packets\":%lu,\"drops\":%u}\n", packets, statistics.tp_drops);
	return 0;
}
