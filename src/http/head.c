/*
 * head.c - the bytes of a response head, and of the pages we write ourselves.
 */
#include "http/head.h"

#include "http/date.h"

struct status {
	int number;
	struct slice reason; /* RFC 9110, 15; RFC 6585 */
	const char *meaning; /* for people */
};

/* SLICE is no constant, which a table must be made of. */
#define REASON(text)                     \
	{                                \
		(text), sizeof(text) - 1 \
	}

#define MOVED "What you are looking for has another address."
#define BAD "Your browser sent a request that this server does not understand."
#define DENIED "You may not see this page."
#define BUSY "The server cannot answer right now. Please try again in a moment."
#define FAULT "Something went wrong on the server. It is not your fault."

static const struct status statuses[] = {
	{200, REASON("OK"), "All is well."},
	{206, REASON("Partial Content"), "This is a part of the file."},
	{304, REASON("Not Modified"), "You have the newest version."},
	{404, REASON("Not Found"),
		"There is nothing at this address. The link may be old, or a "
		"letter of it wrong."},
	{100, REASON("Continue"), "Please go on."},
	{204, REASON("No Content"), "There is nothing to show."},
	{301, REASON("Moved Permanently"), MOVED},
	{302, REASON("Found"), MOVED},
	{303, REASON("See Other"), MOVED},
	{307, REASON("Temporary Redirect"), MOVED},
	{308, REASON("Permanent Redirect"), MOVED},
	{400, REASON("Bad Request"), BAD},
	{401, REASON("Unauthorized"), DENIED},
	{403, REASON("Forbidden"), DENIED},
	{405, REASON("Method Not Allowed"),
		"Pages can only be looked at here, not changed."},
	{406, REASON("Not Acceptable"),
		"There is no form of this page that your browser accepts."},
	{408, REASON("Request Timeout"), "The request took too long to come."},
	{410, REASON("Gone"), "This page was here, and will not come back."},
	{412, REASON("Precondition Failed"),
		"The file is no longer the version that was asked for."},
	{413, REASON("Content Too Large"),
		"The request brought more than this server takes."},
	{414, REASON("URI Too Long"), "This address is too long."},
	{416, REASON("Range Not Satisfiable"),
		"The file does not have the part that was asked for."},
	{417, REASON("Expectation Failed"),
		"The request expects what this server does not do."},
	{421, REASON("Misdirected Request"),
		"This server does not answer for that name."},
	{426, REASON("Upgrade Required"),
		"This server does not speak that protocol."},
	{429, REASON("Too Many Requests"),
		"Too many requests at once. Please wait a moment."},
	{431, REASON("Request Header Fields Too Large"),
		"Your browser sent more than this server reads. Deleting the "
		"cookies of this site may help."},
	{500, REASON("Internal Server Error"), FAULT},
	{501, REASON("Not Implemented"), BAD},
	{503, REASON("Service Unavailable"), BUSY},
	{504, REASON("Gateway Timeout"), BUSY},
	{505, REASON("HTTP Version Not Supported"), BAD},
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

struct slice head_reason(int status)
{
	const struct status *s = status_of(status);

	return s != NULL ? s->reason : SLICE("");
}

/* "200 OK" */
static void write_status(struct buf *b, int status)
{
	buf_number(b, (uint64_t)status);
	buf_byte(b, ' ');
	buf_slice(b, head_reason(status));
}

void head_begin(struct buf *b, int status)
{
	buf_slice(b, SLICE("HTTP/1.1 "));
	write_status(b, status);
	buf_slice(b, SLICE("\r\n"));
}

void head_field(struct buf *b, struct slice name, struct slice value)
{
	buf_slice(b, name);
	buf_slice(b, SLICE(": "));
	buf_slice(b, value);
	buf_slice(b, SLICE("\r\n"));
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

void head_end(struct buf *b)
{
	buf_slice(b, SLICE("\r\n"));
}

static const char page_top[] =
	"<!doctype html>\n"
	"<html lang=\"en\">\n"
	"<head>\n"
	"<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width\">\n"
	"<meta name=\"color-scheme\" content=\"light dark\">\n"
	"<title>";

static const char page_style[] =
	"</title>\n"
	"<style>body{font:1.1em/1.5 system-ui,sans-serif;max-width:32em;"
	"margin:15vh auto;padding:0 1em}</style>\n"
	"</head>\n"
	"<body>\n"
	"<main>\n"
	"<h1>";

static const char page_bottom[] =
	"</p>\n"
	"<p><a href=\"/\">Go to the start page</a></p>\n"
	"</main>\n"
	"</body>\n"
	"</html>\n";

void head_page(struct buf *b, int status)
{
	const struct status *s = status_of(status);

	buf_text(b, page_top);
	write_status(b, status);
	buf_text(b, page_style);
	write_status(b, status);
	buf_text(b, "</h1>\n<p>");
	buf_text(b, s != NULL ? s->meaning : FAULT);
	buf_text(b, page_bottom);
}
