/*
 * request.c - parses a request head.
 *
 * Two passes. The first examines every byte once, even if they arrive in many
 * pieces: it finds the ends of lines, refuses bytes that are not allowed, and
 * parses the request line when it is complete. The second, fields.c, parses the
 * field lines when all of them are complete. So the result does not depend on
 * how the bytes were divided.
 */
#include "http/request.h"

#include <string.h>

#include "base/bug.h"
#include "http/chars.h"
#include "http/fields.h"
#include "http/host.h"

/* Some old clients send an empty line after the content of a request (RFC 9112,
 * 2.2). More than this many are refused. */
enum { EMPTY_LINES_MAX = 4 };

/* Registered methods (RFC 9110, 16.1.1) that are not for files. */
static const char *const other_methods[] = {"POST", "PUT", "DELETE", "PATCH",
	"CONNECT", "TRACE", "QUERY", "PROPFIND", "PROPPATCH", "MKCOL", "COPY",
	"MOVE", "LOCK", "UNLOCK", "SEARCH", "REPORT", "ACL", "BIND", "UNBIND",
	"REBIND", "LINK", "UNLINK", "LABEL", "MERGE", "UPDATE", "CHECKIN",
	"CHECKOUT", "UNCHECKOUT", "MKACTIVITY", "MKCALENDAR", "MKREDIRECTREF",
	"MKWORKSPACE", "ORDERPATCH", "UPDATEREDIRECTREF", "VERSION-CONTROL",
	"BASELINE-CONTROL"};

/* The state of the first pass. */
struct head {
	struct slice bytes;
	size_t start;   /* of the request line */
	size_t at;      /* bytes before this one are examined */
	bool line_read; /* the request line is parsed, without error */
};

static enum method find_method(struct slice name)
{
	const size_t count = sizeof(other_methods) / sizeof(*other_methods);

	if (slice_is(name, SLICE("GET")))
		return METHOD_GET;
	if (slice_is(name, SLICE("HEAD")))
		return METHOD_HEAD;
	if (slice_is(name, SLICE("OPTIONS")))
		return METHOD_OPTIONS;
	for (size_t i = 0; i < count; i++)
		if (slice_is(name, slice_text(other_methods[i])))
			return METHOD_OTHER;
	return METHOD_UNKNOWN;
}

/* RFC 9112, 2.3. A higher minor version is treated as 1 (RFC 9110, 6.2). */
static int read_version(struct slice version, int *minor)
{
	if (version.len != 8 || !slice_starts(version, SLICE("HTTP/")) ||
		!char_is(version.at[5], CHAR_DIGIT) || version.at[6] != '.' ||
		!char_is(version.at[7], CHAR_DIGIT))
		return 400;
	if (version.at[5] != '1')
		return 505;
	*minor = version.at[7] == '0' ? 0 : 1;
	return 0;
}

/* Whether the form of the target fits the method (RFC 9112, 3.2). */
static bool suits(struct slice target, struct slice method)
{
	struct slice host;

	if (slice_is(method, SLICE("CONNECT")))
		return host_has_port(target);
	if (slice_is(target, SLICE("*")))
		return slice_is(method, SLICE("OPTIONS"));
	return target.at[0] == '/' || host_cut(&target, &host);
}

/* Takes a word of len bytes from the front, and the space after it. False if it
 * is empty or followed by another byte. */
static bool take_word(struct slice *rest, size_t len, struct slice *word)
{
	bool ends = len == rest->len;

	if (len == 0 || (!ends && rest->at[len] != ' '))
		return false;
	*word = slice_of(rest->at, len);
	*rest = slice_from(*rest, ends ? len : len + 1);
	return true;
}

/* Returns 0, or the status to refuse this line with. */
static int read_line(struct slice line, struct request *request)
{
	struct slice rest = line;
	struct slice method;
	int status;

	request->line = line;
	if (!take_word(&rest, chars_span(rest, CHAR_TOKEN), &method))
		return 400;
	request->method = find_method(method);
	if (!take_word(&rest, chars_span_graph(rest), &request->target))
		return 400;

	/* Before the target, so that "PRI * HTTP/2.0" gets 505. */
	status = read_version(rest, &request->minor);
	if (status != 0)
		return status;
	return suits(request->target, method) ? 0 : 400;
}

