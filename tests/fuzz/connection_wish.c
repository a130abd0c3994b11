/* connection_wish.c - requests are read, and their answers known. */
#include "connection_wish.h"

#include <string.h>

#include "http/content.h"
#include "slow.h"

enum {
	CONTENT_MOST = 64 * 1024, /* more than this is not passed over */
	EMPTY_MOST = 8            /* bytes of empty lines before a request */
};

/* A field that has one line, as text; false if there is none, or too much. */
static bool read_field(
	const struct request *request, enum field field, char into[64])
{
	struct slice value = request->field[field];

	if (!value.at || value.len > 63 || request_repeats(request, field))
		return false;
	memcpy(into, value.at, value.len);
	into[value.len] = '\0';
	return strlen(into) == value.len;
}

static bool has(const struct request *request, enum field field)
{
	return request->field[field].at != NULL;
}

/* ---- what the answer must be ---- */

static bool know_target(struct wish *wish, const struct request *request)
{
	char target[64];

	if (request->target.len > 63)
		return false;
	memcpy(target, request->target.at, request->target.len);
	target[request->target.len] = '\0';
	return wish_of_target(wish, target);
}

/* Conditions other than "is there any?" hang on a version. */
static bool know_condition(struct wish *wish, const struct request *request)
{
	char value[64];

	for (enum field field = FIELD_IF_RANGE;
		field <= FIELD_IF_UNMODIFIED_SINCE; field++)
		if (field != FIELD_IF_NONE_MATCH && has(request, field))
			return false;
	if (!has(request, FIELD_IF_NONE_MATCH))
		return true;
	wish->condition = IF_NONE_MATCH_ANY;
	return read_field(request, FIELD_IF_NONE_MATCH, value) &&
	       strcmp(value, "*") == 0;
}

static bool know_coding(struct wish *wish, const struct request *request)
{
	char value[64];

	return !has(request, FIELD_ACCEPT_ENCODING) ||
	       (wish->name->codings &&
		       read_field(request, FIELD_ACCEPT_ENCODING, value) &&
		       wish_of_codings(wish, value));
}

static bool know_ranges(struct wish *wish, const struct request *request)
{
	char value[64];

	return !has(request, FIELD_RANGE) ||
	       (!wish->name->codings &&
		       read_field(request, FIELD_RANGE, value) &&
		       wish_of_ranges(wish, value));
}

/* Of those that are not for files some are known by name, and others not: what
 * is registered beyond these stays loose. */
static bool know_method(struct wish *wish, const struct request *request)
{
	static const char *const registered[] = {"POST", "PUT", "DELETE"};
	struct slice rest = request->line, method;

	wish->status = request->method == METHOD_OPTIONS ? 204 : 501;
	(void)slice_cut(&rest, ' ', &method);
	for (size_t i = 0; i < sizeof registered / sizeof *registered; i++)
		if (slice_is(method, slice_text(registered[i])))
			wish->status = 405;
	return wish->status != 501 || slice_is(method, SLICE("BREW"));
}

static bool know(struct wish *wish, const struct request *request)
{
	if (request->method != METHOD_GET && request->method != METHOD_HEAD)
		return know_method(wish, request);
	if (!know_target(wish, request))
		return false;
	if (!wish->name)
		return !has(request, FIELD_ACCEPT) &&
		       !has(request, FIELD_ACCEPT_ENCODING);
	return know_condition(wish, request) && know_coding(wish, request) &&
	       know_ranges(wish, request);
}

/* Whether he asked for anything of the kind is known of a loose one too. */
static void loosen(struct wish *wish, const struct request *request)
{
	*wish = (struct wish){.begin = wish->begin,
		.head_end = wish->head_end,
		.minor = wish->minor,
		.head = wish->head,
		.close = wish->close,
		.loose = true,
		.ranges_count = has(request, FIELD_RANGE)};
	for (enum field field = FIELD_IF_MATCH;
		field <= FIELD_IF_UNMODIFIED_SINCE; field++)
		if (has(request, field))
			wish->condition = IF_MATCH;
}

/* ---- where it ends ---- */

static bool is_last(const struct request *request)
{
	return !request->keep_alive ||
	       (request->framing != FRAMING_NONE &&
		       request->expects_continue) ||
	       (request->framing == FRAMING_LENGTH &&
		       request->length > CONTENT_MOST);
}

static void read_content(
	struct wish *wish, const struct request *request, struct slice rest)
{
	struct content content;
	size_t used;
	int got;

	content_init(&content, request);
	got = content_skip(&content, rest, &used);
	wish->content = request->framing != FRAMING_NONE;
	wish->torn = got < 0;
	wish->end = got > 0 ? wish->head_end + used : SIZE_MAX;
}

/* One that is refused, or whose head is not there, is the last. */
static void read_wish(struct wish *wish, const char *text, size_t len)
{
	struct slice rest = slice_of(text + wish->begin, len - wish->begin);
	struct request request;
	ptrdiff_t got = slow_parse(rest, &request);

	wish->since = NEVER;
	wish->minor = 1;
	wish->head_end = wish->end = got < 0 ? len : SIZE_MAX;
	wish->broken = wish->close = got < 0;
	wish->status = got < 0 ? (int)-got : 0;
	wish->head = got != 0 && (request.method == METHOD_HEAD ||
					 slice_is(request.line, SLICE("HEAD")));
	if (got <= 0)
		return;
	wish->head_end = wish->begin + (size_t)got;
	wish->minor = request.minor;
	wish->close = is_last(&request);
	if (!know(wish, &request))
		loosen(wish, &request);
	wish->since = NEVER;
	rest = slice_of(text + wish->head_end, len - wish->head_end);
	read_content(wish, &request, rest);
}

/* Of more empty lines than a request may have in front, how many it has hangs on
 * how they are cut: some may go with the request before. */
static size_t end_of_sense(const char *text, size_t at, size_t len)
{
	size_t end = at;

	while (end + 1 < len && text[end] == '\r' && text[end + 1] == '\n')
		end += 2;
	return at > 0 && end > at + EMPTY_MOST ? at + EMPTY_MOST : len;
}

void wishes_read(struct sim_client *client, const char *text, size_t len)
{
	size_t at = 0;

	len = len < TEXT_MAX ? len : TEXT_MAX;
	while (at < len && client->wishes_count < REQUESTS_MAX) {
		struct wish *wish = &client->wishes[client->wishes_count++];

		len = end_of_sense(text, at, len);
		*wish = (struct wish){.begin = at};
		read_wish(wish, text, len);
		at = wish->end < len ? wish->end : len;
		if (wish->close)
			at = len;
	}
	memcpy(client->bytes, text, at);
	client->text.len = at;
}
