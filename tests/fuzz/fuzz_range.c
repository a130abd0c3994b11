/*
 * fuzz_range.c - eight bytes of size, then a Range field: what is to be sent
 * is in the file, no byte of it twice.
 */
#include <string.h>

#include "base/bug.h"
#include "http/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct range *ranges, size_t count, uint64_t size)
{
	BUG_UNLESS(count >= 1 && count <= RANGE_MAX);
	for (size_t i = 0; i < count; i++) {
		const struct range *r = &ranges[i];

		BUG_UNLESS(r->len >= 1 && r->first < size);
		BUG_UNLESS(r->len <= size - r->first);
		for (size_t j = 0; j < i; j++)
			BUG_UNLESS(
				r->first >= ranges[j].first + ranges[j].len ||
				ranges[j].first >= r->first + r->len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct range ranges[RANGE_MAX];
	uint64_t bytes;
	size_t count;

	if (size < sizeof(bytes))
		return 0;
	memcpy(&bytes, data, sizeof(bytes));
	if (range_parse(slice_of((const char *)data + sizeof(bytes),
				size - sizeof(bytes)),
		    bytes, ranges, &count) == RANGE_SOME)
		check(ranges, count, bytes);
	return 0;
}
