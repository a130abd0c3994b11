/* lookup.c - a name becomes an open file. */
#include "helper/lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper/walk.h"

/* How often a name is looked at that changes between look and open. A file that
 * is saved by renaming another over it changes once; even one that a program
 * replaces all day long is not missed this often in a row. */
enum { LOOKS = 32 };

static enum found_kind kind_of(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case ENAMETOOLONG:
		return FOUND_NOTHING;
	case EACCES:
	case EPERM:
	case ELOOP:
		return FOUND_DENIED;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return FOUND_SHORTAGE;
	default: /* EIO, ESTALE and what we have not heard of */
		return FOUND_BROKEN;
	}
}

/* Opens the regular file `name` that *seen was taken of, and takes *seen again.
 * ELOOP: it is no longer what was seen. */
static int open_seen(int dir, const char *name, struct stat *seen)
{
	struct stat st;
	int fd = openat(dir, name,
		O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0) {
		/* A link by now (FreeBSD says EMLINK), or a socket. */
		if (errno == EMLINK || errno == ENXIO)
			errno = ELOOP;
		return -1;
	}
	if (fstat(fd, &st) != 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	if (!S_ISREG(st.st_mode) || st.st_dev != seen->st_dev ||
		st.st_ino != seen->st_ino) {
		close(fd);
		errno = ELOOP;
		return -1;
	}
	*seen = st;
	return fd;
}

/* Walks what the walk has left; *fd and *version are set for FOUND_FILE. */
static enum found_kind find(struct walk *w, int *fd, struct version *version)
{
	for (int looks = 0; looks < LOOKS; looks++) {
		const char *name;
		struct stat st;
		int named = walk_on(w, &name, &st);

		if (named < 0)
			return kind_of(errno);
		if (named == 0 || S_ISDIR(st.st_mode))
			return FOUND_DIRECTORY;
		if (S_ISREG(st.st_mode)) {
			*fd = open_seen(walk_dir(w), name, &st);
			if (*fd >= 0) {
				*version = version_of(&st);
				return FOUND_FILE;
			}
			if (errno != ELOOP)
				return kind_of(errno);
		} else if (!S_ISLNK(st.st_mode)) {
			return FOUND_DENIED;
		}
		walk_again(w, name);
	}
	return FOUND_DENIED;
}

/* The walk stands in a directory that was asked for with a slash. */
static enum found_kind find_index(
	struct walk *w, struct slice index, int *fd, struct version *version)
{
	enum found_kind kind;

	if (walk_push(w, index, false) != 0)
		return kind_of(errno);
	kind = find(w, fd, version);
	if (kind == FOUND_NOTHING || kind == FOUND_DIRECTORY)
		return FOUND_NO_INDEX;
	return kind;
}

int lookup_find(int root, const struct job *job, const struct site *site,
	struct found *found)
{
	struct slice path = slice_of(job->path, job->len);
	enum found_kind kind;
	struct walk w;
	int fd = -1;

	*found = (struct found){0};
	walk_begin(&w, root);

	/* With its slash the whole path is directories: only they are entered,
	 * and a file in their place is nothing. */
	if (walk_push(&w, path, job->slash != 0) != 0)
		kind = kind_of(errno);
	else
		kind = find(&w, &fd, &found->version);
	if (kind == FOUND_DIRECTORY && job->slash != 0) {
		kind = find_index(&w, site->index, &fd, &found->version);
		found->index = kind == FOUND_FILE;
	}
	walk_end(&w);
	found->kind = (uint32_t)kind;
	return fd;
}
