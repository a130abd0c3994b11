/*
 * store.c - entries by name: found, looked up, refused, let go.
 *
 * An entry is in the hash table as long as it means something: while it is
 * looked up, while it holds a file, or while it is refused. Those that hold a
 * file and are not looked up stand in the list of the least recently used.
 */
#include "files/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "loop/loop.h"
#include "sys/sys.h"

enum { BUCKETS = 4096 };

struct entry {
	struct store *store;
	struct entry *chain; /* of its bucket */
	uint32_t hash;

	struct file *file; /* held; NULL: none */
	int64_t asked;     /* when the answer in force was asked for */
	int64_t refused;   /* until when no helper is asked; 0: not refused */

	bool looking; /* the errand is out */
	struct errand errand;
	struct lookup *waiting; /* for the answer */

	struct entry *older, *newer; /* list of use */
	bool listed;

	size_t len;
	char path[]; /* the errand's path lives here */
};

struct store {
	struct helpers *helpers;
	int tick;       /* its row waits for the time to sweep */
	size_t limit;   /* entries kept that nobody looks up */
	size_t looking; /* entries looked up now */
	size_t count;   /* entries */
	struct entry *oldest, *newest;
	struct entry *bucket[BUCKETS];
};

static void on_found(int channel, short revents, void *state);
static void on_sweep(int fd, short revents, void *state);

/* ---- files ---- */

/* What it was when the helper looked: fstat has not agreed in any turn yet. */
static struct file *file_new(int fd, const struct found *found)
{
	struct file *file = malloc(sizeof *file);

	if (!file)
		return NULL;
	*file = (struct file){.fd = fd,
		.version = found->version,
		.index = found->index,
		.holders = 1};
	return file;
}

struct file *file_hold(struct file *file)
{
	file->holders++;
	return file;
}

static struct found found_of(const struct file *file)
{
	return (struct found){.kind = FOUND_FILE,
		.index = file->index,
		.version = file->version};
}

void file_drop(struct file *file)
{
	if (!file || --file->holders > 0)
		return;
	cont_close(file->fd);
	free(file);
}

bool file_has_same_bytes(const struct file *file)
{
	struct stat st;
	struct version version;

	if (sys_stat(file->fd, &st) < 0)
		return false;
	version = version_of(&st);
	return version_has_same_bytes(&file->version, &version);
}

/* Nobody replaced, edited or deleted it: asked once a turn. */
static bool file_is_current(struct file *file)
{
	struct stat st;
	struct version version;

	if (file->turn == loop_turns())
		return true;
	if (sys_stat(file->fd, &st) < 0 || st.st_nlink == 0)
		return false;
	version = version_of(&st);
	if (!version_is_same(&file->version, &version))
		return false;
	file->turn = loop_turns();
	return true;
}

/* ---- entries ---- */

/* FNV-1a; a file and a directory of one name are two entries. */
static uint32_t hash_path(struct slice path, bool slash)
{
	uint32_t hash = 2166136261U + slash;

	for (size_t i = 0; i < path.len; i++)
		hash = (hash ^ (unsigned char)path.at[i]) * 16777619U;
	return hash;
}

static struct entry *find(
	struct store *store, uint32_t hash, struct slice path, bool slash)
{
	struct entry *entry = store->bucket[hash % BUCKETS];

	for (; entry; entry = entry->chain)
		if (entry->hash == hash && entry->errand.slash == slash &&
			slice_is(entry->errand.path, path))
			break;
	return entry;
}

static struct entry *entry_new(
	struct store *store, uint32_t hash, struct slice path, bool slash)
{
	struct entry *entry = malloc(sizeof *entry + path.len);
	struct entry **bucket = &store->bucket[hash % BUCKETS];

	if (!entry)
		return NULL;
	*entry = (struct entry){.store = store, .hash = hash, .len = path.len};
	if (path.len > 0)
		memcpy(entry->path, path.at, path.len);
	entry->errand.path = slice_of(entry->path, path.len);
	entry->errand.slash = slash;
	entry->errand.next = then(on_found, entry);
	entry->chain = *bucket;
	*bucket = entry;
	store->count++;
	return entry;
}

static void unlist(struct entry *entry)
{
	struct store *store = entry->store;

	if (!entry->listed)
		return;
	*(entry->older ? &entry->older->newer : &store->oldest) = entry->newer;
	*(entry->newer ? &entry->newer->older : &store->newest) = entry->older;
	entry->listed = false;
}

