/*
 * waiting.c - a list of lookups.
 */
#include "files/waiting.h"

void waiting_join(struct entry *entry, struct lookup *wait, bool joined)
{
	wait->entry = entry;
	wait->joined = joined;
	wait->prev = NULL;
	wait->behind = entry->waiting;
	if (wait->behind)
		wait->behind->prev = wait;
	entry->waiting = wait;
}

void waiting_leave(struct lookup *wait)
{
	*(wait->prev ? &wait->prev->behind : &wait->entry->waiting) =
		wait->behind;
	if (wait->behind)
		wait->behind->prev = wait->prev;
	wait->entry = NULL;
}

void waiting_answer(
	struct lookup *wait, const struct found *found, struct file *file)
{
	wait->found = *found;
	wait->file = file ? file_hold(file) : NULL;
}

void waiting_answer_all(
	struct entry *entry, const struct found *found, bool first_only)
{
	struct lookup *behind;

	for (struct lookup *wait = entry->waiting; wait; wait = behind) {
		behind = wait->behind;
		if (first_only && wait->joined) {
			wait->joined = false;
			continue;
		}
		waiting_leave(wait);
		waiting_answer(wait, found, entry->file);
		cont_save(wait->fd, 0, WITHIN_NOW, wait->next);
	}
}
