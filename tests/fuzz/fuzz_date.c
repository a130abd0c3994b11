/*
 * fuzz_date.c - eight bytes of time, then a date: what is read can be written
 * and is read again as the same.
 */
#include <string.h>

#include "base/bug.h"
#include "http/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char written[DATE_LEN], clf[DATE_CLF_LEN];
	int64_t now, seconds, again;

	if (size < sizeof(now))
		return 0;
	memcpy(&now, data, sizeof(now));
	date_write(written, now);
	date_write_clf(clf, now);
	BUG_UNLESS(date_parse(slice_of(written, DATE_LEN), now, &again));

	if (!date_parse(slice_of((const char *)data + sizeof(now),
				size - sizeof(now)),
		    now, &seconds))
		return 0;
	date_write(written, seconds);
	BUG_UNLESS(date_parse(slice_of(written, DATE_LEN), now, &again));
	/* Only what does not fit in four digits comes back as another. */
	BUG_UNLESS(again == seconds || seconds < INT64_C(-62167219200) ||
		   seconds > INT64_C(253402300799));
	return 0;
}
