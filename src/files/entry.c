/*
 * entry.c - a hash table by name, and a list by last use.
 */
#include "files/entry.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/heap.h"
#include "files/namehash.h"
#include "files/store.h"
#include "loop/loop.h"

int entries_open(struct entries *entries, size_t names)
{
	size_t size = 1;

	while (size < 2 * names)
		size *= 2;
	*entries = (struct entries){.size = size};
	entries->bucket = calloc(size, sizeof(struct entry *));
	return entries->bucket ? 0 : -1;
}

void entries_shut(struct entries *entries)
{
	for (size_t i = 0; i < entries->size; i++)
		while (entries->bucket[i]) {
			/* entry_free takes it out of its bucket. */
			/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
			entries->bucket[i]->looking = false;
			entry_free(entries->bucket[i]);
		}
	free(entries->bucket);
}

/* ---- by name ---- */

static struct entry **bucket_of(const struct entries *entries, uint32_t hash)
{
	return &entries->bucket[hash & (entries->size - 1)];
}

struct entry *entry_find(
	struct entries *entries, struct slice path, uint32_t flags)
{
	uint32_t hash = namehash(path, flags);
	struct entry *entry = *bucket_of(entries, hash);

	for (; entry; entry = entry->chain)
		if (entry->hash == hash && entry->task.flags == flags &&
			slice_is(entry->task.path, path))
			break;
	return entry;
}

/* Frees the oldest entry of a bucket that has too many. */
static void let_one_go(struct entry *first)
{
	struct entry *last = NULL;
	size_t deep = 0;

	for (; first; first = first->chain)
		if (first->listed) {
			last = first;
			deep++;
		}
	if (deep >= ENTRY_DEEP)
		entry_free(last);
}

struct entry *entry_new(
	struct entries *entries, struct slice path, uint32_t flags)
{
	struct entry *entry = heap_take(sizeof *entry + path.len);
	uint32_t hash = namehash(path, flags);
	struct entry **bucket = bucket_of(entries, hash);

	if (!entry)
		return NULL;
	let_one_go(*bucket);
	*entry = (struct entry){.entries = entries, .hash = hash};
	if (path.len > 0)
		memcpy(entry->path, path.at, path.len);
	entry->task.path = slice_of(entry->path, path.len);
	entry->task.flags = flags;
	entry->chain = *bucket;
	*bucket = entry;
	entries->count++;
	return entry;
}

/* ---- by use ---- */

void entry_unlist(struct entry *entry)
{
	struct entries *entries = entry->entries;

	if (!entry->listed)
		return;
	*(entry->older ? &entry->older->newer : &entries->oldest) =
		entry->newer;
	*(entry->newer ? &entry->newer->older : &entries->newest) =
		entry->older;
	entry->listed = false;
}

void entry_touch(struct entry *entry)
{
	struct entries *entries = entry->entries;

	entry->used = loop_now();
	if (entry == entries->newest)
		return;
	entry_unlist(entry);
	entry->older = entries->newest;
	entry->newer = NULL;
	*(entry->older ? &entry->older->newer : &entries->oldest) = entry;
	entries->newest = entry;
	entry->listed = true;
}

/* ---- freeing, and negative answers ---- */

void entry_drop_file(struct entry *entry)
{
	file_drop(entry->file);
	entry->file = NULL;
}

void entry_free(struct entry *entry)
{
	struct entries *entries = entry->entries;
	struct entry **at = bucket_of(entries, entry->hash);

	BUG_UNLESS(!entry->looking && !entry->waiting);
	while (*at != entry)
		at = &(*at)->chain;
	*at = entry->chain;
	entry_unlist(entry);
	entry_drop_file(entry);
	folder_drop(entry->folder, entry);
	entries->count--;
	free(entry);
}

bool entry_is_brief(const struct entry *entry)
{
	return entry->brief_until > loop_now();
}

void entry_remember(struct entry *entry, const struct found *found)
{
	if (!entry_is_brief(entry) || entry->brief.kind != found->kind)
		entry->brief_count = 0;
	entry->brief = *found;
	entry->brief_count++;
	entry->brief_until = loop_now() + STORE_BRIEF;
}

bool entry_believe(struct entry *entry, struct found *found)
{
	if (entry->looking || !entry_is_brief(entry) ||
		entry->brief_count < STORE_BRIEF_AFTER)
		return false;
	*found = entry->brief;
	entry_touch(entry);
	return true;
}

struct folder *entry_vouched(const struct entry *entry)
{
	const struct version *version = &entry->file->found.folder;

	return folder_vouches(entry->folder, version) ? entry->folder : NULL;
}

int64_t entry_age(
	const struct entry *entry, const struct folder *folder, int64_t fresh)
{
	int64_t own = loop_now() - entry->asked;
	int64_t beyond = own - fresh * (FOLDER_TRUST - 1);
	int64_t age = folder ? loop_now() - folder->asked : own;

	if (age < beyond)
		age = beyond;
	return age < own ? age : own;
}
