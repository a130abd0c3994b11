/*
 * walk.c - resolves a path name by name, and follows links only if allowed.
 *
 * The rest of the path is at the end of its buffer, so that a link's target can
 * be put before it without moving bytes; the slash after a name is replaced by
 * a NUL.
 */
#include "helper/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/bug.h"
#include "sys/system.h"

enum {
	PATH_END = WALK_ROOM - 1,
	TARGET_MAX = 4096 /* bytes of a link's target, plus one */
};

static void clear_path(struct walk *w)
{
	w->more = false;
	w->at = PATH_END;
	w->path[PATH_END] = '\0';
}

void walk_begin(struct walk *w, int root, enum site_links policy)
{
	w->policy = policy;
	w->dirs[0] = root;
	w->depth = 0;
	w->held = 0;
	w->borrowed = 1;
	w->links = 0;
	clear_path(w);
}

void walk_branch(struct walk *branch, const struct walk *w)
{
	size_t filled = w->depth < WALK_DEPTH ? w->depth : WALK_DEPTH;

	branch->policy = w->policy;
	memcpy(branch->dirs, w->dirs, (1 + filled) * sizeof(w->dirs[0]));
	branch->depth = w->depth;
	branch->held = w->held;
	branch->borrowed = w->depth + 1;
	branch->links = w->links;
	clear_path(branch);
}

int walk_push(struct walk *w, struct slice text, bool slash)
{
	size_t len = text.len + (slash ? 1 : 0);

	if (len > w->at) {
		errno = ENAMETOOLONG;
		return -1;
	}
	w->at -= len;
	if (text.len > 0)
		memcpy(w->path + w->at, text.at, text.len);
	if (slash)
		w->path[w->at + text.len] = '/';
	return 0;
}

/* Takes the next name, without its slash; NULL at the end of the path. */
static const char *take_name(struct walk *w)
{
	char *name = w->path + w->at;
	char *slash;

	if (w->at == PATH_END)
		return NULL;

	slash = memchr(name, '/', PATH_END - w->at);
	w->more = slash != NULL;
	w->at = PATH_END;
	if (slash != NULL) {
		*slash = '\0';
		w->at = (size_t)(slash + 1 - w->path);
	}
	return name;
}

/* ---- the stack ---- */

/* Where in dirs the directory of this depth stands. */
static size_t place_of(size_t depth)
{
	return depth == 0 ? 0 : 1 + (depth - 1) % WALK_DEPTH;
}

int walk_dir(const struct walk *w)
{
	return w->dirs[place_of(w->depth)];
}

/* Leaves the directory on top to whoever it belongs to. */
static void let_go(struct walk *w)
{
	if (w->depth >= w->borrowed)
		close(walk_dir(w));
	else
		w->borrowed = w->depth;
}

/* Takes the top off the stack; what is below it is the caller's to look at. */
static void take_off(struct walk *w)
{
	let_go(w);
	w->depth--;
	w->held--;
}

/* Makes room for another one: the lowest that is held is held no more. */
static void forget_lowest(struct walk *w)
{
	size_t lowest = w->depth - w->held + 1;

	if (lowest >= w->borrowed)
		close(w->dirs[place_of(lowest)]);
	w->held--;
}

static void put_on(struct walk *w, int fd)
{
	if (w->held == WALK_DEPTH)
		forget_lowest(w);
	w->held++;
	w->depth++;
	w->dirs[place_of(w->depth)] = fd;
}

static void go_to_bottom(struct walk *w)
{
	while (w->held > 0)
		take_off(w);
	w->depth = 0;
	if (w->borrowed > 1)
		w->borrowed = 1;
}

/* ---- steps ---- */

/* Enters a directory that is no link: name in the one on top. */
static int open_directory(const struct walk *w, const char *name)
{
	/* O_NONBLOCK: a system that checks O_DIRECTORY late would wait to open
	 * a FIFO. */
	return openat(walk_dir(w), name,
		O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC |
			sys_walk_flags());
}

