/*
 * copy.c - the bytes of a file, and the head in front of them.
 */
#include "files/copy.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"

struct copy *copy_new(size_t size)
{
	struct copy *copy = malloc(sizeof *copy + size);

	if (!copy)
		return NULL;
	copy->size = size;
	copy->filled = 0;
	copy->head_len = 0;
	copy->sending = 0;
	return copy;
}

void copy_add(struct copy *copy, size_t offset, struct slice bytes)
{
	if (offset != copy->filled)
		return;
	BUG_UNLESS(bytes.len <= copy->size - copy->filled);
	memcpy(copy->bytes + offset, bytes.at, bytes.len);
	copy->filled += bytes.len;
}

void copy_free(struct copy *copy)
{
	free(copy);
}

size_t copy_weight(const struct copy *copy)
{
	return sizeof *copy + copy->size;
}

static char *head_of(struct copy *copy)
{
	return copy->room + COPY_ROOM - copy->head_len;
}

void copy_set_head(
	struct copy *copy, struct slice head, size_t date_at, int64_t second)
{
	BUG_UNLESS(date_at + DATE_LEN <= head.len);
	if (head.len > COPY_ROOM)
		return;
	copy->head_len = head.len;
	copy->date_at = date_at;
	copy->second = second;
	memcpy(head_of(copy), head.at, head.len);
}

bool copy_is_ready(const struct copy *copy, int64_t second)
{
	return copy->head_len > 0 &&
	       (copy->second == second || copy->sending == 0);
}

struct slice copy_answer(
	struct copy *copy, const char date[DATE_LEN], int64_t second)
{
	char *head = head_of(copy);

	BUG_UNLESS(copy_is_ready(copy, second));
	if (copy->second != second) {
		memcpy(head + copy->date_at, date, DATE_LEN);
		copy->second = second;
	}
	return slice_of(head, copy->head_len + copy->size);
}
