/* judge.c - what a version of a file answers to a wish. */
#include <string.h>

#include "wish.h"

static bool do_overlap(const struct part *a, const struct part *b)
{
	return a->first < b->first + b->len && b->first < a->first + a->len;
}

static void join(struct part *part, const struct part *other)
{
	size_t end = part->first + part->len;
	size_t other_end = other->first + other->len;

	if (other->first < part->first)
		part->first = other->first;
	part->len = (end > other_end ? end : other_end) - part->first;
}

/* At the end, or in the place of the first that it overlaps, with all others
 * that it then overlaps too. */
static void add_part(struct part *parts, size_t *count, struct part added)
{
	size_t at = 0;

	while (at < *count && !do_overlap(&parts[at], &added))
		at++;
	if (at == *count) {
		parts[(*count)++] = added;
		return;
	}
	join(&parts[at], &added);
	for (size_t i = at + 1; i < *count; i++) {
		if (!do_overlap(&parts[at], &parts[i]))
			continue;
		join(&parts[at], &parts[i]);
		memmove(&parts[i], &parts[i + 1],
			(--*count - i) * sizeof *parts);
		i = at;
	}
}

/* 206, 416, or 200. */
static int judge_ranges(const struct wish *wish, size_t size,
	struct part parts[WISH_RANGES], size_t *count)
{
	size_t sum = 0;

	*count = 0;
	for (size_t i = 0; i < wish->ranges_count; i++) {
		size_t first = wish->ranges[i].first;
		size_t last = wish->ranges[i].last;

		if (first == SIZE_MAX && last == SIZE_MAX)
			return 200;
		if (first == SIZE_MAX) {
			first = last < size ? size - last : 0;
			last = last == 0 ? 0 : SIZE_MAX;
			if (last == 0)
				continue;
		}
		if (first >= size)
			continue;
		last = last < size ? last : size - 1;
		sum += last - first + 1;
		if (sum > size)
			return 200;
		add_part(parts, count, (struct part){first, last - first + 1});
	}
	return *count > 0 ? 206 : 416;
}

int wish_judge(const struct wish *wish, const struct sim_version *version,
	bool weak, struct part parts[WISH_RANGES], size_t *count)
{
	bool same = version == wish->known;
	char tag[64];

	*count = 0;
	wish_tag(version, NULL, tag, sizeof tag);
	switch (wish->condition) {
	case IF_NONE_MATCH:
		if (same)
			return 304;
		break;
	case IF_NONE_MATCH_ANY:
	case IF_MODIFIED_SINCE:
		return 304;
	case IF_MATCH:
		if (!same || weak || *tag == '\0')
			return 412;
		break;
	case IF_UNMODIFIED_SINCE:
		return 412;
	case IF_RANGE:
		if (!same || weak)
			return 200;
		break;
	default:
		break;
	}
	if (wish->ranges_count == 0 || wish->head)
		return 200;
	return judge_ranges(wish, version->size, parts, count);
}
