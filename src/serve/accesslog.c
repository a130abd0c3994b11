/*
 * accesslog.c - the line of a request.
 */
#include "serve/accesslog.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include "http/escape.h"

void access_write_peer(struct buf *b, const struct sys_peer *peer)
{
	char text[INET6_ADDRSTRLEN];

	if ((peer->family == AF_INET || peer->family == AF_INET6) &&
		inet_ntop(peer->family, peer->addr, text, sizeof text))
		buf_text(b, text);
	else
		buf_text(b, "unix:");
}

static void write_quoted(struct buf *b, struct slice text)
{
	buf_byte(b, '"');
	if (text.at)
		escape_log(b, text);
	else
		buf_byte(b, '-');
	buf_byte(b, '"');
}

void access_write(struct buf *b, const struct access *access)
{
	access_write_peer(b, access->peer);
	buf_text(b, " - - [");
	buf_slice(b, access->date);
	buf_text(b, "] ");
	write_quoted(b, access->request->line);
	buf_byte(b, ' ');
	buf_number(b, (uint64_t)access->status);
	buf_byte(b, ' ');
	buf_number(b, access->sent);
	buf_byte(b, ' ');
	write_quoted(b, access->request->field[FIELD_REFERER]);
	buf_byte(b, ' ');
	write_quoted(b, access->request->field[FIELD_USER_AGENT]);
}
