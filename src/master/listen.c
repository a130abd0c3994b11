/*
 * listen.c - parses addresses and makes listening sockets.
 */
#include "master/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/slice.h"
#include "master/listen_unix.h"
#include "master/refusal.h"
#include "master/status.h"
#include "sys/system.h"

enum { HOST_MAX = 64, PORT_MAX = 65535 };

/* ---- the text ---- */

static int say_usage(const char *text, struct buf *error, const char *why)
{
	buf_printf(error, "cannot listen on '%s': %s", text, why);
	return STATUS_USAGE;
}

static int set_in(struct listen_address *address, const char *host)
{
	address->at.in.sin_family = AF_INET;
	address->len = sizeof address->at.in;
	return inet_pton(AF_INET, host, &address->at.in.sin_addr) == 1 ? 0 : -1;
}

static int set_in6(struct listen_address *address, const char *host)
{
	address->at.in6.sin6_family = AF_INET6;
	address->len = sizeof address->at.in6;
	return inet_pton(AF_INET6, host, &address->at.in6.sin6_addr) == 1 ? 0
									  : -1;
}

static void set_port(struct listen_address *address, uint64_t port)
{
	if (address->at.any.sa_family == AF_INET)
		address->at.in.sin_port = htons((uint16_t)port);
	else
		address->at.in6.sin6_port = htons((uint16_t)port);
}

/* Sets the host, with or without brackets. */
static int set_host(
	struct listen_address *address, struct slice host, bool *bare_colon)
{
	char text[HOST_MAX];
	bool brackets =
		slice_starts(host, SLICE("[")) && slice_ends(host, SLICE("]"));

	*bare_colon = !brackets && memchr(host.at, ':', host.len);
	if (brackets)
		host = slice_of(host.at + 1, host.len - 2);
	if (host.len >= sizeof text)
		return -1;
	memcpy(text, host.at, host.len);
	text[host.len] = '\0';
	if (brackets)
		return set_in6(address, text);
	if (strcmp(text, "localhost") == 0)
		return set_in(address, "127.0.0.1");
	address->every = host.len == 0;
	return address->every ? set_in6(address, "::") : set_in(address, text);
}

static int parse_inet(
	const char *text, struct listen_address *address, struct buf *error)
{
	const char *colon = strrchr(text, ':');
	bool bare_colon;
	uint64_t port;

	if (!colon)
		return say_usage(text, error,
			"it must be ADDR:PORT, [ADDR6]:PORT, :PORT or "
			"unix:PATH");
	if (set_host(address, slice_of(text, (size_t)(colon - text)),
		    &bare_colon) < 0)
		return say_usage(text, error,
			bare_colon
				? "an IPv6 address stands in brackets: "
				  "[::1]:8080"
				: "what stands before the port is no address "
				  "(names are not looked up)");
	if (!slice_number(slice_text(colon + 1), &port) || port > PORT_MAX)
		return say_usage(text, error,
			"what stands behind the last colon is no port (0 to "
			"65535)");
	set_port(address, port);
	return 0;
}

int listen_parse(
	const char *text, struct listen_address *address, struct buf *error)
{
	const char *path = text + 5;

	memset(address, 0, sizeof *address);
	if (strncmp(text, "unix:", 5) != 0)
		return parse_inet(text, address, error);
	if (*path == '\0')
		return say_usage(text, error, "the path is missing");
	if (strlen(path) > LISTEN_UNIX_MAX)
		return say_usage(text, error,
			"the path of a socket is short: 95 bytes at most");
	address->at.un.sun_family = AF_UNIX;
	strcpy(address->at.un.sun_path, path);
	address->len = sizeof address->at.un;
	return 0;
}

/* ---- the socket ---- */

int listen_socket(int family)
{
	int fd = socket(family, SOCK_STREAM, 0);

	/* POSIX 2008 has no flags for socket(); no other thread forks. */
	if (fd >= 0 && (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ||
			       fcntl(fd, F_SETFL, O_NONBLOCK) < 0)) {
		fd_close(fd);
		return -1;
	}
	return fd;
}

static bool is_any6(const struct listen_address *address)
{
	return memcmp(&address->at.in6.sin6_addr, &in6addr_any,
		       sizeof in6addr_any) == 0;
}

