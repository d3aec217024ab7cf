/* The attributes of the first level of each message, and nothing else: what no decoder can be faster than. */
#include "capture.h"

static uint64_t walk(void)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < message_count; i++) {
		struct nlmsghdr *header = messages[i].header;
		int skip = header_size(messages[i].protocol, header->nlmsg_type);
		unsigned char *at = (unsigned char *)header + 16 + skip, *end = (unsigned char *)header + header->nlmsg_len;

		if (skip < 0)
			continue;
		while (at + 4 <= end) {
			struct nlattr *attribute = (struct nlattr *)at;

			if (attribute->nla_len < 4 || at + attribute->nla_len > end)
				break;
			sum += 65536 + (attribute->nla_type & NLA_TYPE_MASK);
			at += NLA_ALIGN(attribute->nla_len);
		}
	}
	return sum;
}

int main(int argc, char **argv)
{
	load(argv[argc - 1]);
	measure(walk, 31, message_count);
	return 0;
}
