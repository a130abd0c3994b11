/*
 * store.c - looks names up, and keeps their files open.
 */
#include "files/store.h"

#include <stdlib.h>

#include "base/bug.h"
#include "files/entry.h"
#include "files/fill.h"
#include "files/waiting.h"
#include "loop/loop.h"
#include "sys/clock.h"

enum { AT_ONCE = 8 /* most names freed at once to free copies */ };

struct store {
	struct helpers *helpers;
	int tick; /* its row waits for the next sweep */
	struct store_limits limits;
	size_t keep;           /* most entries, without those being looked up */
	size_t looking;        /* entries being looked up */
	struct scale listings; /* those being sent */
	struct scale copies;   /* files in memory */
	struct entries entries;
	struct folders folders;
};

static void on_found(int channel, short revents, void *state);
static void on_sweep(int fd, short revents, void *state);

/* ---- opening, and freeing entries ---- */

struct store *store_open(
	struct helpers *helpers, int tick, const struct store_limits *limits)
{
	struct store *store = calloc(1, sizeof *store);

	if (!store)
		return NULL;
	if (entries_open(&store->entries, limits->names) < 0)
		goto no_entries;
	if (folders_open(&store->folders, limits->names) < 0)
		goto no_folders;
	store->helpers = helpers;
	store->tick = tick;
	store->limits = *limits;
	store->keep = limits->names;
	store->listings.most = STORE_LISTINGS;
	store->copies.most = limits->copies;
	cont_save(tick, PARKED, WITHIN_SWEEP, then(on_sweep, store));
	return store;
no_folders:
	entries_shut(&store->entries);
no_entries:
	free(store);
	return NULL;
}

void store_shut(struct store *store)
{
	fill_shut();
	entries_shut(&store->entries);
	folders_shut(&store->folders);
	cont_close(store->tick);
	free(store);
}

size_t store_count(const struct store *store)
{
	return store->entries.count;
}

void store_shrink(struct store *store)
{
	while (store->entries.oldest)
		entry_free(store->entries.oldest);
}

/* Frees names that were not used for STORE_UNUSED: a deleted file that is open
 * keeps its space on the disk. */
static void on_sweep(int fd, short revents, void *state)
{
	struct store *store = state;
	struct entries *entries = &store->entries;

	(void)revents;
	while (entries->oldest &&
		loop_now() - entries->oldest->used > STORE_UNUSED)
		entry_free(entries->oldest);
	cont_save(fd, PARKED, WITHIN_SWEEP, then(on_sweep, store));
}

static void let_go_oldest(struct store *store)
{
	struct entries *entries = &store->entries;
	/* Leaves room for two more copies of the largest size. */
	uint64_t copies =
		store->copies.most - 2 * (store->copies.most / FILE_PART);

	while (entries->oldest && entries->count - store->looking > store->keep)
		entry_free(entries->oldest);
	/* Not all: a copy being sent stays in memory although its entry
	 * is freed. */
	for (int i = 0;
		i < AT_ONCE && entries->oldest && store->copies.weight > copies;
		i++)
		entry_free(entries->oldest);
}

void store_keep(struct store *store, size_t names)
{
	store->keep = names < store->limits.names ? names : store->limits.names;
	let_go_oldest(store);
}

/* Lists an entry that has a file, a cached answer or a refusal; frees one that
 * has none and is not being looked up. */
static void settle(struct entry *entry)
{
	if (entry->looking)
		entry_unlist(entry);
	else if (entry->file || entry_is_brief(entry) ||
		 entry->refused > loop_now())
		entry_touch(entry);
	else
		entry_free(entry);
}

/* ---- looking up ---- */

static bool are_listings_too_many(
	const struct store *store, const struct entry *entry)
{
	return entry->task.flags & JOB_LISTING &&
	       store->listings.weight >= store->listings.most;
}

static int start_looking(struct entry *entry)
{
	struct store *store = entry->store;

	if (store->looking >= STORE_LOOKING_MAX ||
		are_listings_too_many(store, entry) ||
		helpers_ask(store->helpers, &entry->task) < 0)
		return -1;
	store->looking++;
	entry->looking = true;
	entry->asked = loop_now();
	entry_unlist(entry);
	return 0;
}

/* Keeps the file that was found, or the one of the same version that the entry
 * has. False: no memory. */
static bool keep_file(struct entry *entry, const struct found *found, int fd)
{
	struct file *file = entry->file;

	if (file && version_is_same(&file->found.version, &found->version)) {
		cont_close(fd);
		file->found = *found;
		return true;
	}
	file = file_new(fd, found);
	if (!file)
		return false;
	entry_drop_file(entry);
	entry->file = file;
	if (found->kind == FOUND_LISTING)
		file_weigh(file, &entry->store->listings,
			(uint64_t)found->version.size);
	else
		file_weigh(file, &entry->store->copies, 0);
	return true;
}

/* There was no answer: waiters get the file that the entry has, or `kind`. Only
 * the lookup hangs; an open file can still be served. */
static void refuse(struct entry *entry, enum found_kind kind)
{
	struct found found = {.kind = kind};

	entry->refused = loop_now() + STORE_REFUSE;
	folder_end(entry->folder, entry, entry->refused);
	if (entry->file)
		found = entry->file->found;
	waiting_answer_all(entry, &found, false);
}

static bool is_about_the_name(const struct found *found)
{
	return found->kind == FOUND_NOTHING || found->kind == FOUND_DENIED ||
	       found->kind == FOUND_DIRECTORY || found->kind == FOUND_NO_INDEX;
}

static bool is_no_answer(const struct found *found)
{
	return found->kind == FOUND_SHORTAGE || found->kind == FOUND_BUSY ||
	       found->kind == FOUND_BROKEN;
}

