/*
 * walk.c - a path followed name by name, without ever leaving the root.
 *
 * What is left of the path stands at the end of its buffer, so that a link's
 * target goes in front of it without moving anything; names end in a NUL put
 * in place of their slash.
 */
#include "helper/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/bug.h"
#include "sys/sys.h"

enum {
	PATH_END = WALK_ROOM - 1,
	TARGET_MAX = 4096 /* bytes of a link's target, less one */
};

void walk_begin(struct walk *w, int root)
{
	w->dirs[0] = root;
	w->depth = 0;
	w->links = 0;
	w->more = false;
	w->at = PATH_END;
	w->path[PATH_END] = '\0';
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

/* The next name, without its slash; NULL when the path is used up. */
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

static int climb(struct walk *w)
{
	if (w->depth == 0) {
		errno = EACCES;
		return -1;
	}
	close(w->dirs[w->depth--]);
	return 0;
}

/* Reads the link `name` and goes on with where it leads. EINVAL: no link. */
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
	else if (target[0] == '/')
		errno = EACCES;
	else {
		w->links++;
		return walk_push(w, slice_of(target, (size_t)len), w->more);
	}
	return -1;
}

/* How systems say that O_DIRECTORY | O_NOFOLLOW met a link: Linux with
 * ENOTDIR, FreeBSD with EMLINK, POSIX with ELOOP. */
static bool may_be_link(int error)
{
	return error == ENOTDIR || error == ELOOP || error == EMLINK;
}

/* Enters the directory `name`, or follows it. */
static int enter(struct walk *w, const char *name)
{
	/* Without O_NONBLOCK a FIFO might be waited for by a system that looks
	 * at O_DIRECTORY late. */
	int fd = openat(walk_dir(w), name,
		O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC |
			sys_walk_flags());

	if (fd < 0) {
		if (!may_be_link(errno))
			return -1;
		if (follow(w, name) == 0)
			return 0;
		if (errno == EINVAL)
			errno = ENOTDIR;
		return -1;
	}
	if (w->depth == WALK_DEPTH) {
		close(fd);
		errno = ENAMETOOLONG;
		return -1;
	}
	w->dirs[++w->depth] = fd;
	return 0;
}

/* Looks at the last name: 1 when it is no link, 0 when it was one and its
 * target is what is left now, -1 with errno. */
static int look(struct walk *w, const char *name, struct stat *st)
{
	if (fstatat(walk_dir(w), name, st, AT_SYMLINK_NOFOLLOW) != 0)
		return -1;
	if (!S_ISLNK(st->st_mode))
		return 1;
	if (follow(w, name) == 0)
		return 0;
	/* It was a link a moment ago: the caller finds it changed. */
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

int walk_dir(const struct walk *w)
{
	return w->dirs[w->depth];
}

void walk_end(struct walk *w)
{
	while (w->depth > 0)
		close(w->dirs[w->depth--]);
}
