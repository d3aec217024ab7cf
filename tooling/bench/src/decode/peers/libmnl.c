/* libmnl: attributes into a table, and three of a link. */
#include "capture.h"
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

static const struct nlattr *table[128];

static int note(const struct nlattr *attribute, void *data)
{
	int type = mnl_attr_get_type(attribute);

	(void)data;
	if (type < 128)
		table[type] = attribute;
	return MNL_CB_OK;
}

static uint64_t parse(void)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < message_count; i++) {
		struct nlmsghdr *header = messages[i].header;
		int skip = header_size(messages[i].protocol, header->nlmsg_type);

		if (skip < 0)
			continue;
		memset(table, 0, sizeof(table));
		mnl_attr_parse(header, skip, note, NULL);
		if (messages[i].protocol != NETLINK_ROUTE || header->nlmsg_type != RTM_NEWLINK)
			continue;
		if (table[IFLA_MTU])
			sum += mnl_attr_get_u32(table[IFLA_MTU]);
		if (table[IFLA_IFNAME])
			sum += mnl_attr_get_str(table[IFLA_IFNAME])[0];
		sum += ((struct ifinfomsg *)mnl_nlmsg_get_payload(header))->ifi_index;
	}
	return sum;
}

int main(int argc, char **argv)
{
	load(argv[argc - 1]);
	measure(parse, 31, message_count);
	return 0;
}
