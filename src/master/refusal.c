/*
 * refusal.c - explains why listening on an address failed.
 */
#include "master/refusal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "master/holder.h"
#include "master/status.h"

enum { PRIVILEGED_PORTS = 1024 };

static bool is_unix(const struct listen_address *address)
{
	return address->at.any.sa_family == AF_UNIX;
}

static void explain_in_use(
	const struct listen_address *address, struct buf *error)
{
	struct holder holder;

	buf_text(error, "the port is in use by ");
	if (holder_find(&address->at.any, &holder))
		buf_printf(
			error, "%s (pid %ld)", holder.name, (long)holder.pid);
	else
		buf_text(error, "another process");
	buf_text(error, "; --listen ADDR:PORT chooses another");
}

static unsigned port_of(const struct listen_address *address)
{
	if (address->at.any.sa_family == AF_INET)
		return ntohs(address->at.in.sin_port);
	return ntohs(address->at.in6.sin6_port);
}

static void explain_denied(
	const struct listen_address *address, struct buf *error)
{
	buf_text(error, strerror(EACCES));
	if (port_of(address) >= PRIVILEGED_PORTS)
		return;
	buf_text(error,
		". Ports below 1024 are reserved. Either use a higher one:\n"
		"  contd --listen 127.0.0.1:8080 DIR\n"
		"or allow it to this program:\n"
		"  setcap cap_net_bind_service=+ep /path/to/contd\n"
		"or start it as root and let it become somebody else:\n"
		"  contd --user www-data DIR");
}

static int explain_inet(
	const struct listen_address *address, int why, struct buf *error)
{
	switch (why) {
	case EADDRINUSE:
		explain_in_use(address, error);
		return STATUS_UNAVAILABLE;
	case EACCES:
	case EPERM:
		explain_denied(address, error);
		return STATUS_DENIED;
	case EADDRNOTAVAIL:
		buf_text(error, "this machine does not have that address; "
				"':PORT' is all those it has");
		return STATUS_UNAVAILABLE;
	case EAFNOSUPPORT:
		buf_text(error, "this machine does not speak that protocol");
		return STATUS_UNAVAILABLE;
	default:
		buf_text(error, strerror(why));
		return STATUS_OS;
	}
}

static int explain_unix(int why, struct buf *error)
{
	buf_text(error, strerror(why));
	return why == EACCES || why == EPERM ? STATUS_DENIED
					     : STATUS_CANNOT_CREATE;
}

int refusal_explain(const char *text, const struct listen_address *address,
	int why, struct buf *error)
{
	buf_printf(error, "cannot listen on '%s': ", text);
	return is_unix(address) ? explain_unix(why, error)
				: explain_inet(address, why, error);
}
