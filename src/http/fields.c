/* fields.c - the field lines of a request, and its framing. */
#include "http/fields.h"

#include <string.h>

#include "base/bug.h"
#include "http/chars.h"
#include "http/host.h"

static const struct slice names[FIELD_COUNT] = {
	[FIELD_HOST] = SLICE_INIT("Host"),
	[FIELD_CONNECTION] = SLICE_INIT("Connection"),
	[FIELD_CONTENT_LENGTH] = SLICE_INIT("Content-Length"),
	[FIELD_TRANSFER_ENCODING] = SLICE_INIT("Transfer-Encoding"),
	[FIELD_EXPECT] = SLICE_INIT("Expect"),
	[FIELD_RANGE] = SLICE_INIT("Range"),
	[FIELD_IF_RANGE] = SLICE_INIT("If-Range"),
	[FIELD_IF_MATCH] = SLICE_INIT("If-Match"),
	[FIELD_IF_NONE_MATCH] = SLICE_INIT("If-None-Match"),
	[FIELD_IF_MODIFIED_SINCE] = SLICE_INIT("If-Modified-Since"),
	[FIELD_IF_UNMODIFIED_SINCE] = SLICE_INIT("If-Unmodified-Since"),
	[FIELD_ACCEPT] = SLICE_INIT("Accept"),
	[FIELD_ACCEPT_ENCODING] = SLICE_INIT("Accept-Encoding"),
	[FIELD_REFERER] = SLICE_INIT("Referer"),
	[FIELD_USER_AGENT] = SLICE_INIT("User-Agent"),
};

/* The elements of a field that is a list, from all its lines. */
struct elements {
	const struct request *request;
	enum field field;
	struct slice value; /* of one line */
	struct slice rest;  /* what is left of it */
};

/* A perfect hash: the index of a name in places[], from its length and its
 * first and last letter, case-insensitive. (If two names had the same index the
 * compiler would warn of an element that is initialized twice.) */
#define PLACE(len, first, last) \
	((7 * (len) + ((first) | 0x20) + ((last) | 0x20)) % 32)

static const unsigned char places[32] = {
	[PLACE(4, 'h', 't')] = FIELD_HOST,
	[PLACE(10, 'c', 'n')] = FIELD_CONNECTION,
	[PLACE(14, 'c', 'h')] = FIELD_CONTENT_LENGTH,
	[PLACE(17, 't', 'g')] = FIELD_TRANSFER_ENCODING,
	[PLACE(6, 'e', 't')] = FIELD_EXPECT,
	[PLACE(5, 'r', 'e')] = FIELD_RANGE,
	[PLACE(8, 'i', 'e')] = FIELD_IF_RANGE,
	[PLACE(8, 'i', 'h')] = FIELD_IF_MATCH,
	[PLACE(13, 'i', 'h')] = FIELD_IF_NONE_MATCH,
	[PLACE(17, 'i', 'e')] = FIELD_IF_MODIFIED_SINCE,
	[PLACE(19, 'i', 'e')] = FIELD_IF_UNMODIFIED_SINCE,
	[PLACE(6, 'a', 't')] = FIELD_ACCEPT,
	[PLACE(15, 'a', 'g')] = FIELD_ACCEPT_ENCODING,
	[PLACE(7, 'r', 'r')] = FIELD_REFERER,
	[PLACE(10, 'u', 't')] = FIELD_USER_AGENT,
};

static bool is_named(struct slice name, enum field field)
{
	return slice_is(name, names[field]) ||
	       slice_is_nocase(name, names[field]);
}

static enum field find_field(struct slice name)
{
	enum field field;

	if (name.len == 0)
		return FIELD_COUNT;
	field = (enum field)places[PLACE(name.len, (unsigned char)name.at[0],
		(unsigned char)name.at[name.len - 1])];
	return is_named(name, field) ? field : FIELD_COUNT;
}

/* Takes the first line, without its CRLF. */
static bool cut_line(struct slice *lines, struct slice *line)
{
	const char *end;

	if (lines->len == 0)
		return false;
	end = memchr(lines->at, '\n', lines->len);
	BUG_UNLESS(end);
	*line = slice_of(lines->at, (size_t)(end - lines->at) - 1);
	*lines = slice_from(*lines, line->len + 2);
	return true;
}

bool request_next(
	const struct request *request, enum field field, struct slice *value)
{
	const struct slice *fields = &request->fields;
	struct slice rest, line, name;

	if (!value->at) {
		*value = request->field[field];
		return value->at != NULL;
	}
	if (!request_repeats(request, field))
		return false;
	rest = slice_from(*fields, (size_t)(value->at - fields->at));
	(void)cut_line(&rest, &line);
	while (cut_line(&rest, &line)) {
		slice_cut(&line, ':', &name);
		/* After a refusal the line may be malformed. */
		if (line.at && is_named(name, field)) {
			*value = slice_trim(line);
			return true;
		}
	}
	return false;
}

