/* job.c - the two messages between the loop and a helper. */
#include "helper/job.h"

#include <string.h>
#include <time.h>

#include "http/accept.h"
#include "sys/clock.h"

static const size_t JOB_HEAD = offsetof(struct job, path);

static bool is_name(struct slice segment)
{
	return segment.len > 0 && !slice_is(segment, SLICE(".")) &&
	       !slice_is(segment, SLICE("..")) &&
	       memchr(segment.at, '\0', segment.len) == NULL;
}

static bool path_is_valid(struct slice path)
{
	struct slice segment;

	/* The root has no names, not one empty name. */
	if (path.len == 0)
		return true;

	while (slice_cut(&path, '/', &segment)) {
		if (!is_name(segment))
			return false;
	}
	return true;
}

bool job_make(struct job *job, struct slice path, uint32_t flags)
{
	if (path.len > JOB_PATH_MAX)
		return false;

	job->len = (uint32_t)path.len;
	job->flags = flags;
	if (path.len > 0)
		memcpy(job->path, path.at, path.len);
	return true;
}

size_t job_size(const struct job *job)
{
	return JOB_HEAD + job->len;
}

static bool flags_are_valid(uint32_t flags)
{
	const uint32_t details =
		JOB_JSON | JOB_BY_SIZE | JOB_BY_TIME | JOB_DESCENDING;

	if ((flags & ~(uint32_t)JOB_FLAGS) != 0)
		return false;
	if ((flags & JOB_LISTING) != 0 && (flags & JOB_SLASH) == 0)
		return false;
	if ((flags & details) != 0 && (flags & JOB_LISTING) == 0)
		return false;
	return (flags & JOB_BY_SIZE) == 0 || (flags & JOB_BY_TIME) == 0;
}

bool job_is_valid(const struct job *job, size_t len)
{
	return len >= JOB_HEAD && len <= sizeof(*job) &&
	       len - JOB_HEAD == job->len && flags_are_valid(job->flags) &&
	       path_is_valid(slice_of(job->path, job->len));
}

bool found_is_valid(const struct found *found, size_t len, bool has_fd)
{
	if (len != sizeof(*found) || found->kind >= FOUND_KINDS)
		return false;

	if (found->kind != FOUND_FILE &&
		(found->index | found->codings | found->remote) != 0)
		return false;
	if (found->kind != FOUND_FILE && found->kind != FOUND_LISTING)
		return !has_fd;
	return has_fd && found->index <= 1 && found->remote <= 1 &&
	       found->codings < 1U << CODING_COUNT && found->version.size >= 0;
}

/* Times that do not fit into 64 bits of nanoseconds (after 2262) become the
 * largest or smallest value. */
static int64_t nanoseconds(struct timespec t)
{
	const int64_t limit = INT64_MAX / SYS_SECOND - 1;

	if (t.tv_sec > limit)
		return INT64_MAX;
	if (t.tv_sec < -limit)
		return INT64_MIN;
	return t.tv_sec * SYS_SECOND + t.tv_nsec;
}

struct version version_of(const struct stat *st)
{
	return (struct version){
		.device = (uint64_t)st->st_dev,
		.inode = (uint64_t)st->st_ino,
		.size = (int64_t)st->st_size,
		.modified = nanoseconds(st->st_mtim),
		.changed = nanoseconds(st->st_ctim),
		.links = (uint64_t)st->st_nlink,
	};
}

static bool is_same_file(const struct version *a, const struct version *b)
{
	return a->device == b->device && a->inode == b->inode &&
	       a->size == b->size && a->modified == b->modified;
}

bool version_is_same(const struct version *a, const struct version *b)
{
	return is_same_file(a, b) && a->changed == b->changed;
}

bool version_has_same_bytes(const struct version *was, const struct version *is)
{
	/* The time of modification can be set back, that of the inode cannot;
	 * but another file in its place changes that as well, and takes a name
	 * from it. */
	return is_same_file(was, is) &&
	       (was->changed == is->changed || is->links < was->links);
}
