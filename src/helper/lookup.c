/* lookup.c - opens the file of a name. */
#include "helper/lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "helper/listing.h"
#include "helper/listing_html.h"
#include "helper/listing_json.h"
#include "helper/scratch.h"
#include "helper/walk.h"
#include "http/accept.h"
#include "sys/system.h"

/* How often a name is tried that changes between fstatat() and openat(). A file
 * replaced by a rename changes once; even one that is replaced all the time
 * does not change this often in a row. */
enum {
	LOOKS = 32,
	NAME_ROOM = 1024 /* no system has longer names */
};

/* A file server for other systems (Samba's oplocks) may have a lease on a file
 * that one of its clients writes. To open such a file is refused, and makes the
 * kernel ask for the lease; whoever has it is asked over a network, in turn. */
enum {
	LEASE_TRIES = 25,
	LEASE_WAIT = 20 /* milliseconds between two of them */
};

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
	case EAGAIN: /* a lease */
		return FOUND_BUSY;
	default: /* EIO, ESTALE and what we have not heard of */
		return FOUND_BROKEN;
	}
}

/* Opens the regular file `name`, whose stat was *seen, and updates *seen.
 * ELOOP: it is another file now. */
static int open_seen(int dir, const char *name, struct stat *seen)
{
	struct stat st;
	int fd = openat(dir, name,
		O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0) {
		/* It is a link now (EMLINK on FreeBSD), or a socket. */
		if (errno == EMLINK || errno == ENXIO)
			errno = ELOOP;
		return -1;
	}
	if (fstat(fd, &st) != 0) {
		fd_close(fd);
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

/* The same, but a file that is leased is waited for. */
static int open_leased(int dir, const char *name, struct stat *seen)
{
	int fd = open_seen(dir, name, seen);

	for (int i = 1; i < LEASE_TRIES && fd < 0 && errno == EAGAIN; i++) {
		poll(NULL, 0, LEASE_WAIT);
		fd = open_seen(dir, name, seen);
	}
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
			*fd = open_leased(walk_dir(w), name, &st);
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

/* Whether the name with this suffix exists as a file, or as a link. */
static bool has_neighbour(
	const struct walk *w, struct slice name, struct slice suffix)
{
	char full[NAME_ROOM];
	struct buf b = buf_on(full, sizeof(full));
	struct stat st;

	buf_slice(&b, name);
	buf_slice(&b, suffix);
	buf_byte(&b, '\0');
	if (b.full || fstatat(walk_dir(w), full, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	return S_ISREG(st.st_mode) ||
	       (S_ISLNK(st.st_mode) && w->policy != SITE_LINKS_NONE);
}

static uint32_t codings_of(const struct walk *w, struct slice name)
{
	uint32_t codings = 0;

	for (enum coding c = 0; c < CODING_COUNT; c++) {
		if (has_neighbour(w, name, coding_suffix(c)))
			codings |= 1U << c;
	}
	return codings;
}

/* Looks a name up in the current directory of the walk. */
static int find_here(const struct walk *w, struct slice name, uint32_t flags,
	struct found *found)
{
	struct stat folder;
	bool is_told = fstat(walk_dir(w), &folder) == 0;
	struct walk branch;
	int fd = -1;

	walk_branch(&branch, w);
	if (walk_push(&branch, name, false) != 0)
		found->kind = kind_of(errno);
	else
		found->kind = find(&branch, &fd, &found->version);
	if (fd >= 0)
		found->remote = !sys_is_local(fd);
	/* Not for a remote file: only its own lookup gets changes made on
	 * another machine. */
	if (fd >= 0 && is_told && !found->remote && branch.links == w->links)
		found->folder = version_of(&folder);
	walk_end(&branch);
	/* Variants of the requested name, not of a link's target, as they are
	 * looked up by name too. */
	if (fd >= 0 && (flags & JOB_VARIANTS) != 0)
		found->codings = codings_of(w, name);
	return fd;
}

/* Renders what is in the directory where the walk stands. */
static int list(
	const struct walk *w, const struct job *job, struct found *found)
{
	struct slice path = slice_of(job->path, job->len);
	struct listing listing;
	struct scratch scratch;
	int fd = -1;

	if (listing_read(&listing, w, path, LISTING_MAX) != 0) {
		found->kind = kind_of(errno);
		return -1;
	}
	listing_sort(&listing, job->flags);
	if (scratch_open(&scratch) == 0) {
		if ((job->flags & JOB_JSON) != 0)
			listing_json(&scratch, &listing);
		else
			listing_html(&scratch, &listing, path, job->flags);
		fd = scratch_finish(
			&scratch, listing.modified, &found->version);
	}
	listing_free(&listing);
	/* Only a lack of memory or space can be the reason. */
	found->kind = fd >= 0 ? FOUND_LISTING : FOUND_SHORTAGE;
	return fd;
}

/* Looks up the index of the current directory, or makes its listing. */
static int find_index(const struct walk *w, const struct job *job,
	const struct site *site, struct found *found)
{
	int fd = find_here(w, site->index, job->flags, found);

	if (fd >= 0)
		found->index = 1;
	if (found->kind != FOUND_NOTHING && found->kind != FOUND_DIRECTORY)
		return fd;
	if ((job->flags & JOB_LISTING) != 0)
		return list(w, job, found);
	found->kind = FOUND_NO_INDEX;
	return -1;
}

/* Walks to a directory. The slash at the end makes the last name a directory
 * too; a file fails with ENOTDIR. */
static int go_into(struct walk *w, struct slice path)
{
	const char *name;
	struct stat st;

	if (walk_push(w, path, true) != 0)
		return -1;
	return walk_on(w, &name, &st);
}

/* Removes the last name from *path; the rest is the path of its directory. */
static struct slice cut_name(struct slice *path)
{
	size_t at = path->len;
	struct slice name;

	while (at > 0 && path->at[at - 1] != '/')
		at--;
	name = slice_of(path->at + at, path->len - at);
	path->len = at > 0 ? at - 1 : 0;
	return name;
}

int lookup_find(int root, const struct job *job, const struct site *site,
	struct found *found)
{
	bool slash = (job->flags & JOB_SLASH) != 0;
	struct slice path = slice_of(job->path, job->len);
	struct slice name = slice_of(NULL, 0);
	struct walk w;
	int fd = -1;

	/* It is sent as it is, padding included. */
	memset(found, 0, sizeof(*found));
	if (!slash)
		name = cut_name(&path);
	walk_begin(&w, root, site->links);
	if (go_into(&w, path) != 0)
		found->kind = kind_of(errno);
	else if (slash)
		fd = find_index(&w, job, site, found);
	else
		fd = find_here(&w, name, job->flags, found);
	walk_end(&w);
	return fd;
}
