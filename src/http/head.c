/*
 * head.c - the bytes of a response head, and of the pages we write ourselves.
 */
#include "http/head.h"

#include <string.h>

#include "http/date.h"

enum {
	NUMBER_LEN = sizeof "200 " - 1
}; /* of a status, in front of its reason */

struct status {
	int number;
	struct slice line;    /* with its reason: RFC 9110, 15; RFC 6585 */
	struct slice meaning; /* for people */
};

/* SLICE is no constant, which a table must be made of. */
#define TEXT(text)                       \
	{                                \
		(text), sizeof(text) - 1 \
	}

#define MOVED "What you are looking for has another address."
#define BAD "Your browser sent a request that this server does not understand."
#define DENIED "You may not see this page."
#define BUSY "The server cannot answer right now. Please try again in a moment."
#define FAULT "Something went wrong on the server. It is not your fault."

static const struct status statuses[] = {
	{200, TEXT("200 OK"), TEXT("All is well.")},
	{206, TEXT("206 Partial Content"), TEXT("This is a part of the file.")},
	{304, TEXT("304 Not Modified"), TEXT("You have the newest version.")},
	{404, TEXT("404 Not Found"),
		TEXT("There is nothing at this address. The link may be old, "
		     "or a letter of it wrong.")},
	{100, TEXT("100 Continue"), TEXT("Please go on.")},
	{204, TEXT("204 No Content"), TEXT("There is nothing to show.")},
	{301, TEXT("301 Moved Permanently"), TEXT(MOVED)},
	{302, TEXT("302 Found"), TEXT(MOVED)},
	{303, TEXT("303 See Other"), TEXT(MOVED)},
	{307, TEXT("307 Temporary Redirect"), TEXT(MOVED)},
	{308, TEXT("308 Permanent Redirect"), TEXT(MOVED)},
	{400, TEXT("400 Bad Request"), TEXT(BAD)},
	{401, TEXT("401 Unauthorized"), TEXT(DENIED)},
	{403, TEXT("403 Forbidden"), TEXT(DENIED)},
	{405, TEXT("405 Method Not Allowed"),
		TEXT("Pages can only be looked at here, not changed.")},
	{406, TEXT("406 Not Acceptable"),
		TEXT("There is no form of this page that your browser "
		     "accepts.")},
	{408, TEXT("408 Request Timeout"),
		TEXT("The request took too long to come.")},
	{410, TEXT("410 Gone"),
		TEXT("This page was here, and will not come back.")},
	{412, TEXT("412 Precondition Failed"),
		TEXT("The file is no longer the version that was asked for.")},
	{413, TEXT("413 Content Too Large"),
		TEXT("The request brought more than this server takes.")},
	{414, TEXT("414 URI Too Long"), TEXT("This address is too long.")},
	{416, TEXT("416 Range Not Satisfiable"),
		TEXT("The file does not have the part that was asked for.")},
	{417, TEXT("417 Expectation Failed"),
		TEXT("The request expects what this server does not do.")},
	{421, TEXT("421 Misdirected Request"),
		TEXT("This server does not answer for that name.")},
	{426, TEXT("426 Upgrade Required"),
		TEXT("This server does not speak that protocol.")},
	{429, TEXT("429 Too Many Requests"),
		TEXT("Too many requests at once. Please wait a moment.")},
	{431, TEXT("431 Request Header Fields Too Large"),
		TEXT("Your browser sent more than this server reads. Deleting "
		     "the cookies of this site may help.")},
	{500, TEXT("500 Internal Server Error"), TEXT(FAULT)},
	{501, TEXT("501 Not Implemented"), TEXT(BAD)},
	{503, TEXT("503 Service Unavailable"), TEXT(BUSY)},
	{504, TEXT("504 Gateway Timeout"), TEXT(BUSY)},
	{505, TEXT("505 HTTP Version Not Supported"), TEXT(BAD)},
};

/* NULL for a status that this server does not send. The frequent ones stand in
 * front. */
static const struct status *status_of(int number)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].number == number)
			return &statuses[i];
	return NULL;
}

/* "200 OK"; of a status that we do not send, the number and the blank. */
static void write_status(struct buf *b, const struct status *status, int number)
{
	if (status) {
		buf_slice(b, status->line);
		return;
	}
	buf_number(b, (uint64_t)number);
	buf_byte(b, ' ');
}

struct slice head_reason(int status)
{
	const struct status *s = status_of(status);

	return s ? slice_of(s->line.at + NUMBER_LEN, s->line.len - NUMBER_LEN)
		 : SLICE("");
}

void head_begin(struct buf *b, int status)
{
	buf_slice(b, SLICE("HTTP/1.1 "));
	write_status(b, status_of(status), status);
	buf_slice(b, SLICE("\r\n"));
}

static char *put(char *at, struct slice s)
{
	if (s.len > 0)
		memcpy(at, s.at, s.len);
	return at + s.len;
}

/* A line is there as a whole or not at all, so its room is looked at once. */
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

static const struct slice page_top =
	TEXT("<!doctype html>\n"
	     "<html lang=\"en\">\n"
	     "<head>\n"
	     "<meta charset=\"utf-8\">\n"
	     "<meta name=\"viewport\" content=\"width=device-width\">\n"
	     "<meta name=\"color-scheme\" content=\"light dark\">\n"
	     "<title>");

static const struct slice page_style =
	TEXT("</title>\n"
	     "<style>body{font:1.1em/1.5 system-ui,sans-serif;max-width:32em;"
	     "margin:15vh auto;padding:0 1em}</style>\n"
	     "</head>\n"
	     "<body>\n"
	     "<main>\n"
	     "<h1>");

static const struct slice page_bottom =
	TEXT("</p>\n"
	     "<p><a href=\"/\">Go to the start page</a></p>\n"
	     "</main>\n"
	     "</body>\n"
	     "</html>\n");

void head_page(struct buf *b, int status)
{
	const struct status *s = status_of(status);

	buf_slice(b, page_top);
	write_status(b, s, status);
	buf_slice(b, page_style);
	write_status(b, s, status);
	buf_slice(b, SLICE("</h1>\n<p>"));
	buf_slice(b, s ? s->meaning : SLICE(FAULT));
	buf_slice(b, page_bottom);
}
