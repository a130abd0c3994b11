/*
 * fuzz_escape.c - any bytes: none of them means anything to HTML, JSON or a log
 * any more.
 */
#include <string.h>

#include "base/bug.h"
#include "http/escape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT = 2000, LONGEST = 6 /* "&quot;" */ };

static void check_html(struct slice text)
{
	static const char *const references[] = {
		"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
	bool is_reference;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		BUG_UNLESS(c >= 0x20 && c != 0x7f);
		BUG_UNLESS(c != '<' && c != '>' && c != '"' && c != '\'');
		is_reference = c != '&';
		for (size_t j = 0; j < 5; j++)
			is_reference |= slice_starts(
				slice_of(text.at + i, text.len - i),
				slice_text(references[j]));
		BUG_UNLESS(is_reference);
	}
}

/* What was escaped is UTF-8 without control characters: but for its references
 * it stays as it is. */
static void check_again(struct slice text)
{
	char at[INPUT * LONGEST * LONGEST];
	struct buf b = buf_on(at, sizeof(at));
	struct slice rest = text, again, a, z;

	escape_html(&b, text);
	again = buf_slice_of(&b);
	BUG_UNLESS(!b.full);
	/* Each "&" came back as "&amp;". */
	while (slice_cut(&rest, '&', &a)) {
		BUG_UNLESS(slice_cut(&again, '&', &z));
		if (slice_starts(z, SLICE("amp;")) && z.len == a.len + 4)
			z = slice_of(z.at + 4, z.len - 4);
		BUG_UNLESS(slice_is(a, z));
	}
}

static void check_json(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];
		struct slice next = slice_of(text.at + i + 1, text.len - i - 1);

		BUG_UNLESS(c >= 0x20 && c != 0x7f && c != '"');
		if (c != '\\')
			continue;
		BUG_UNLESS(slice_starts(next, SLICE("\"")) ||
			   slice_starts(next, SLICE("\\")) ||
			   slice_starts(next, SLICE("u00")));
		i++;
	}
}

static void check_log(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		BUG_UNLESS(c >= 0x20 && c <= 0x7e && c != '"');
		BUG_UNLESS(c != '\\' || text.at[i + 1] == 'x');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char at[INPUT * LONGEST];
	struct buf b = buf_on(at, sizeof(at));
	struct slice text =
		slice_of((const char *)data, size < INPUT ? size : INPUT);

	escape_html(&b, text);
	BUG_UNLESS(!b.full);
	check_html(buf_slice_of(&b));
	check_again(buf_slice_of(&b));

	b = buf_on(at, sizeof(at));
	escape_json(&b, text);
	BUG_UNLESS(!b.full);
	check_json(buf_slice_of(&b));

	b = buf_on(at, sizeof(at));
	escape_log(&b, text);
	BUG_UNLESS(!b.full);
	check_log(buf_slice_of(&b));
	return 0;
}
