/*
 * local.c - whether other machines can connect.
 */
#include "master/local.h"

#include <arpa/inet.h>

#include "master/listen.h"

enum { LOOPBACK = 127 /* 127.0.0.0/8 (RFC 1122, 3.2.1.3) */ };

static bool is_local(const struct listen_address *address)
{
	switch (address->at.any.sa_family) {
	case AF_UNIX:
		return true;
	case AF_INET:
		return ntohl(address->at.in.sin_addr.s_addr) >> 24 == LOOPBACK;
	default:
		return IN6_IS_ADDR_LOOPBACK(&address->at.in6.sin6_addr);
	}
}

bool local_only(const char *const *listens, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct buf nothing = buf_on(NULL, 0);
		struct listen_address address;

		if (listen_parse(listens[i], &address, &nothing) != 0 ||
			!is_local(&address))
			return false;
	}
	return true;
}

bool local_lists(const struct options *options)
{
	return options->listing == OPTIONS_LISTING_ON ||
	       (options->listing == OPTIONS_LISTING_AUTO &&
		       local_only(options->listen, options->listens));
}
