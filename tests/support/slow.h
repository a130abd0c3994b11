/*
 * slow.h - a request head, read slowly.
 *
 * What http/request.h promises, written down a second time and without any
 * haste: byte by byte, all names compared with all names. The parser must say
 * the same of every input. Needs no framework, so the fuzz targets have it too.
 */
#ifndef CONTD_SUPPORT_SLOW_H
#define CONTD_SUPPORT_SLOW_H

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "http/host.h"
#include "http/request.h"

static const char *const slow_names[FIELD_COUNT] = {"Host", "Connection",
	"Content-Length", "Transfer-Encoding", "Expect", "Range", "If-Range",
	"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since",
	"Accept", "Accept-Encoding", "Referer", "User-Agent"};

static inline bool slow_is(struct slice s, const char *text)
{
	return s.len == strlen(text) && strncasecmp(s.at, text, s.len) == 0;
}

static inline bool slow_is_token(struct slice s)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
			!(c >= 'A' && c <= 'Z') &&
			!(c != '\0' && strchr(others, c)))
			return false;
	}
	return s.len > 0;
}

static inline bool slow_is_text(char c)
{
	unsigned char u = (unsigned char)c;

	return u == '\t' || (u >= ' ' && u != 0x7f);
}

static inline struct slice slow_trim(struct slice s)
{
	for (; s.len > 0 && (s.at[0] == ' ' || s.at[0] == '\t'); s.len--)
		s.at++;
	for (; s.len > 0; s.len--)
		if (s.at[s.len - 1] != ' ' && s.at[s.len - 1] != '\t')
			break;
	return s;
}

/* ---- the request line ---- */

static inline int slow_version(struct slice s, struct request *r)
{
	if (s.len != 8 || memcmp(s.at, "HTTP/", 5) != 0 || s.at[5] < '0' ||
		s.at[5] > '9' || s.at[6] != '.' || s.at[7] < '0' ||
		s.at[7] > '9')
		return 400;
	r->minor = s.at[7] != '0';
	return s.at[5] == '1' ? 0 : 505;
}

static inline int slow_line(struct slice line, struct request *r)
{
	struct slice method, target, version = line, host;
	int status;

	r->line = line;
	(void)slice_cut(&version, ' ', &method);
	if (!version.at || !slow_is_token(method))
		return 400;
	r->method = slice_is(method, SLICE("GET"))       ? METHOD_GET
		    : slice_is(method, SLICE("HEAD"))    ? METHOD_HEAD
		    : slice_is(method, SLICE("OPTIONS")) ? METHOD_OPTIONS
							 : METHOD_UNKNOWN;
	(void)slice_cut(&version, ' ', &target);
	for (size_t i = 0; i < target.len; i++)
		if (target.at[i] <= ' ' || target.at[i] > '~')
			return 400;
	if (!version.at || target.len == 0)
		return 400;
	r->target = target;
	status = slow_version(version, r);
	if (status != 0)
		return status;
	if (slice_is(method, SLICE("CONNECT")))
		return host_has_port(target) ? 0 : 400;
	if (slice_is(target, SLICE("*")))
		return r->method == METHOD_OPTIONS ? 0 : 400;
	return target.at[0] == '/' || host_cut(&target, &host) ? 0 : 400;
}

/* ---- the fields ---- */

static inline int slow_fields(struct request *r)
{
	struct slice rest = r->fields, value, name;

	for (int count = 0; rest.len > 0; count++) {
		int field = 0;

		if (count == REQUEST_FIELDS_MAX)
			return 431;
		(void)slice_cut(&rest, '\n', &value);
		value.len--;
		(void)slice_cut(&value, ':', &name);
		if (!value.at || !slow_is_token(name))
			return 400;
		while (field < FIELD_COUNT && !slow_is(name, slow_names[field]))
			field++;
		if (field == FIELD_COUNT)
			continue;
		if (!r->field[field].at)
			r->field[field] = slow_trim(value);
		else if (field == FIELD_HOST || field == FIELD_CONTENT_LENGTH)
			return 400;
		else
			r->repeated |= 1U << field;
	}
	return 0;
}

/* Element number n of the lists in all lines with this name. */
static inline bool slow_element(
	const struct request *r, enum field field, int n, struct slice *element)
{
	struct slice rest = r->fields, value, name;

	while (rest.len > 0) {
		(void)slice_cut(&rest, '\n', &value);
		value.len--;
		(void)slice_cut(&value, ':', &name);
		while (slow_is(name, slow_names[field]) &&
			slice_cut(&value, ',', element))
			if (n-- == 0) {
				*element = slow_trim(*element);
				return true;
			}
	}
	return false;
}

