/* The attributes of the first level of each message, and nothing else: what no decoder can be faster than. */
#include "capture.h"

struct span {
	unsigned char *start, *end;
};

static struct span *spans;
static size_t span_count;

static uint64_t walk(void)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < span_count; i++) {
		unsigned char *at = spans[i].start, *end = spans[i].end;

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
	spans = calloc(message_count, sizeof(*spans));
	if (!spans)
		return 1;
	for (size_t i = 0; i < message_count; i++) {
		struct nlmsghdr *header = messages[i].header;
		int skip = header_size(messages[i].protocol, header->nlmsg_type);

		if (skip >= 0)
			spans[span_count++] = (struct span){ (unsigned char *)header + 16 + skip, (unsigned char *)header + header->nlmsg_len };
	}
	measure(walk, 301, message_count);
	return 0;
}
