/* listing.c - reads, filters and sorts the entries of a directory. */
#include "helper/listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper/job.h"
#include "site/site.h"

/* ---- reading ---- */

/* The walk's descriptor may not be readable (O_PATH, O_SEARCH). */
static DIR *open_again(int walked)
{
	int fd = openat(
		walked, ".", O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	int error = errno;

	if (dir == NULL && fd >= 0)
		close(fd);
	errno = error;
	return dir;
}

static bool is_hidden(const char *name, struct slice path)
{
	if (name[0] != '.')
		return false;
	return path.len > 0 || site_hides(slice_text(name));
}

static bool is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM;
}

/* Resolves the link `name`. 1: *st is that of its target; 0: it must not be
 * followed or has no target; -1 with errno. */
static int follow(const struct walk *w, const char *name, struct stat *st)
{
	struct walk branch;
	const char *end;
	int named = -1;
	int error;

	if (w->policy == SITE_LINKS_NONE)
		return 0;
	walk_branch(&branch, w);
	if (walk_push(&branch, slice_text(name), false) == 0)
		named = walk_on(&branch, &end, st);
	if (named == 0)
		named = fstat(walk_dir(&branch), st) == 0 ? 1 : -1;
	error = errno;
	walk_end(&branch);
	errno = error;
	return named < 0 && !is_shortage(error) ? 0 : named;
}

/* The same for any name; 0 too if it is neither file nor directory. */
static int look(const struct walk *w, const char *name, struct stat *st)
{
	if (fstatat(walk_dir(w), name, st, AT_SYMLINK_NOFOLLOW) != 0)
		return 0;
	if (S_ISLNK(st->st_mode)) {
		int followed = follow(w, name, st);

		if (followed != 1)
			return followed;
	}
	return S_ISREG(st->st_mode) || S_ISDIR(st->st_mode);
}

static int make_room(struct listing *l)
{
	enum { FIRST = 64 };
	size_t room = l->room == 0 ? FIRST : 2 * l->room;
	struct listing_entry **entries;

	if (l->count < l->room)
		return 0;
	entries = realloc(l->entries, room * sizeof(struct listing_entry *));
	if (entries == NULL)
		return -1;
	l->entries = entries;
	l->room = room;
	return 0;
}

static int add(struct listing *l, const char *name, const struct stat *st)
{
	size_t size = strlen(name) + 1;
	struct listing_entry *entry;

	if (make_room(l) != 0)
		return -1;
	entry = malloc(sizeof(*entry) + size);
	if (entry == NULL)
		return -1;
	entry->directory = S_ISDIR(st->st_mode);
	entry->size = entry->directory ? 0 : (int64_t)st->st_size;
	entry->modified = (int64_t)st->st_mtim.tv_sec;
	memcpy(entry->name, name, size);
	l->entries[l->count++] = entry;
	l->directories += entry->directory;
	return 0;
}

/* A directory that is read, and where it is. */
struct place {
	DIR *dir;
	const struct walk *w;
	struct slice path;
};

static int read_entries(
	struct listing *l, const struct place *place, size_t max)
{
	struct dirent *next;

	/* At the end readdir() does not change errno. */
	while ((errno = 0, next = readdir(place->dir)) != NULL) {
		struct stat st;
		int shown = 0;

		if (!is_hidden(next->d_name, place->path))
			shown = look(place->w, next->d_name, &st);
		if (shown == 1 && l->count == max) {
			l->more = true;
			return 0;
		}
		if (shown < 0 || (shown == 1 && add(l, next->d_name, &st) != 0))
			return -1;
	}
	return errno == 0 ? 0 : -1;
}

int listing_read(
	struct listing *l, const struct walk *w, struct slice path, size_t max)
{
	struct place place = {open_again(walk_dir(w)), w, path};
	struct stat st;
	int result = -1;
	int error;

	*l = (struct listing){.count = 0};
	if (place.dir == NULL)
		return -1;
	/* Before the entries, so that a later change has a later time. */
	if (fstat(dirfd(place.dir), &st) == 0)
		result = read_entries(l, &place, max);
	error = errno;
	closedir(place.dir);
	if (result != 0)
		listing_free(l);
	else
		l->modified = st.st_mtim;
	errno = error;
	return result;
}

void listing_free(struct listing *l)
{
	while (l->count > 0)
		free(l->entries[--l->count]);
	free(l->entries);
	*l = (struct listing){.count = 0};
}

/* ---- sorting ---- */

static int order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int order_names(
	const struct listing_entry *a, const struct listing_entry *b)
{
	for (size_t i = 0;; i++) {
		int one = slice_lower(a->name[i]);
		int other = slice_lower(b->name[i]);

		if (one != other)
			return one - other;
		if (one == '\0')
			return strcmp(a->name, b->name);
	}
}

static int directories_first(
	const struct listing_entry *a, const struct listing_entry *b)
{
	return b->directory - a->directory;
}

static const struct listing_entry *entry_at(const void *at)
{
	return *(struct listing_entry *const *)at;
}

static int by_name_backwards(const void *a, const void *b)
{
	const struct listing_entry *one = entry_at(a);
	const struct listing_entry *other = entry_at(b);
	int first = directories_first(one, other);

	return first != 0 ? first : order_names(other, one);
}

static int by_key(const void *a, const void *b)
{
	const struct listing_entry *one = entry_at(a);
	const struct listing_entry *other = entry_at(b);
	int first = directories_first(one, other);

	if (first == 0)
		first = order(one->key, other->key);
	return first != 0 ? first : order_names(one, other);
}

static int64_t key_of(const struct listing_entry *entry, uint32_t flags)
{
	int64_t key = 0;

	if ((flags & JOB_BY_SIZE) != 0)
		key = entry->size;
	else if ((flags & JOB_BY_TIME) != 0)
		key = entry->modified;
	/* Reverses the order; -key would overflow for the smallest number. */
	return (flags & JOB_DESCENDING) != 0 ? ~key : key;
}

void listing_sort(struct listing *l, uint32_t flags)
{
	const uint32_t how = JOB_BY_SIZE | JOB_BY_TIME | JOB_DESCENDING;

	if (l->count == 0)
		return;
	for (size_t i = 0; i < l->count; i++)
		l->entries[i]->key = key_of(l->entries[i], flags);
	qsort(l->entries, l->count, sizeof(l->entries[0]),
		(flags & how) == JOB_DESCENDING ? by_name_backwards : by_key);
}
