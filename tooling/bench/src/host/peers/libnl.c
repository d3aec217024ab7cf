/* libnl-route: libnl dump|trip ROUNDS. An object of each link. */
#include "measure.h"
#include <netlink/cache.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <string.h>
#include <sys/socket.h>

static struct nl_sock *sock;

static uint64_t dump(void)
{
	struct nl_cache *cache;
	uint64_t links;

	if (rtnl_link_alloc_cache(sock, AF_UNSPEC, &cache) < 0)
		fail("rtnl_link_alloc_cache");
	links = (uint64_t)nl_cache_nitems(cache);
	nl_cache_free(cache);
	return links;
}

static uint64_t trip(void)
{
	struct rtnl_link *link;

	if (rtnl_link_get_kernel(sock, 1, NULL, &link) < 0)
		fail("rtnl_link_get_kernel");
	rtnl_link_put(link);
	return 1;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	sock = nl_socket_alloc();
	if (sock == NULL || nl_connect(sock, NETLINK_ROUTE) < 0)
		fail("nl_connect");
	if (strcmp(argv[1], "dump") == 0)
		measure(dump, atoi(argv[2]), 1);
	else
		measure(trip, atoi(argv[2]), 2000);
	nl_socket_free(sock);
	return 0;
}