static void list_newest(struct entry *entry)
{
	struct store *store = entry->store;

	unlist(entry);
	entry->older = store->newest;
	entry->newer = NULL;
	*(entry->older ? &entry->older->newer : &store->oldest) = entry;
	store->newest = entry;
	entry->listed = true;
}

static void drop_file(struct entry *entry)
{
	file_drop(entry->file);
	entry->file = NULL;
}

static void entry_free(struct entry *entry)
{
	struct store *store = entry->store;
	struct entry **at = &store->bucket[entry->hash % BUCKETS];

	BUG_UNLESS(!entry->looking && !entry->waiting);
	while (*at != entry)
		at = &(*at)->chain;
	*at = entry->chain;
	unlist(entry);
	drop_file(entry);
	store->count--;
	free(entry);
}

/* Nothing holds an entry that neither is looked up, nor has a file or a
 * refusal to remember. */
static void settle(struct entry *entry)
{
	if (entry->looking)
		unlist(entry);
	else if (entry->file || entry->refused > loop_now())
		list_newest(entry);
	else
		entry_free(entry);
}

static void let_go_oldest(struct store *store)
{
	while (store->count - store->looking > store->limit && store->oldest)
		entry_free(store->oldest);
}

void store_shrink(struct store *store)
{
	while (store->oldest)
		entry_free(store->oldest);
}

/* Names that nobody asks for are let go after a while: an open file that was
 * deleted takes its place on the disk until then. */
static void on_sweep(int fd, short revents, void *state)
{
	struct store *store = state;

	(void)revents;
	while (store->oldest &&
		loop_now() - store->oldest->asked > STORE_UNUSED)
		entry_free(store->oldest);
	cont_save(fd, PARKED, WITHIN_SPARE, then(on_sweep, store));
}

struct store *store_open(struct helpers *helpers, int tick, size_t limit)
{
	struct store *store = calloc(1, sizeof *store);

	if (!store)
		return NULL;
	store->helpers = helpers;
	store->tick = tick;
	store->limit = limit;
	cont_save(tick, PARKED, WITHIN_SPARE, then(on_sweep, store));
	return store;
}

void store_shut(struct store *store)
{
	for (size_t i = 0; i < BUCKETS; i++)
		while (store->bucket[i]) {
			struct entry *entry = store->bucket[i];

			BUG_UNLESS(!entry->waiting);
			entry->looking = false;
			entry_free(entry);
		}
	cont_close(store->tick);
	free(store);
}

size_t store_count(const struct store *store)
{
	return store->count;
}

/* ---- waiting ---- */

static void wait_for(struct entry *entry, struct lookup *wait, bool joined)
{
	wait->entry = entry;
	wait->joined = joined;
	wait->prev = NULL;
	wait->behind = entry->waiting;
	if (wait->behind)
		wait->behind->prev = wait;
	entry->waiting = wait;
}

static void stop_waiting(struct lookup *wait)
{
	*(wait->prev ? &wait->prev->behind : &wait->entry->waiting) =
		wait->behind;
	if (wait->behind)
		wait->behind->prev = wait->prev;
	wait->entry = NULL;
}

void store_forget(struct lookup *wait)
{
	if (wait->entry)
		stop_waiting(wait);
	file_drop(wait->file);
	wait->file = NULL;
}

static void answer(
	struct lookup *wait, const struct found *found, struct file *file)
{
	wait->found = *found;
	wait->file = file ? file_hold(file) : NULL;
}

/* Resumes the waiters. An answer holds for those who asked before it was looked
 * for; with first_only the others, who joined meanwhile, go on waiting. */
static void answer_waiting(struct entry *entry, const struct found *found,
	struct file *file, bool first_only)
{
	struct lookup *behind;

	for (struct lookup *wait = entry->waiting; wait; wait = behind) {
		behind = wait->behind;
		if (first_only && wait->joined) {
			wait->joined = false;
			continue;
		}
		stop_waiting(wait);
		answer(wait, found, file);
		cont_save(wait->fd, 0, WITHIN_NOW, wait->next);
	}
}

/* ---- looking up ---- */

