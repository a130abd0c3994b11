/*
 * fuzz_conditions.c - a request head, judged for files with and without
 * validators.
 */
#include "base/bug.h"
#include "http/conditions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct validators files[] = {
	{.etag = {"\"abc\"", 5}, .dated = true, .modified = 784111777},
	{.etag = {"W/\"abc\"", 7}, .dated = true, .modified = 784111777},
	{.etag = {"\"abc\"", 5}, .dated = false},
	{.dated = true, .modified = 784111777},
	{.dated = false},
};

static bool has(const struct request *request, enum field field)
{
	return request->field[field].at != NULL;
}

static void check(
	const struct request *request, const struct validators *validators)
{
	const int64_t now = 1785585600;
	enum verdict verdict = conditions_judge(request, validators, now);
	struct validators said = *validators;

	/* To know one's own words saves time and nothing else. */
	said.words = SLICE("Sun, 06 Nov 1994 08:49:37 GMT");
	BUG_UNLESS(conditions_judge(request, &said, now) == verdict);
	BUG_UNLESS(verdict != VERDICT_FAILED || has(request, FIELD_IF_MATCH) ||
		   has(request, FIELD_IF_UNMODIFIED_SINCE));
	BUG_UNLESS(verdict != VERDICT_NOT_MODIFIED ||
		   has(request, FIELD_IF_NONE_MATCH) ||
		   has(request, FIELD_IF_MODIFIED_SINCE));
	BUG_UNLESS(conditions_allow_range(request, validators, now) ||
		   has(request, FIELD_IF_RANGE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request request;
	size_t seen = 0;

	if (request_parse(
		    slice_of((const char *)data, size), &seen, &request) <= 0)
		return 0;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		check(&request, &files[i]);
	return 0;
}
