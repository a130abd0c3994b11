/*
 * head.c - writes response heads, and has our own pages for statuses.
 */
#include "http/head.h"

#include <string.h>

#include "base/bug.h"
#include "http/date.h"

/* Constants, so that a status line and a page only need to be copied. */
struct status {
	int number;
	struct slice line; /* with its reason phrase: RFC 9110, 15; RFC 6585 */
	struct slice page; /* explains the status to people */
};

#define PAGE(title, meaning)                                              \
	"<!doctype html>\n"                                               \
	"<html lang=\"en\">\n"                                            \
	"<head>\n"                                                        \
	"<meta charset=\"utf-8\">\n"                                      \
	"<meta name=\"viewport\" content=\"width=device-width\">\n"       \
	"<meta name=\"color-scheme\" content=\"light dark\">\n"           \
	"<title>" title "</title>\n"                                      \
	"<style>body{font:1.1em/1.5 system-ui,sans-serif;max-width:32em;" \
	"margin:15vh auto;padding:0 1em}</style>\n"                       \
	"</head>\n"                                                       \
	"<body>\n"                                                        \
	"<main>\n"                                                        \
	"<h1>" title "</h1>\n"                                            \
	"<p>" meaning "</p>\n"                                            \
	"<p><a href=\"/\">Go to the start page</a></p>\n"                 \
	"</main>\n"                                                       \
	"</body>\n"                                                       \
	"</html>\n"

/* What is before and after the reason phrase in a status line. */
#define BEFORE SLICE("HTTP/1.1 200 ")
#define BEHIND SLICE("\r\n")

#define STATUS(number, title, meaning)                          \
	{                                                       \
		(number), SLICE_INIT("HTTP/1.1 " title "\r\n"), \
			SLICE_INIT(PAGE(title, meaning))        \
	}

#define MOVED "What you are looking for has another address."
#define BAD "Your browser sent a request that this server does not understand."
#define DENIED "You may not see this page."
#define BUSY "The server cannot answer right now. Please try again in a moment."
#define FAULT "Something went wrong on the server. It is not your fault."

static const struct status statuses[] = {
	STATUS(200, "200 OK", "All is well."),
	STATUS(206, "206 Partial Content", "This is a part of the file."),
	STATUS(304, "304 Not Modified", "You have the newest version."),
	STATUS(404, "404 Not Found",
		"There is nothing at this address. The link may be old, "
		"or a letter of it wrong."),
	STATUS(100, "100 Continue", "Please go on."),
	STATUS(204, "204 No Content", "There is nothing to show."),
	STATUS(301, "301 Moved Permanently", MOVED),
	STATUS(302, "302 Found", MOVED),
	STATUS(303, "303 See Other", MOVED),
	STATUS(307, "307 Temporary Redirect", MOVED),
	STATUS(308, "308 Permanent Redirect", MOVED),
	STATUS(400, "400 Bad Request", BAD),
	STATUS(401, "401 Unauthorized", DENIED),
	STATUS(403, "403 Forbidden", DENIED),
	STATUS(405, "405 Method Not Allowed",
		"Pages can only be looked at here, not changed."),
	STATUS(406, "406 Not Acceptable",
		"There is no form of this page that your browser "
		"accepts."),
	STATUS(408, "408 Request Timeout",
		"The request took too long to come."),
	STATUS(410, "410 Gone", "This page was here, and will not come back."),
	STATUS(412, "412 Precondition Failed",
		"The file is no longer the version that was asked for."),
	STATUS(413, "413 Content Too Large",
		"The request brought more than this server takes."),
	STATUS(414, "414 URI Too Long", "This address is too long."),
	STATUS(416, "416 Range Not Satisfiable",
		"The file does not have the part that was asked for."),
	STATUS(417, "417 Expectation Failed",
		"The request expects what this server does not do."),
	STATUS(421, "421 Misdirected Request",
		"This server does not answer for that name."),
	STATUS(426, "426 Upgrade Required",
		"This server does not speak that protocol."),
	STATUS(429, "429 Too Many Requests",
		"Too many requests at once. Please wait a moment."),
	STATUS(431, "431 Request Header Fields Too Large",
		"Your browser sent more than this server reads. Deleting "
		"the cookies of this site may help."),
	STATUS(500, "500 Internal Server Error", FAULT),
	STATUS(501, "501 Not Implemented", BAD),
	STATUS(503, "503 Service Unavailable", BUSY),
	STATUS(504, "504 Gateway Timeout", BUSY),
	STATUS(505, "505 HTTP Version Not Supported", BAD),
};

/* NULL for a status that this server does not send. The frequent ones are
 * first in the table. */
static const struct status *status_of(int number)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].number == number)
			return &statuses[i];
	return NULL;
}

struct slice head_reason(int status)
{
	const struct status *s = status_of(status);

	return s ? slice_of(s->line.at + BEFORE.len,
			   s->line.len - BEFORE.len - BEHIND.len)
		 : SLICE("");
}

void head_begin(struct buf *b, int status)
{
	const struct status *s = status_of(status);

	BUG_UNLESS(s);
	buf_slice(b, s->line);
}

static char *put(char *at, struct slice s)
{
	if (s.len > 0)
		memcpy(at, s.at, s.len);
	return at + s.len;
}

/* Checks the room once, so that a line is written as a whole or not at all. */
void head_field(struct buf *b, struct slice name, struct slice value)
{
	size_t len = name.len + value.len + 4;
	char *at = b->at + b->len;

	if (b->full || len > b->cap - b->len) {
		b->full = true;
		return;
	}
	at = put(put(put(at, name), SLICE(": ")), value);
	put(at, SLICE("\r\n"));
	b->len += len;
}

void head_number(struct buf *b, struct slice name, uint64_t value)
{
	buf_slice(b, name);
	buf_slice(b, SLICE(": "));
	buf_number(b, value);
	buf_slice(b, SLICE("\r\n"));
}

void head_date(struct buf *b, struct slice name, int64_t seconds)
{
	char date[DATE_LEN];

	date_write(date, seconds);
	head_field(b, name, slice_of(date, sizeof(date)));
}

void head_range(struct buf *b, const struct range *range, uint64_t size)
{
	buf_slice(b, SLICE("Content-Range: bytes "));
	if (range) {
		buf_number(b, range->first);
		buf_byte(b, '-');
		buf_number(b, range->first + (range->len - 1));
	} else {
		buf_byte(b, '*');
	}
	buf_byte(b, '/');
	buf_number(b, size);
	buf_slice(b, SLICE("\r\n"));
}

void head_connection(struct buf *b, bool close, int minor)
{
	if (close)
		head_field(b, SLICE("Connection"), SLICE("close"));
	else if (minor == 0)
		head_field(b, SLICE("Connection"), SLICE("keep-alive"));
}

void head_end(struct buf *b)
{
	buf_slice(b, SLICE("\r\n"));
}

struct slice head_page(int status)
{
	const struct status *s = status_of(status);

	BUG_UNLESS(s);
	return s->page;
}