static inline int slow_codings(struct request *r)
{
	struct slice coding, name;
	bool chunked = false, other = false;

	for (int i = 0; slow_element(r, FIELD_TRANSFER_ENCODING, i, &coding);
		i++) {
		if (chunked)
			return 400;
		if (slow_is(coding, "chunked")) {
			chunked = true;
			continue;
		}
		(void)slice_cut(&coding, ';', &name);
		name = slow_trim(name);
		if (!slow_is_token(name) || slow_is(name, "chunked"))
			return 400;
		other = true;
	}
	r->framing = FRAMING_CHUNKED;
	return other ? 501 : 0;
}

static inline int slow_framing(struct request *r)
{
	struct slice length = r->field[FIELD_CONTENT_LENGTH];

	if (r->field[FIELD_TRANSFER_ENCODING].at)
		return length.at || r->minor == 0 ? 400 : slow_codings(r);
	if (!length.at)
		return 0;
	r->framing = FRAMING_LENGTH;
	return slice_number(length, &r->length) ? 0 : 400;
}

static inline int slow_meaning(struct request *r)
{
	struct slice host = r->field[FIELD_HOST], element;
	bool keep = r->minor > 0, close = false;
	int status;

	if (host.at ? host.len > 0 && !host_is_valid(host) : r->minor > 0)
		return 400;
	status = slow_framing(r);
	if (status != 0)
		return status;
	for (int i = 0; slow_element(r, FIELD_CONNECTION, i, &element); i++) {
		close = close || slow_is(element, "close");
		keep = keep || slow_is(element, "keep-alive");
	}
	r->keep_alive = keep && !close;
	for (int i = 0;
		r->minor > 0 && slow_element(r, FIELD_EXPECT, i, &element); i++)
		if (slow_is(element, "100-continue"))
			r->expects_continue = true;
		else if (element.len > 0)
			return 417;
	return 0;
}

/* ---- the head ---- */

/* What request_parse returns for bytes that come all at once. The kinds of
 * unknown methods are not told apart. */
static inline ptrdiff_t slow_parse(struct slice bytes, struct request *r)
{
	size_t len =
		bytes.len < REQUEST_HEAD_MAX ? bytes.len : REQUEST_HEAD_MAX;
	struct slice target, host;
	size_t at = 0, first, start;
	int status = 0;

	*r = (struct request){.method = METHOD_UNKNOWN};
	while (at < 8 && at + 1 < bytes.len && bytes.at[at] == '\r' &&
		bytes.at[at + 1] == '\n')
		at += 2;
	for (first = start = at;; start = at) {
		while (at < len && slow_is_text(bytes.at[at]))
			at++;
		if (start == first && at - start > REQUEST_LINE_MAX)
			return -414;
		if (at == len || (bytes.at[at] == '\r' && at + 1 == len))
			return len == REQUEST_HEAD_MAX ? -431 : 0;
		if (bytes.at[at] != '\r' || bytes.at[at + 1] != '\n')
			return -400;
		if (start == first)
			status = slow_line(
				slice_of(bytes.at + start, at - start), r);
		if (status != 0)
			return -status;
		at += 2;
		if (start != first && at - start == 2)
			break;
		if (start == first)
			r->fields.at = bytes.at + at;
	}
	r->fields.len = (size_t)(bytes.at + start - r->fields.at);
	status = slow_fields(r);
	if (status == 0)
		status = slow_meaning(r);
	target = r->target;
	if (status == 0 && host_cut(&target, &host))
		r->field[FIELD_HOST] = host;
	return status != 0 ? -status : (ptrdiff_t)at;
}

/* ---- comparing ---- */

static inline bool slow_is_piece(struct slice a, struct slice b)
{
	return a.at == b.at && a.len == b.len;
}

/* Whether both say the same of the same bytes. */
static inline bool slow_agrees(
	const struct request *fast, const struct request *slow)
{
	for (int field = 0; field < FIELD_COUNT; field++)
		if (!slow_is_piece(fast->field[field], slow->field[field]))
			return false;
	return (fast->method == slow->method ||
		       (fast->method == METHOD_OTHER &&
			       slow->method == METHOD_UNKNOWN)) &&
	       fast->minor == slow->minor &&
	       fast->keep_alive == slow->keep_alive &&
	       fast->expects_continue == slow->expects_continue &&
	       fast->framing == slow->framing && fast->length == slow->length &&
	       fast->repeated == slow->repeated &&
	       slow_is_piece(fast->line, slow->line) &&
	       slow_is_piece(fast->target, slow->target) &&
	       slow_is_piece(fast->fields, slow->fields);
}

#endif
