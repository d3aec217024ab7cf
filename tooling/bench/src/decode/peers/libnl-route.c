/* libnl-route: an object of each message that it knows. */
#include "capture.h"
#include <netlink/cache.h>
#include <netlink/msg.h>
#include <netlink/object.h>
#include <netlink/route/link.h>

static size_t parsed;

static void take(struct nl_object *object, void *data)
{
	(void)object;
	(void)data;
	parsed++;
}

static uint64_t parse(void)
{
	parsed = 0;
	for (size_t i = 0; i < message_count; i++) {
		struct nl_msg *message;

		if (messages[i].protocol != NETLINK_ROUTE || messages[i].header->nlmsg_type < NLMSG_MIN_TYPE)
			continue;
		message = nlmsg_convert(messages[i].header);
		nlmsg_set_proto(message, NETLINK_ROUTE);
		nl_msg_parse(message, take, NULL);
		nlmsg_free(message);
	}
	return parsed;
}

int main(int argc, char **argv)
{
	load(argv[argc - 1]);
	parse();
	measure(parse, 9, parsed);
	return 0;
}
