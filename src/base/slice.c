/* slice.c - a range of bytes in memory that somebody else owns. */
#include "base/slice.h"

bool slice_is_nocase(struct slice s, struct slice other)
{
	if (s.len != other.len)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] != other.at[i] &&
			slice_lower(s.at[i]) != slice_lower(other.at[i]))
			return false;
	return true;
}

bool slice_ends(struct slice s, struct slice suffix)
{
	if (suffix.len == 0)
		return true;
	return s.len >= suffix.len &&
	       slice_is(slice_from(s, s.len - suffix.len), suffix);
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

struct slice slice_trim(struct slice s)
{
	while (s.len > 0 && is_blank(s.at[0])) {
		s.at++;
		s.len--;
	}
	while (s.len > 0 && is_blank(s.at[s.len - 1]))
		s.len--;
	return s;
}

bool slice_cut(struct slice *rest, char sep, struct slice *part)
{
	const char *end;
	size_t len;

	if (rest->at == NULL)
		return false;
	/* memchr must not be given NULL. */
	end = rest->len > 0 ? memchr(rest->at, sep, rest->len) : NULL;
	if (end == NULL) {
		*part = *rest;
		*rest = slice_of(NULL, 0);
		return true;
	}
	len = (size_t)(end - rest->at);
	*part = slice_of(rest->at, len);
	*rest = slice_of(end + 1, rest->len - len - 1);
	return true;
}

bool slice_number(struct slice s, uint64_t *number)
{
	uint64_t n = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned)(unsigned char)s.at[i] - '0';

		if (digit > 9 || n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*number = n;
	return true;
}
