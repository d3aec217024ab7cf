/* rtnetlink with system calls alone: plain dump|trip ROUNDS. */
#include "measure.h"
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOM 32768

static struct {
	struct nlmsghdr header;
	struct ifinfomsg link;
} request;

static char buffer[ROOM] __attribute__((aligned(8)));
static int sock;
static uint64_t sum;

static size_t answer(void)
{
	ssize_t length = recv(sock, buffer, sizeof(buffer), MSG_DONTWAIT);

	if (length <= 0)
		fail("recv");
	return (size_t)length;
}

static void ask(uint16_t flags, int index)
{
	request.header.nlmsg_len = sizeof(request);
	request.header.nlmsg_type = RTM_GETLINK;
	request.header.nlmsg_flags = NLM_F_REQUEST | flags;
	request.header.nlmsg_seq++;
	request.link.ifi_index = index;
	if (send(sock, &request, sizeof(request), 0) != sizeof(request))
		fail("send");
}

/* All links, of which the headers of messages are looked at. */
static uint64_t dump(void)
{
	uint64_t links = 0;

	ask(NLM_F_DUMP, 0);
	for (;;) {
		size_t length = answer();
		struct nlmsghdr *message = (struct nlmsghdr *)buffer;

		for (; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
			if (message->nlmsg_type == NLMSG_DONE)
				return links;
			links++;
		}
	}
}

/* One link, of which the name is looked for. */
static uint64_t trip(void)
{
	struct nlmsghdr *message = (struct nlmsghdr *)buffer;
	struct rtattr *attribute;
	int length;

	ask(0, 1);
	answer();
	if (message->nlmsg_type != RTM_NEWLINK || message->nlmsg_seq != request.header.nlmsg_seq)
		fail("an answer to something else");
	length = (int)(message->nlmsg_len - NLMSG_LENGTH(sizeof(struct ifinfomsg)));
	for (attribute = IFLA_RTA(NLMSG_DATA(message)); RTA_OK(attribute, length); attribute = RTA_NEXT(attribute, length))
		if (attribute->rta_type == IFLA_IFNAME)
			sum += strlen(RTA_DATA(attribute));
	return 1;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (sock < 0)
		fail("socket");
	if (strcmp(argv[1], "dump") == 0)
		measure(dump, atoi(argv[2]), 1);
	else
		measure(trip, atoi(argv[2]), 2000);
	return 0;
}
