/*
 * escape.c - escapes text for HTML, JSON and logs.
 */
#include "http/escape.h"

#include "http/chars.h"

/* U+FFFD, the replacement character. */
#define REPLACEMENT SLICE("\xef\xbf\xbd")

/* The character reference for a character that is special in HTML, or NULL. */
static const char *reference_of(unsigned char byte)
{
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* The lead bytes of UTF-8 with their second bytes (Unicode, table 3-7). These
 * are fewer than 0x80 to 0xbf where the encoding would be overlong, a surrogate
 * or above U+10FFFF. */
static const struct lead {
	unsigned char first, last; /* the lead byte is one of these */
	unsigned char low, high;   /* and the second byte one of these */
	unsigned char len;         /* bytes of the whole character */
} leads[] = {
	{0xc2, 0xdf, 0x80, 0xbf, 2},
	{0xe0, 0xe0, 0xa0, 0xbf, 3},
	{0xe1, 0xec, 0x80, 0xbf, 3},
	{0xed, 0xed, 0x80, 0x9f, 3},
	{0xee, 0xef, 0x80, 0xbf, 3},
	{0xf0, 0xf0, 0x90, 0xbf, 4},
	{0xf1, 0xf3, 0x80, 0xbf, 4},
	{0xf4, 0xf4, 0x80, 0x8f, 4},
};

static bool is_followed(const struct lead *lead, const unsigned char *at)
{
	if (at[1] < lead->low || at[1] > lead->high)
		return false;
	for (size_t i = 2; i < lead->len; i++)
		if ((at[i] & 0xc0) != 0x80)
			return false;
	return true;
}

/* The length of the first character; 0 if it is not UTF-8. */
static size_t character(const unsigned char *at, size_t len)
{
	if (at[0] < 0x80)
		return 1;
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		const struct lead *lead = &leads[i];

		if (at[0] < lead->first || at[0] > lead->last)
			continue;
		return lead->len <= len && is_followed(lead, at) ? lead->len
								 : 0;
	}
	return 0;
}

/* C0, DEL and C1 (U+0080 to U+009F). */
static bool is_control(const unsigned char *at, size_t len)
{
	if (len == 2)
		return at[0] == 0xc2 && at[1] < 0xa0;
	return at[0] < 0x20 || at[0] == 0x7f;
}

void escape_html(struct buf *b, struct slice text)
{
	for (size_t i = 0; i < text.len;) {
		const unsigned char *at = (const unsigned char *)text.at + i;
		const char *reference = reference_of(*at);
		size_t len = character(at, text.len - i);

		if (reference != NULL)
			buf_text(b, reference);
		else if (len == 0 || is_control(at, len))
			buf_slice(b, REPLACEMENT);
		else
			buf_slice(b, slice_of(text.at + i, len));
		i += len > 0 ? len : 1;
	}
}

/* Writes a control character as an escape; number: its last byte, which for C1
 * too is its code point. */
static void write_json_escape(struct buf *b, unsigned char number)
{
	static const char lower[] = "0123456789abcdef";
	char escape[6] = {
		'\\', 'u', '0', '0', lower[number >> 4], lower[number & 15]};

	buf_slice(b, slice_of(escape, sizeof(escape)));
}

void escape_json(struct buf *b, struct slice text)
{
	for (size_t i = 0; i < text.len;) {
		const unsigned char *at = (const unsigned char *)text.at + i;
		size_t len = character(at, text.len - i);

		if (len == 0)
			buf_slice(b, REPLACEMENT);
		else if (*at == '"')
			buf_slice(b, SLICE("\\\""));
		else if (*at == '\\')
			buf_slice(b, SLICE("\\\\"));
		else if (is_control(at, len))
			write_json_escape(b, at[len - 1]);
		else
			buf_slice(b, slice_of(text.at + i, len));
		i += len > 0 ? len : 1;
	}
}

static bool is_plain(char byte)
{
	return byte >= 0x20 && byte <= 0x7e && byte != '"' && byte != '\\';
}

static const char digits[] = "0123456789ABCDEF";

static void write_escape(struct buf *b, unsigned char byte)
{
	char escape[4] = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};

	buf_slice(b, slice_of(escape, sizeof(escape)));
}

void escape_log(struct buf *b, struct slice text)
{
	size_t done = 0;

	/* Most text needs no escapes: copy whole runs. */
	for (size_t i = 0; i < text.len; i++) {
		if (is_plain(text.at[i]))
			continue;
		buf_slice(b, slice_of(text.at + done, i - done));
		write_escape(b, (unsigned char)text.at[i]);
		done = i + 1;
	}
	if (done < text.len)
		buf_slice(b, slice_from(text, done));
}

static void write_percent(struct buf *b, unsigned char byte)
{
	char escape[3] = {'%', digits[byte >> 4], digits[byte & 15]};

	buf_slice(b, slice_of(escape, sizeof(escape)));
}

void escape_segment(struct buf *b, struct slice name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (char_is(name.at[i], CHAR_UNRESERVED))
			buf_byte(b, name.at[i]);
		else
			write_percent(b, (unsigned char)name.at[i]);
	}
}

void escape_path(struct buf *b, struct slice path)
{
	for (size_t i = 0; i < path.len; i++) {
		if (path.at[i] == '/')
			buf_byte(b, '/');
		else
			escape_segment(b, slice_of(path.at + i, 1));
	}
}