static int start_looking(struct entry *entry)
{
	struct store *store = entry->store;

	if (store->looking >= STORE_LOOKING_MAX ||
		helpers_ask(store->helpers, &entry->errand) < 0)
		return -1;
	store->looking++;
	entry->looking = true;
	entry->asked = loop_now();
	unlist(entry);
	return 0;
}

/* A file was found: the one we have already, or another. False: no memory. */
static bool keep_file(struct entry *entry, const struct found *found, int fd)
{
	struct file *file;

	if (entry->file &&
		version_is_same(&entry->file->version, &found->version)) {
		cont_close(fd);
		entry->file->index = found->index;
		return true;
	}
	file = file_new(fd, found);
	if (!file) {
		cont_close(fd);
		return false;
	}
	drop_file(entry);
	entry->file = file;
	return true;
}

/* No answer. A file that is open goes on being served: what hangs is the way
 * to it. */
static void refuse(struct entry *entry, enum found_kind kind)
{
	struct found found = {.kind = kind};

	entry->refused = loop_now() + STORE_REFUSE;
	if (entry->file)
		found = found_of(entry->file);
	answer_waiting(entry, &found, entry->file, false);
}

static void take_answer(struct entry *entry, struct found *found, int fd)
{
	bool is_file = found->kind == FOUND_FILE;

	entry->refused = 0;
	if (is_file && !keep_file(entry, found, fd))
		found->kind = FOUND_SHORTAGE;
	if (found->kind == FOUND_SHORTAGE)
		store_shrink(entry->store);
	if (found->kind != FOUND_FILE)
		drop_file(entry);
	/* Replaced since it was opened? Then it is for the first askers only,
	 * as "not there" is. */
	is_file = entry->file && file_is_current(entry->file);
	answer_waiting(entry, found, entry->file, !is_file);
	if (!is_file)
		drop_file(entry);
	if (entry->waiting && start_looking(entry) < 0)
		refuse(entry, FOUND_SHORTAGE);
}

/* Resumed on the channel of the helper that looked. */
static void on_found(int channel, short revents, void *state)
{
	struct entry *entry = state;
	struct store *store = entry->store;
	struct found found;
	int fd;
	enum helpers_answer what = helpers_take(
		store->helpers, &entry->errand, revents, &found, &fd);

	(void)channel;
	if (what == HELPERS_AGAIN)
		return;
	entry->looking = false;
	store->looking--;
	if (what == HELPERS_LATE)
		refuse(entry, FOUND_SHORTAGE);
	else if (what == HELPERS_FAILED)
		refuse(entry, FOUND_BROKEN);
	else
		take_answer(entry, &found, fd);
	settle(entry);
	let_go_oldest(store);
}

/* ---- asking the store ---- */

/* Whether what the entry holds may be served without waiting. Starts looking
 * it up again in time for the next one, if this one is half its life old. */
static bool is_usable(struct entry *entry)
{
	int64_t age = loop_now() - entry->asked;

	if (!entry->file)
		return false;
	if (!file_is_current(entry->file)) {
		drop_file(entry);
		return false;
	}
	if (entry->looking || entry->refused > loop_now())
		return true;
	if (age >= STORE_FRESH)
		return false;
	if (age >= STORE_FRESH / 2)
		(void)start_looking(entry);
	return true;
}

static void answer_usable(struct entry *entry, struct lookup *wait)
{
	struct found found = found_of(entry->file);

	answer(wait, &found, entry->file);
	if (entry->listed)
		list_newest(entry);
}

bool store_find(
	struct store *store, struct slice path, bool slash, struct lookup *wait)
{
	uint32_t hash = hash_path(path, slash);
	struct entry *entry = find(store, hash, path, slash);
	bool joined;

	wait->entry = NULL;
	wait->file = NULL;
	wait->found = (struct found){.kind = FOUND_SHORTAGE};
	if (entry && is_usable(entry)) {
		answer_usable(entry, wait);
		return true;
	}
	if (entry && !entry->looking && entry->refused > loop_now())
		return true;
	if (!entry)
		entry = entry_new(store, hash, path, slash);
	if (!entry)
		return true;
	joined = entry->looking;
	if (!joined && start_looking(entry) < 0) {
		/* It is old, but it is what we have. */
		if (entry->file)
			answer_usable(entry, wait);
		settle(entry);
		return true;
	}
	wait_for(entry, wait, joined);
	return false;
}