/* Notes the version of the directory, which confirms the other names in it. */
static void see_folder(struct entry *entry)
{
	struct version *version = &entry->file->found.folder;
	int64_t since = loop_now() - entry->asked;

	if (!folder_is_settled(
		    version, loop_date() - since * SYS_MILLISECOND)) {
		*version = (struct version){.inode = 0};
		return;
	}
	if (!entry->folder)
		entry->folder = folder_hold(&entry->store->folders,
			entry->task.path, entry->task.flags);
	if (entry->folder)
		folder_see(entry->folder, version, entry->asked);
}

static void take_answer(struct entry *entry, struct found *found, int fd)
{
	bool lasts = false;

	entry->refused = 0;
	folder_end(entry->folder, entry, 0);
	if (is_about_the_name(found))
		entry_remember(entry, found);
	else
		entry->brief_until = 0;
	if (fd >= 0 && keep_file(entry, found, fd))
		see_folder(entry);
	else if (fd >= 0)
		found->kind = FOUND_SHORTAGE;
	if (found->kind == FOUND_SHORTAGE)
		store_shrink(entry->store);
	/* A file that is open is better than no answer. */
	if (entry->file && is_no_answer(found))
		*found = entry->file->found;
	if (found->kind == FOUND_FILE)
		/* False if it changed after the lookup. */
		lasts = file_is_current(entry->file);
	else if (found->kind != FOUND_LISTING)
		entry_drop_file(entry);
	/* Other answers are only for requests before the lookup. */
	waiting_answer_all(entry, found, !lasts);
	if (!lasts)
		entry_drop_file(entry);
	if (entry->waiting && start_looking(entry) < 0)
		refuse(entry, FOUND_SHORTAGE);
}

/* Resumed on the channel of the helper that had the task. */
static void on_found(int channel, short revents, void *state)
{
	struct entry *entry = state;
	struct store *store = entry->store;
	struct found found;
	int fd;
	enum helpers_answer what = helpers_take(
		store->helpers, &entry->task, revents, &found, &fd);

	(void)channel;
	if (what == HELPERS_AGAIN)
		return;
	entry->looking = false;
	store->looking--;
	if (what == HELPERS_ANSWERED)
		take_answer(entry, &found, fd);
	else
		refuse(entry,
			what == HELPERS_LATE ? FOUND_SHORTAGE : FOUND_BROKEN);
	settle(entry);
	let_go_oldest(store);
}

/* ---- asking the store ---- */

/* Refreshes the entry before it is too old, and with it its folder. */
static void look_ahead(struct entry *entry, struct folder *folder)
{
	if (start_looking(entry) == 0 && folder)
		folder_send(folder, entry);
}

/* Whether the entry's file may be served without a lookup. Starts a refresh if
 * the entry will be too old soon. */
static bool is_usable(struct entry *entry)
{
	int64_t fresh = entry->store->limits.fresh;
	struct folder *folder;
	int64_t age;

	if (!entry->file)
		return false;
	if (!file_is_current(entry->file)) {
		entry_drop_file(entry);
		return false;
	}
	if (fresh == 0 || entry->refused > loop_now())
		return true;
	/* A refresh has no waiters; an entry that is too old has. */
	if (entry->looking)
		return !entry->waiting;
	folder = entry_vouched(entry);
	if (folder && folder_is_waiting(folder))
		return true;
	age = entry_age(entry, folder, fresh);
	if (age >= fresh)
		return false;
	if (age >= fresh - fresh / 4)
		look_ahead(entry, folder);
	return true;
}

static void answer_at_once(struct entry *entry, struct lookup *wait)
{
	waiting_answer(wait, &entry->file->found, entry->file);
	if (entry->listed)
		entry_touch(entry);
}

static struct entry *new_entry(
	struct store *store, struct slice path, uint32_t flags)
{
	struct entry *entry = entry_new(&store->entries, path, flags);

	if (entry) {
		entry->store = store;
		entry->task.next = then(on_found, entry);
	}
	return entry;
}

bool store_find(struct store *store, struct slice path, uint32_t flags,
	struct lookup *wait)
{
	struct entry *entry = entry_find(&store->entries, path, flags);
	bool joined;

	wait->entry = NULL;
	wait->file = NULL;
	wait->found = (struct found){.kind = FOUND_SHORTAGE};
	if (entry && is_usable(entry)) {
		answer_at_once(entry, wait);
		return true;
	}
	if (entry && entry_believe(entry, &wait->found))
		return true;
	if (entry && !entry->looking && entry->refused > loop_now())
		return true;
	if (!entry)
		entry = new_entry(store, path, flags);
	if (!entry)
		return true;
	joined = entry->looking;
	if (!joined && start_looking(entry) < 0) {
		/* An old file is better than a refusal. */
		if (entry->file)
			answer_at_once(entry, wait);
		settle(entry);
		return true;
	}
	waiting_join(entry, wait, joined);
	return false;
}

struct file *store_find_open(
	struct store *store, struct slice path, uint32_t flags)
{
	struct entry *entry = entry_find(&store->entries, path, flags);

	if (!entry || !is_usable(entry))
		return NULL;
	if (entry->listed)
		entry_touch(entry);
	return entry->file;
}

bool store_find_believed(struct store *store, struct slice path, uint32_t flags,
	struct found *found)
{
	struct entry *entry = entry_find(&store->entries, path, flags);

	return entry && entry_believe(entry, found);
}

void store_forget(struct lookup *wait)
{
	if (wait->entry)
		waiting_leave(wait);
	file_drop(wait->file);
	wait->file = NULL;
}
