/* uri.c - from a request-target to a path below the root. */
#include "http/uri.h"

#include "http/chars.h"
#include "http/host.h"

/* The names of a path parsed so far, joined by "/". */
struct path {
	struct buf *into;
	size_t start; /* its offset in there */
	bool slash;   /* the last segment was no name */
};

/* Appends the segment, decoded. Refuses an encoded slash, which would make two
 * names of it, and a NUL, which would end it. Returns 0 or a status. */
static int decode(struct buf *into, struct slice segment)
{
	struct slice plain;

	slice_cut(&segment, '%', &plain);
	buf_slice(into, plain);
	while (segment.at != NULL) {
		unsigned byte;

		if (segment.len < 2 ||
			!chars_are(slice_of(segment.at, 2), CHAR_HEX))
			return 400;
		byte = char_hex_value(segment.at[0]) << 4 |
		       char_hex_value(segment.at[1]);
		if (byte == '\0' || byte == '/')
			return 400;
		buf_byte(into, (char)byte);
		segment = slice_from(segment, 2);
		slice_cut(&segment, '%', &plain);
		buf_slice(into, plain);
	}
	return into->full ? 414 : 0;
}

/* Removes the last name. False if there is none. */
static bool climb(struct path *path)
{
	struct buf *into = path->into;

	if (into->len == path->start)
		return false;
	while (into->len > path->start && into->at[into->len - 1] != '/')
		into->len--;
	if (into->len > path->start)
		into->len--;
	return true;
}

/* RFC 3986, 5.2.4, for the decoded segment. Returns 0 or a status. */
static int add_segment(struct path *path, struct slice segment)
{
	struct buf *into = path->into;
	size_t before = into->len;
	struct slice name;
	size_t at;
	int status;

	if (before > path->start)
		buf_byte(into, '/');
	at = into->len;
	status = decode(into, segment);
	if (status != 0)
		return status;
	name = slice_of(into->at + at, into->len - at);
	path->slash = name.len == 0 || slice_is(name, SLICE(".")) ||
		      slice_is(name, SLICE(".."));
	if (!path->slash)
		return 0;
	into->len = before;
	return name.len < 2 || climb(path) ? 0 : 400;
}

/* Whether all bytes are VCHAR, and there is no fragment, which a client must
 * not send (RFC 9110, 4.2.5). */
static bool is_clean(struct slice target)
{
	struct slice before = target;

	slice_cut(&target, '#', &before);
	return target.at == NULL && chars_span_graph(before) == before.len;
}

/* Fast path: whether the path has nothing to decode or to remove. Its names
 * have only unreserved bytes and sub-delims and do not begin with a dot; there
 * is one "/" before each and perhaps one after the last. *path is then the part
 * between the first "/" and *rest. */
static bool cut_plain(struct slice *rest, struct slice *path)
{
	struct slice left = *rest;
	size_t len;

	while (left.len > 0 && left.at[0] == '/') {
		left = slice_from(left, 1);
		len = chars_span(left, CHAR_UNRESERVED | CHAR_SUB_DELIM);
		if (len == 0 ? left.len > 0 && left.at[0] != '?'
			     : left.at[0] == '.')
			return false;
		left = slice_from(left, len);
	}
	if (left.at == rest->at || (left.len > 0 && left.at[0] != '?'))
		return false;
	*path = slice_of(rest->at + 1, (size_t)(left.at - rest->at) - 1);
	*rest = left;
	return true;
}

/* Parses a target with such a path, which is then a slice of it. */
static bool parse_plain(struct slice target, struct uri *uri)
{
	struct slice path;

	if (!cut_plain(&target, &path))
		return false;
	if (target.len > 0) {
		target = slice_from(target, 1);
		if (!is_clean(target))
			return false;
		uri->has_query = true;
		uri->query = target;
	}
	uri->slash = path.len == 0 || path.at[path.len - 1] == '/';
	uri->path = path.len > 0 && uri->slash ? slice_of(path.at, path.len - 1)
					       : path;
	return true;
}

int uri_parse(struct slice target, struct buf *into, struct uri *uri)
{
	struct path path = {into, into->len, true};
	struct slice rest = target;
	struct slice segments;
	struct slice segment;
	struct slice host;

	*uri = (struct uri){.slash = true};
	if (parse_plain(target, uri))
		return 0;
	if (!is_clean(target))
		return 400;
	if (!host_cut(&rest, &host) && !slice_starts(rest, SLICE("/")))
		return 400;
	slice_cut(&rest, '?', &segments);
	uri->has_query = rest.at != NULL;
	uri->query = rest;

	while (slice_cut(&segments, '/', &segment)) {
		int status = add_segment(&path, segment);

		if (status != 0)
			return status;
	}
	uri->slash = path.slash;
	uri->path = slice_of(into->at + path.start, into->len - path.start);
	return 0;
}
