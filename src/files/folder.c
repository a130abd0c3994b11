/*
 * folder.c - a hash table by path.
 */
#include "files/folder.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/pool.h"
#include "files/namehash.h"
#include "loop/loop.h"
#include "sys/clock.h"

int folders_open(struct folders *folders, size_t names)
{
	size_t size = 1;

	while (size < names)
		size *= 2;
	*folders = (struct folders){.size = size};
	folders->bucket = calloc(size, sizeof(struct folder *));
	return folders->bucket ? 0 : -1;
}

/* The size of the table is a power of two: less than two buckets for each. */
uint64_t folders_memory(size_t folders)
{
	size_t each = pool_weight(sizeof(struct folder) + JOB_PATH_MAX) +
		      2 * sizeof(struct folder *);

	return (uint64_t)folders * each;
}

void folders_shut(struct folders *folders)
{
	BUG_UNLESS(folders->count == 0);
	free(folders->bucket);
}

struct slice folder_path(struct slice path, uint32_t flags)
{
	if (flags & JOB_SLASH)
		return path;
	while (path.len > 0 && path.at[--path.len] != '/')
		continue;
	return path;
}

static struct folder **bucket_of(const struct folders *folders, uint32_t hash)
{
	return &folders->bucket[hash & (folders->size - 1)];
}

static struct folder *folder_new(
	struct folders *folders, struct slice path, uint32_t hash)
{
	struct folder *folder = malloc(sizeof *folder + path.len);
	struct folder **bucket = bucket_of(folders, hash);

	if (!folder)
		return NULL;
	*folder = (struct folder){
		.folders = folders, .chain = *bucket, .hash = hash};
	if (path.len > 0)
		memcpy(folder->bytes, path.at, path.len);
	folder->path = slice_of(folder->bytes, path.len);
	*bucket = folder;
	folders->count++;
	return folder;
}

struct folder *folder_hold(
	struct folders *folders, struct slice path, uint32_t flags)
{
	struct slice parent = folder_path(path, flags);
	uint32_t hash = namehash(parent, 0);
	struct folder *folder = *bucket_of(folders, hash);

	while (folder &&
		!(folder->hash == hash && slice_is(folder->path, parent)))
		folder = folder->chain;
	if (!folder)
		folder = folder_new(folders, parent, hash);
	if (folder)
		folder->holders++;
	return folder;
}

void folder_drop(struct folder *folder, const void *holder)
{
	struct folder **at;

	if (!folder)
		return;
	folder_end(folder, holder, 0);
	if (--folder->holders > 0)
		return;
	at = bucket_of(folder->folders, folder->hash);
	while (*at != folder)
		at = &(*at)->chain;
	*at = folder->chain;
	folder->folders->count--;
	free(folder);
}

/* No time is subtracted from another one, since extreme values would overflow.
 * A change sets both times, but some file systems have only one of them. */
bool folder_is_settled(const struct version *version, int64_t date)
{
	int64_t latest = date - FOLDER_YOUNG * SYS_MILLISECOND;

	return version->inode != 0 && version->changed <= latest &&
	       version->modified <= latest;
}

void folder_see(
	struct folder *folder, const struct version *version, int64_t asked)
{
	bool is_same = version_is_same(&folder->version, version);

	/* Lookups may end in another order than they were started. */
	if (!is_same || asked > folder->asked)
		folder->asked = asked;
	folder->version = *version;
}

bool folder_vouches(const struct folder *folder, const struct version *version)
{
	return folder && version->inode != 0 &&
	       version_is_same(&folder->version, version);
}

void folder_send(struct folder *folder, const void *refresher)
{
	folder->refresher = refresher;
}

void folder_end(struct folder *folder, const void *refresher, int64_t excused)
{
	if (!folder || folder->refresher != refresher)
		return;
	folder->refresher = NULL;
	folder->excused = excused;
}

bool folder_is_waiting(const struct folder *folder)
{
	return folder->refresher || folder->excused > loop_now();
}
