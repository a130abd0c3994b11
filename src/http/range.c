/*
 * range.c - the Range field.
 *
 * A syntax error makes the whole field invalid, and an invalid field is ignored
 * (RFC 9110, 14.2): the whole file is sent.
 */
#include "http/range.h"

/* What one element of the list requests. */
enum asked { ASKED_WRONG, ASKED_NOTHING, ASKED_BYTES };

/* Takes digits from the front; a number that is too large becomes 2^64 - 1.
 * False without a digit. */
static bool take_position(struct slice *s, uint64_t *position)
{
	uint64_t n = 0;
	size_t i = 0;

	for (; i < s->len && s->at[i] >= '0' && s->at[i] <= '9'; i++) {
		uint64_t digit = (uint64_t)(s->at[i] - '0');

		n = n > (UINT64_MAX - digit) / 10 ? UINT64_MAX : n * 10 + digit;
	}
	*position = n;
	*s = slice_from(*s, i);
	return i > 0;
}

/* suffix-range: the last bytes. */
static enum asked read_suffix(
	struct slice digits, uint64_t size, struct range *range)
{
	uint64_t len;

	if (!take_position(&digits, &len) || digits.len > 0)
		return ASKED_WRONG;
	if (len == 0 || size == 0)
		return ASKED_NOTHING;
	range->len = len < size ? len : size;
	range->first = size - range->len;
	return ASKED_BYTES;
}

/* int-range: from the first position, to the last one or to the end. */
static enum asked read_int(
	struct slice spec, uint64_t size, struct range *range)
{
	uint64_t first;
	uint64_t last = UINT64_MAX;

	if (!take_position(&spec, &first) || !slice_starts(spec, SLICE("-")))
		return ASKED_WRONG;
	spec = slice_from(spec, 1);
	if (spec.len > 0 && (!take_position(&spec, &last) || spec.len > 0))
		return ASKED_WRONG;
	if (first > last)
		return ASKED_WRONG;
	if (first >= size)
		return ASKED_NOTHING;
	range->first = first;
	range->len = (last < size ? last + 1 : size) - first;
	return ASKED_BYTES;
}

static enum asked read_spec(
	struct slice spec, uint64_t size, struct range *range)
{
	if (spec.at[0] == '-')
		return read_suffix(slice_from(spec, 1), size, range);
	return read_int(spec, size, range);
}

static bool overlap(const struct range *a, const struct range *b)
{
	return a->first < b->first + b->len && b->first < a->first + a->len;
}

static struct range join(const struct range *a, const struct range *b)
{
	uint64_t first = a->first < b->first ? a->first : b->first;
	uint64_t a_end = a->first + a->len;
	uint64_t b_end = b->first + b->len;

	return (struct range){first, (a_end > b_end ? a_end : b_end) - first};
}

/* The elements parsed so far. */
struct set {
	struct range *ranges; /* no two of them overlap */
	size_t count;
	size_t asked;  /* elements, satisfiable or not */
	uint64_t size; /* of the representation */
	uint64_t left; /* bytes that may still be requested */
};

/* Adds a range at the end, or merges it into the first one that it overlaps.
 * The others do not overlap each other, so merging with one of them makes no
 * new overlap: one pass is enough. */
static void add(struct set *set, struct range added)
{
	size_t kept = 0;
	size_t place = RANGE_MAX;

	for (size_t i = 0; i < set->count; i++) {
		if (!overlap(&set->ranges[i], &added)) {
			set->ranges[kept++] = set->ranges[i];
			continue;
		}
		added = join(&set->ranges[i], &added);
		if (place == RANGE_MAX)
			place = kept++;
	}
	if (place == RANGE_MAX)
		place = kept++;
	set->ranges[place] = added;
	set->count = kept;
}

/* Takes one element of the list. False: the field is ignored. */
static bool take_spec(struct set *set, struct slice spec)
{
	struct range range;
	enum asked asked;

	if (++set->asked > RANGE_MAX)
		return false;
	asked = read_spec(spec, set->size, &range);
	if (asked != ASKED_BYTES)
		return asked == ASKED_NOTHING;
	/* Ranges that together have more bytes than the file are ignored: the
	 * whole file is less (RFC 9110, 17.15). */
	if (range.len > set->left)
		return false;
	set->left -= range.len;
	add(set, range);
	return true;
}

static bool take_unit(struct slice *value)
{
	struct slice unit;

	/* Case-insensitive: RFC 9110, 14.1. */
	return slice_cut(value, '=', &unit) && value->at != NULL &&
	       slice_is_nocase(unit, SLICE("bytes"));
}

enum range_answer range_parse(struct slice value, uint64_t size,
	struct range ranges[RANGE_MAX], size_t *count)
{
	struct set set = {.ranges = ranges, .size = size, .left = size};
	struct slice spec;

	*count = 0;
	if (!take_unit(&value))
		return RANGE_WHOLE;
	while (slice_cut(&value, ',', &spec)) {
		spec = slice_trim(spec);
		/* Empty elements are ignored (RFC 9110, 5.6.1.2). */
		if (spec.len > 0 && !take_spec(&set, spec))
			return RANGE_WHOLE;
	}
	if (set.asked == 0)
		return RANGE_WHOLE;
	*count = set.count;
	return set.count > 0 ? RANGE_SOME : RANGE_NOTHING;
}