static int set_up(int fd, const struct listen_address *address)
{
	int on = 1;
	int only;

	/* Allows connections of an earlier run in TIME_WAIT. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
		return -1;
	if (address->at.any.sa_family != AF_INET6)
		return 0;
	/* "::" includes IPv4; all others are only IPv6. */
	only = !is_any6(address);
	return setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
}

/* Makes a socket that listens there; beside: on a port shared with others of
 * ours. -1 with errno. */
static int open_inet(const struct listen_address *address, bool beside)
{
	int fd = listen_socket(address->at.any.sa_family);

	if (fd < 0)
		return -1;
	if (set_up(fd, address) < 0 || (beside && sys_share_port(fd) < 0) ||
		bind(fd, &address->at.any, address->len) < 0 ||
		listen(fd, SOMAXCONN) < 0) {
		fd_close(fd);
		return -1;
	}
	sys_set_up_sending(fd);
	return fd;
}

/* Every interface, on a machine without IPv6. */
static void use_inet4(struct listen_address *address)
{
	in_port_t port = address->at.in6.sin6_port;

	memset(&address->at, 0, sizeof address->at);
	(void)set_in(address, "0.0.0.0");
	address->at.in.sin_port = port;
}

int listen_open(struct listener *listener, const char *text, struct buf *error)
{
	struct listen_address *address = &listener->address;
	int status;

	memset(listener, 0, sizeof *listener);
	listener->fd = -1;
	listener->text = text;
	status = listen_parse(text, address, error);
	if (status != 0)
		return status;
	if (address->at.any.sa_family == AF_UNIX)
		return listen_unix_open(listener, error);
	listener->fd = open_inet(address, false);
	if (listener->fd < 0 && address->every &&
		(errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
		use_inet4(address);
		listener->fd = open_inet(address, false);
	}
	return listener->fd >= 0 ? 0
				 : refusal_explain(text, address, errno, error);
}

/* ---- one for each worker ---- */

static void close_more(struct listener *listener)
{
	while (listener->more_count > 0)
		close(listener->more[--listener->more_count]);
}

/* The address with the actual port. */
static struct listen_address real_address(const struct listener *listener)
{
	struct listen_address real = listener->address;
	socklen_t len = sizeof real.at;

	if (getsockname(listener->fd, &real.at.any, &len) < 0)
		return listener->address;
	return real;
}

/* The first socket is made without sharing, which fails if another process has
 * the port; only then are the others made. If it were shared from the start,
 * two servers of one user could listen on the same port without an error. */
void listen_divide(struct listener *listener, size_t workers)
{
	struct listen_address real;

	if (listener->address.at.any.sa_family == AF_UNIX || workers < 2 ||
		sys_share_port(listener->fd) < 0)
		return;
	real = real_address(listener);
	while (listener->more_count < workers - 1) {
		int fd = open_inet(&real, true);

		if (fd < 0) {
			close_more(listener);
			return;
		}
		listener->more[listener->more_count++] = fd;
	}
}

int listen_fd(const struct listener *listener, size_t worker)
{
	return worker == 0 || listener->more_count == 0
		       ? listener->fd
		       : listener->more[worker - 1];
}

void listen_close(struct listener *listener)
{
	if (listener->fd < 0)
		return;
	if (listener->address.at.any.sa_family == AF_UNIX)
		listen_unix_remove(listener);
	close_more(listener);
	close(listener->fd);
	listener->fd = -1;
}

/* ---- URLs ---- */

void listen_url(const struct listener *listener, struct buf *b)
{
	struct listen_address real;
	char host[INET6_ADDRSTRLEN];

	if (listener->address.at.any.sa_family == AF_UNIX) {
		buf_text(b, listener->text);
		return;
	}
	real = real_address(listener);
	if (real.at.any.sa_family == AF_INET) {
		inet_ntop(AF_INET, &real.at.in.sin_addr, host, sizeof host);
		buf_printf(b, "http://%s:%u/", host,
			(unsigned)ntohs(real.at.in.sin_port));
	} else {
		inet_ntop(AF_INET6, &real.at.in6.sin6_addr, host, sizeof host);
		buf_printf(b, "http://[%s]:%u/", host,
			(unsigned)ntohs(real.at.in6.sin6_port));
	}
}
