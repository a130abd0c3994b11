/*
 * accesslog.c - writes the access line of a request.
 */
#include "serve/accesslog.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include "http/escape.h"
#include "loop/journal.h"

/* Most bytes of the request line and of a field: a journal line without
 * address, date, numbers and quotes. */
enum {
	ROOM = JOURNAL_LINE - 160,
	LINE_MOST = ROOM / 3 * 2,
	FIELD_MOST = ROOM / 6
};

struct access_text access_text_of(const struct request *request)
{
	return (struct access_text){.line = request->line,
		.referer = request->field[FIELD_REFERER],
		.agent = request->field[FIELD_USER_AGENT]};
}

void access_write_peer(struct buf *b, const struct sys_peer *peer)
{
	char text[INET6_ADDRSTRLEN];

	if ((peer->family == AF_INET || peer->family == AF_INET6) &&
		inet_ntop(peer->family, peer->addr, text, sizeof text))
		buf_text(b, text);
	else
		buf_text(b, "unix:");
}

/* Writes at most `most` bytes of it, escaped, so that the next fields
 * fit too. */
static void write_quoted(struct buf *b, struct slice text, size_t most)
{
	struct buf part;
	size_t room;

	buf_byte(b, '"');
	if (b->full)
		return;
	room = b->cap - b->len;
	part = buf_on(b->at + b->len, room < most ? room : most);
	if (!text.at)
		buf_byte(&part, '-');
	/* Byte by byte, as a buf takes a piece as a whole or not at all. */
	for (size_t i = 0; i < text.len && !part.full; i++)
		escape_log(&part, slice_of(text.at + i, 1));
	b->len += part.len;
	b->full = part.full && room < most;
	buf_byte(b, '"');
}

void access_write(struct buf *b, const struct access *access)
{
	access_write_peer(b, access->peer);
	buf_text(b, " - - [");
	buf_slice(b, access->date);
	buf_text(b, "] ");
	write_quoted(b, access->text.line, LINE_MOST);
	buf_byte(b, ' ');
	buf_number(b, (uint64_t)access->status);
	buf_byte(b, ' ');
	buf_number(b, access->sent);
	buf_byte(b, ' ');
	write_quoted(b, access->text.referer, FIELD_MOST);
	buf_byte(b, ' ');
	write_quoted(b, access->text.agent, FIELD_MOST);
}

void access_log(const struct access *access)
{
	char bytes[JOURNAL_LINE];
	struct buf line = buf_on(bytes, sizeof bytes);

	access_write(&line, access);
	journal_access(buf_slice_of(&line));
}
