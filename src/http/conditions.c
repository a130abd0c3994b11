/*
 * conditions.c - preconditions.
 *
 * A field with several lines is one list (RFC 9110, 5.2). So all its lines are
 * searched for tags, and a date with two lines is invalid.
 */
#include "http/conditions.h"

#include "http/date.h"

enum {
	/* Seconds. A date has whole seconds, and a file may change twice within
	 * one. When that second is long over, also by the client's clock, it
	 * cannot change again with this date. */
	STRONG_AGE = 60
};

/* Whether a list of tags has tags, and has that of our version. */
enum listed { LISTED_NONE, LISTED_OTHERS, LISTED_OURS };

static bool has(const struct request *request, enum field field)
{
	return request->field[field].at != NULL;
}

/* The value of a field with one line; false if it has none or several. */
static bool only_value(
	const struct request *request, enum field field, struct slice *value)
{
	*value = request->field[field];
	return value->at && !request_repeats(request, field);
}

/* ---- entity tags (RFC 9110, 8.8.3) ---- */

struct tag {
	bool weak;
	struct slice opaque; /* with its quotes */
};

static bool is_etagc(char byte)
{
	unsigned char c = (unsigned char)byte;

	return c == 0x21 || (c >= 0x23 && c != 0x7f);
}

/* Takes a tag from the start of *rest; false if there is none. */
static bool take_tag(struct slice *rest, struct tag *tag)
{
	struct slice s = *rest;
	size_t end = 1;

	tag->weak = slice_starts(s, SLICE("W/"));
	if (tag->weak)
		s = slice_from(s, 2);
	if (!slice_starts(s, SLICE("\"")))
		return false;
	while (end < s.len && is_etagc(s.at[end]))
		end++;
	if (end == s.len || s.at[end] != '"')
		return false;
	tag->opaque = slice_of(s.at, end + 1);
	*rest = slice_from(s, end + 1);
	return true;
}

/* The comparisons of section 8.8.3.2. False if etag is empty. */
static bool is_ours(const struct tag *tag, struct slice etag, bool strong)
{
	struct tag ours;

	if (!take_tag(&etag, &ours) || !slice_is(tag->opaque, ours.opaque))
		return false;
	return !strong || (!tag->weak && !ours.weak);
}

/* Searches one line of a list. Returns whether to search the next line: not if
 * our tag was found, and not after a syntax error. */
static bool look_through(
	struct slice rest, struct slice etag, bool strong, enum listed *listed)
{
	struct tag tag;

	for (;;) {
		/* Empty elements are ignored (RFC 9110, 5.6.1.2). */
		rest = slice_trim(rest);
		while (slice_starts(rest, SLICE(",")))
			rest = slice_trim(slice_from(rest, 1));
		if (rest.len == 0)
			return true;
		*listed = LISTED_OTHERS;
		if (!take_tag(&rest, &tag))
			return false;
		rest = slice_trim(rest);
		if (rest.len > 0 && rest.at[0] != ',')
			return false;
		if (is_ours(&tag, etag, strong)) {
			*listed = LISTED_OURS;
			return false;
		}
	}
}

/* Evaluates the list in this field; LISTED_NONE: it is absent or empty. "*"
 * matches any version, but only if it is alone. */
static enum listed list_of(const struct request *request, enum field field,
	struct slice etag, bool strong)
{
	enum listed listed = LISTED_NONE;
	struct slice value = {NULL, 0};

	if (!has(request, field))
		return LISTED_NONE;
	/* Fast path: most caches send exactly our ETag. */
	if (etag.len > 0 && slice_is(request->field[field], etag) &&
		!(strong && slice_starts(etag, SLICE("W/"))))
		return LISTED_OURS;
	if (slice_is(request->field[field], SLICE("*")) &&
		!request_repeats(request, field))
		return LISTED_OURS;
	while (request_next(request, field, &value) &&
		look_through(value, etag, strong, &listed))
		continue;
	return listed;
}

/* ---- dates ---- */

/* The date in this field. False if it is ignored: absent or invalid, or a list,
 * or we have none to compare it with (RFC 9110, 13.1.3 and 13.1.4). */
static bool date_of(const struct request *request, enum field field,
	const struct validators *validators, int64_t now, int64_t *date)
{
	struct slice value;

	if (!validators->dated || !only_value(request, field, &value))
		return false;
	/* Fast path: most clients send exactly our Last-Modified. */
	if (value.len > 0 && slice_is(value, validators->words)) {
		*date = validators->modified;
		return true;
	}
	return date_parse(value, now, date);
}

/* ---- the order of RFC 9110, 13.2.2 ---- */

/* Steps 1 and 2: whether it is still the version that the client means. */
static bool is_meant(const struct request *request,
	const struct validators *validators, int64_t now)
{
	enum listed listed =
		list_of(request, FIELD_IF_MATCH, validators->etag, true);
	int64_t date;

	if (listed != LISTED_NONE)
		return listed == LISTED_OURS;
	if (date_of(request, FIELD_IF_UNMODIFIED_SINCE, validators, now, &date))
		return validators->modified <= date;
	return true;
}

/* Steps 3 and 4: whether the client has this version already. */
static bool is_held(const struct request *request,
	const struct validators *validators, int64_t now)
{
	enum listed listed =
		list_of(request, FIELD_IF_NONE_MATCH, validators->etag, false);
	int64_t date;

	if (listed != LISTED_NONE)
		return listed == LISTED_OURS;
	if (date_of(request, FIELD_IF_MODIFIED_SINCE, validators, now, &date))
		return validators->modified <= date;
	return false;
}

enum verdict conditions_judge(const struct request *request,
	const struct validators *validators, int64_t now)
{
	if (!is_meant(request, validators, now))
		return VERDICT_FAILED;
	if (is_held(request, validators, now))
		return VERDICT_NOT_MODIFIED;
	return VERDICT_GO;
}

bool conditions_allow_range(const struct request *request,
	const struct validators *validators, int64_t now)
{
	struct slice value;
	struct tag tag;
	int64_t date;

	if (!has(request, FIELD_IF_RANGE))
		return true;
	if (!only_value(request, FIELD_IF_RANGE, &value))
		return false;
	if (take_tag(&value, &tag))
		return value.len == 0 && is_ours(&tag, validators->etag, true);
	return validators->dated && date_parse(value, now, &date) &&
	       date == validators->modified && date <= now - STRONG_AGE;
}