/* Replaces the bottom of the stack by `name`: "/", or ".." of the old one. */
static int change_bottom(struct walk *w, const char *name)
{
	int fd = open_directory(w, name);

	if (fd < 0)
		return -1;
	let_go(w);
	w->dirs[0] = fd;
	return 0;
}

static int climb(struct walk *w)
{
	if (w->held > 1 || w->depth == 1) {
		take_off(w);
		return 0;
	}
	if (w->depth == 0 && w->policy == SITE_LINKS_ALL)
		return change_bottom(w, "..");
	/* Above the root, or where no directory is held. */
	errno = w->depth == 0 ? EACCES : ELOOP;
	return -1;
}

/* Whether links may have this target. */
static bool is_allowed(const struct walk *w, const char *target)
{
	return w->policy == SITE_LINKS_ALL ||
	       (w->policy == SITE_LINKS_WITHIN_ROOT && target[0] != '/');
}

/* Reads the link `name` and puts its target before the rest of the path. -1
 * with EINVAL: it is no link. */
static int follow(struct walk *w, const char *name)
{
	char target[TARGET_MAX];
	ssize_t len = readlinkat(walk_dir(w), name, target, sizeof(target));

	if (len < 0)
		return -1;
	if (len == 0)
		errno = ENOENT;
	else if ((size_t)len == sizeof(target))
		errno = ENAMETOOLONG;
	else if (w->links == WALK_LINKS)
		errno = ELOOP;
	else if (!is_allowed(w, target))
		errno = EACCES;
	else {
		w->links++;
		if (target[0] == '/') {
			go_to_bottom(w);
			if (change_bottom(w, "/") != 0)
				return -1;
		}
		return walk_push(w, slice_of(target, (size_t)len), w->more);
	}
	return -1;
}

/* Whether openat() with O_DIRECTORY | O_NOFOLLOW may have failed on a link:
 * ENOTDIR on Linux, EMLINK on FreeBSD, ELOOP in POSIX. */
static bool may_be_link(int error)
{
	return error == ENOTDIR || error == ELOOP || error == EMLINK;
}

/* Enters the directory `name`, or follows the link. */
static int enter(struct walk *w, const char *name)
{
	int fd = open_directory(w, name);

	if (fd < 0) {
		if (!may_be_link(errno))
			return -1;
		if (follow(w, name) == 0)
			return 0;
		if (errno == EINVAL)
			errno = ENOTDIR;
		return -1;
	}
	put_on(w, fd);
	return 0;
}

/* Takes the stat of the last name. 1: it is no link; 0: it is a link, and its
 * target is now the rest of the path; -1 with errno. */
static int look(struct walk *w, const char *name, struct stat *st)
{
	if (fstatat(walk_dir(w), name, st, AT_SYMLINK_NOFOLLOW) != 0)
		return -1;
	if (!S_ISLNK(st->st_mode))
		return 1;
	if (follow(w, name) == 0)
		return 0;
	/* It is no link any more: the caller will see that it changed. */
	return errno == EINVAL ? 1 : -1;
}

static bool is_nothing(const char *name)
{
	return name[0] == '\0' || strcmp(name, ".") == 0;
}

int walk_on(struct walk *w, const char **name, struct stat *st)
{
	while ((*name = take_name(w)) != NULL) {
		int done = 0;

		if (is_nothing(*name))
			continue;
		if (strcmp(*name, "..") == 0)
			done = climb(w);
		else if (w->more)
			done = enter(w, *name);
		else
			done = look(w, *name, st);
		if (done != 0)
			return done;
	}
	return 0;
}

void walk_again(struct walk *w, const char *name)
{
	BUG_UNLESS(w->at == PATH_END && !w->more);
	w->at = (size_t)(name - w->path);
}

void walk_end(struct walk *w)
{
	go_to_bottom(w);
	let_go(w);
	w->borrowed = 1; /* nothing is left to close */
}