/* Puts at and line_read into one number, for the next call. */
static size_t remember(const struct head *head)
{
	return head->at << 1 | (head->line_read ? 1 : 0);
}

static struct head recall(struct slice bytes, size_t seen)
{
	struct head head = {bytes, 0, seen >> 1, (seen & 1) != 0};

	BUG_UNLESS(head.at <= bytes.len);
	/* More bytes must not be examined, as the result must not depend on
	 * how many were received. */
	if (head.bytes.len > REQUEST_HEAD_MAX)
		head.bytes.len = REQUEST_HEAD_MAX;
	while (head.start < (size_t)EMPTY_LINES_MAX * 2 &&
		head.start + 1 < bytes.len && bytes.at[head.start] == '\r' &&
		bytes.at[head.start + 1] == '\n')
		head.start += 2;
	if (head.at < head.start)
		head.at = head.start;
	return head;
}

/* Moves head->at to the end of the line. Returns 1 at its CRLF, 0 when more
 * must come, or minus a status. */
static int find_line_end(struct head *head)
{
	struct slice bytes = head->bytes;
	size_t at = head->at;

	if (at < bytes.len)
		at += chars_span_text(slice_from(bytes, at));
	head->at = at;
	if (!head->line_read && head->at - head->start > REQUEST_LINE_MAX) {
		head->at = head->start + REQUEST_LINE_MAX;
		return -414;
	}
	if (at == bytes.len)
		return 0;
	if (bytes.at[at] != '\r')
		return -400;
	if (at + 1 == bytes.len)
		return 0;
	return bytes.at[at + 1] == '\n' ? 1 : -400;
}

/* The first pass. Returns 1 when the head is complete, with head->at after it,
 * 0 when more must come, or minus a status. */
static int find_end(struct head *head, struct request *request)
{
	const char *at = head->bytes.at;
	int found;

	while ((found = find_line_end(head)) > 0) {
		size_t end = head->at;

		head->at += 2;
		if (head->line_read) {
			if (at[end - 1] == '\n')
				return 1;
			continue;
		}
		found = -read_line(
			slice_of(at + head->start, end - head->start), request);
		if (found != 0)
			return found;
		head->line_read = true;
	}
	if (found == 0 && head->bytes.len == REQUEST_HEAD_MAX)
		return -431;
	return found;
}

/* Sets the request line: parses it again if an earlier call had, or takes the
 * part of it before the error. */
static void fill_line(const struct head *head, struct request *request)
{
	const char *line = head->bytes.at + head->start;
	size_t len = head->at - head->start;

	if (head->line_read) {
		const char *end = memchr(line, '\r', len);

		BUG_UNLESS(end != NULL);
		read_line(slice_of(line, (size_t)(end - line)), request);
	} else {
		request->line = slice_of(line, len);
	}
}

/* The second pass. Returns 0 or a status. */
static int read_fields(const struct head *head, struct request *request)
{
	const char *start = request->line.at + request->line.len + 2;
	const char *end = head->bytes.at + head->at - 2;
	struct slice target = request->target;
	struct slice host;
	int status;

	request->fields = slice_of(start, (size_t)(end - start));
	status = fields_read(request);

	/* RFC 9112, 3.2.2: the target's host is used, not the field's. */
	if (status == 0 && host_cut(&target, &host))
		request->field[FIELD_HOST] = host;
	return status;
}

ptrdiff_t request_parse(
	struct slice bytes, size_t *seen, struct request *request)
{
	struct head head = recall(bytes, *seen);
	int found;

	*request = (struct request){.method = METHOD_UNKNOWN};
	found = find_end(&head, request);
	*seen = remember(&head);
	if (found == 0)
		return 0;
	if (request->line.at == NULL)
		fill_line(&head, request);
	if (found > 0)
		found = -read_fields(&head, request);
	return found < 0 ? found : (ptrdiff_t)head.at;
}
