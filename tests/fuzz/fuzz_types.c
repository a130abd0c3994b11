/*
 * fuzz_types.c - whatever the text is, what is read of it is sorted and found
 * again.
 */
#include <stdint.h>
#include <string.h>

#include "base/bug.h"
#include "http/chars.h"
#include "site/types.h"

enum { NAME_MAX_LEN = 256 };

static struct site_types types;

static void check_found(const struct site_suffix *one)
{
	char name[NAME_MAX_LEN] = "a.";

	if (one->suffix.len > sizeof name - 2)
		return;
	memcpy(name + 2, one->suffix.at, one->suffix.len);
	BUG_UNLESS(slice_is(
		types_find(&types, slice_of(name, one->suffix.len + 2)),
		one->type));
}

static void check_suffix(const struct site_suffix *one)
{
	BUG_UNLESS(one->suffix.len > 0 && one->suffix.at[0] != '.');
	BUG_UNLESS(chars_are(one->suffix, CHAR_TEXT));
	BUG_UNLESS(!memchr(one->suffix.at, '/', one->suffix.len));
	/* It goes into a head as it is. */
	BUG_UNLESS(chars_are(one->type, CHAR_GRAPH));
	BUG_UNLESS(one->type.len >= 3 && one->type.len <= TYPES_TYPE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_of((const char *)data, size);
	struct types_mistake mistake = {0, {NULL, 0}, NULL};
	size_t mistakes = types_read(&types, text, &mistake);

	BUG_UNLESS(types.count <= TYPES_MAX);
	BUG_UNLESS((mistakes > 0) == (mistake.line > 0));
	BUG_UNLESS(mistakes == 0 || (mistake.word.len > 0 && mistake.what));
	for (size_t i = 0; i < types.count; i++) {
		check_suffix(&types.suffixes[i]);
		check_found(&types.suffixes[i]);
	}
	(void)types_find(&types, text);
	return 0;
}