/* Empty elements are returned too; the caller decides what they mean. */
static bool next_element(struct elements *elements, struct slice *element)
{
	while (!slice_cut(&elements->rest, ',', element)) {
		if (!request_next(elements->request, elements->field,
			    &elements->value))
			return false;
		elements->rest = elements->value;
	}
	*element = slice_trim(*element);
	return true;
}

/* Refuses a folded line, which begins with a blank, and a blank before the
 * colon, since their names are not tokens (RFC 9112, 5.1, 5.2). */
static int read_line(struct slice line, struct request *request)
{
	size_t len = chars_span(line, CHAR_TOKEN);
	enum field field;

	if (len == 0 || len == line.len || line.at[len] != ':')
		return 400;
	field = find_field(slice_of(line.at, len));
	if (field == FIELD_COUNT)
		return 0;
	if (request->field[field].at == NULL)
		request->field[field] = slice_trim(slice_from(line, len + 1));
	else if (field == FIELD_HOST || field == FIELD_CONTENT_LENGTH)
		return 400;
	else
		request->repeated |= 1U << field;
	return 0;
}

static int read_lines(struct request *request)
{
	struct slice lines = request->fields;
	struct slice line;

	for (int count = 0; cut_line(&lines, &line); count++) {
		int status = count < REQUEST_FIELDS_MAX
				     ? read_line(line, request)
				     : 431;

		if (status != 0)
			return status;
	}
	return 0;
}

/* RFC 9112, 3.2 */
static int judge_host(const struct request *request)
{
	struct slice host = request->field[FIELD_HOST];

	if (host.at == NULL)
		return request->minor == 0 ? 0 : 400;
	return host.len == 0 || host_is_valid(host) ? 0 : 400;
}

/* transfer-coding = token *( OWS ";" OWS parameter ), other than chunked, which
 * has no parameters (RFC 9112, 7). */
static bool is_other_coding(struct slice coding)
{
	struct slice name;

	slice_cut(&coding, ';', &name);
	name = slice_trim(name);
	return chars_are_token(name) &&
	       !slice_is_nocase(name, SLICE("chunked"));
}

/* RFC 9112, 6.1: chunked must come once and last; others are not supported. */
static int judge_codings(struct request *request)
{
	struct elements codings = {
		.request = request, .field = FIELD_TRANSFER_ENCODING};
	struct slice coding;
	bool chunked = false;
	bool other = false;

	while (next_element(&codings, &coding)) {
		if (chunked)
			return 400;
		if (slice_is_nocase(coding, SLICE("chunked")))
			chunked = true;
		else if (is_other_coding(coding))
			other = true;
		else
			return 400;
	}
	request->framing = FRAMING_CHUNKED;
	return other ? 501 : 0;
}

/* RFC 9112, 6.3; refuses what another parser could understand differently. */
static int judge_framing(struct request *request)
{
	struct slice length = request->field[FIELD_CONTENT_LENGTH];

	if (request->field[FIELD_TRANSFER_ENCODING].at != NULL) {
		if (length.at != NULL || request->minor == 0)
			return 400;
		return judge_codings(request);
	}
	if (length.at == NULL)
		return 0;
	request->framing = FRAMING_LENGTH;
	return slice_number(length, &request->length) ? 0 : 400;
}

/* RFC 9112, 9.3 */
static void judge_connection(struct request *request)
{
	struct elements options = {
		.request = request, .field = FIELD_CONNECTION};
	struct slice option;
	bool keep = request->minor > 0;
	bool close = false;

	if (request->field[FIELD_CONNECTION].at != NULL) {
		while (next_element(&options, &option)) {
			close |= slice_is_nocase(option, SLICE("close"));
			keep |= slice_is_nocase(option, SLICE("keep-alive"));
		}
	}
	request->keep_alive = keep && !close;
}

/* RFC 9110, 10.1.1: one expectation is defined; in HTTP/1.0 it is ignored. */
static int judge_expect(struct request *request)
{
	struct elements expectations = {
		.request = request, .field = FIELD_EXPECT};
	struct slice expectation;

	if (request->minor == 0 || request->field[FIELD_EXPECT].at == NULL)
		return 0;
	while (next_element(&expectations, &expectation)) {
		if (slice_is_nocase(expectation, SLICE("100-continue")))
			request->expects_continue = true;
		else if (expectation.len > 0)
			return 417;
	}
	return 0;
}

int fields_read(struct request *request)
{
	int status = read_lines(request);

	if (status == 0)
		status = judge_host(request);
	if (status == 0)
		status = judge_framing(request);
	if (status != 0)
		return status;
	judge_connection(request);
	return judge_expect(request);
}
