/*
 * entry.c - a table by name, and a list by use.
 */
#include "files/entry.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"

/* FNV-1a; what else is asked of a name makes it another entry. */
static uint32_t hash_of(struct slice path, uint32_t flags)
{
	uint32_t hash = 2166136261U + flags;

	for (size_t i = 0; i < path.len; i++)
		hash = (hash ^ (unsigned char)path.at[i]) * 16777619U;
	return hash;
}

struct entry *entry_find(
	struct entries *entries, struct slice path, uint32_t flags)
{
	uint32_t hash = hash_of(path, flags);
	struct entry *entry = entries->bucket[hash % ENTRY_BUCKETS];

	for (; entry; entry = entry->chain)
		if (entry->hash == hash && entry->errand.flags == flags &&
			slice_is(entry->errand.path, path))
			break;
	return entry;
}

struct entry *entry_new(
	struct entries *entries, struct slice path, uint32_t flags)
{
	struct entry *entry = malloc(sizeof *entry + path.len);
	uint32_t hash = hash_of(path, flags);
	struct entry **bucket = &entries->bucket[hash % ENTRY_BUCKETS];

	if (!entry)
		return NULL;
	*entry = (struct entry){.entries = entries, .hash = hash};
	if (path.len > 0)
		memcpy(entry->path, path.at, path.len);
	entry->errand.path = slice_of(entry->path, path.len);
	entry->errand.flags = flags;
	entry->chain = *bucket;
	*bucket = entry;
	entries->count++;
	return entry;
}

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

	entry_unlist(entry);
	entry->older = entries->newest;
	entry->newer = NULL;
	*(entry->older ? &entry->older->newer : &entries->oldest) = entry;
	entries->newest = entry;
	entry->listed = true;
}

void entry_drop_file(struct entry *entry)
{
	file_drop(entry->file);
	entry->file = NULL;
}

void entry_free(struct entry *entry)
{
	struct entries *entries = entry->entries;
	struct entry **at = &entries->bucket[entry->hash % ENTRY_BUCKETS];

	BUG_UNLESS(!entry->looking && !entry->waiting);
	while (*at != entry)
		at = &(*at)->chain;
	*at = entry->chain;
	entry_unlist(entry);
	entry_drop_file(entry);
	entries->count--;
	free(entry);
}
