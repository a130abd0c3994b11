/*
 * host.c - host and port of a request.
 *
 * Not accepted are IPvFuture of RFC 3986, which no version of IP uses, and zone
 * identifiers, which have a meaning only on one machine.
 */
#include "http/host.h"

#include <string.h>

#include "http/chars.h"

static bool is_ipv4(struct slice s)
{
	struct slice octet;
	uint64_t number;
	int count = 0;

	while (slice_cut(&s, '.', &octet)) {
		if (!slice_number(octet, &number) || number > 255)
			return false;
		if (octet.len > 1 && octet.at[0] == '0')
			return false;
		count++;
	}
	return count == 4;
}

/* Takes a group of an IPv6 address. Returns how many of the eight groups it is:
 * 1, or 2 for an IPv4 address at the end, or 0 if it is neither. */
static int take_group(struct slice *s)
{
	struct slice all = *s;
	size_t n = 0;

	while (n < all.len && n < 4 && char_is(all.at[n], CHAR_HEX))
		n++;
	if (n < all.len && all.at[n] == '.') {
		*s = slice_from(all, all.len);
		return is_ipv4(all) ? 2 : 0;
	}
	*s = slice_from(all, n);
	return n > 0 ? 1 : 0;
}

/* Takes the colon, or two of them, between groups. "::" is one or more groups
 * of zeros, and may occur only once. */
static bool take_colons(struct slice *s, bool *gap)
{
	if (slice_starts(*s, SLICE("::"))) {
		*s = slice_from(*s, 2);
		return !*gap && (*gap = true);
	}
	if (s->len < 2 || s->at[0] != ':')
		return false;
	*s = slice_from(*s, 1);
	return true;
}

static bool is_ipv6(struct slice s)
{
	bool gap = slice_starts(s, SLICE("::"));
	int groups = 0;

	if (gap)
		s = slice_from(s, 2);
	while (s.len > 0) {
		int more = take_group(&s);

		groups += more;
		if (more == 0 || (s.len > 0 && !take_colons(&s, &gap)))
			return false;
	}
	return gap ? groups < 8 : groups == 8;
}

static bool is_escape(struct slice s)
{
	return s.len > 2 && s.at[0] == '%' && char_is(s.at[1], CHAR_HEX) &&
	       char_is(s.at[2], CHAR_HEX);
}

/* The length of the reg-name at the front. */
static size_t span_name(struct slice s)
{
	const int plain = CHAR_UNRESERVED | CHAR_SUB_DELIM;
	size_t len = chars_span(s, plain);

	while (is_escape(slice_from(s, len))) {
		len += 3;
		len += chars_span(slice_from(s, len), plain);
	}
	return len;
}

/* Removes the host from the front of *s, which is not empty; the rest is the
 * port, if there is one. */
static bool take_host(struct slice *s)
{
	struct slice all = *s;
	const char *end;
	size_t len;

	if (all.at[0] != '[') {
		len = span_name(all);
		*s = slice_from(all, len);
		return len > 0;
	}
	end = memchr(all.at, ']', all.len);
	if (end == NULL)
		return false;
	len = (size_t)(end - all.at) + 1;
	*s = slice_from(all, len);
	return is_ipv6(slice_of(all.at + 1, len - 2));
}

/* Whether it is a host, followed by nothing or by a colon and digits; at least
 * one digit if needs_port. */
static bool is_host(struct slice host, bool needs_port)
{
	if (host.len == 0 || !take_host(&host))
		return false;
	if (host.len == 0)
		return !needs_port;
	return host.at[0] == ':' && host.len > (needs_port ? 1 : 0) &&
	       chars_are(slice_from(host, 1), CHAR_DIGIT);
}

bool host_is_valid(struct slice host)
{
	return is_host(host, false);
}

bool host_has_port(struct slice host)
{
	return is_host(host, true);
}

/* Schemes are case-insensitive (RFC 3986, 3.1). */
static size_t scheme_len(struct slice target)
{
	if (target.len >= 7 &&
		slice_is_nocase(slice_of(target.at, 7), SLICE("http://")))
		return 7;
	if (target.len >= 8 &&
		slice_is_nocase(slice_of(target.at, 8), SLICE("https://")))
		return 8;
	return 0;
}

bool host_cut(struct slice *target, struct slice *host)
{
	struct slice rest;
	size_t scheme;
	size_t len = 0;

	/* Fast path: most targets are in origin-form. */
	if (slice_starts(*target, SLICE("/")))
		return false;
	scheme = scheme_len(*target);
	if (scheme == 0)
		return false;
	rest = slice_from(*target, scheme);
	while (len < rest.len && rest.at[len] != '/' && rest.at[len] != '?')
		len++;
	if (!host_is_valid(slice_of(rest.at, len)))
		return false;
	*host = slice_of(rest.at, len);
	*target = slice_from(rest, len);
	return true;
}
