/* job.c - the two messages between the loop and a helper. */
#include "helper/job.h"

#include <string.h>
#include <time.h>

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

	/* The root: a list without names, not one empty name. */
	if (path.len == 0)
		return true;

	while (slice_cut(&path, '/', &segment)) {
		if (!is_name(segment))
			return false;
	}
	return true;
}

bool job_make(struct job *job, struct slice path, bool slash)
{
	if (path.len > JOB_PATH_MAX)
		return false;

	job->len = (uint32_t)path.len;
	job->slash = slash;
	if (path.len > 0)
		memcpy(job->path, path.at, path.len);
	return true;
}

size_t job_size(const struct job *job)
{
	return JOB_HEAD + job->len;
}

bool job_is_valid(const struct job *job, size_t len)
{
	return len >= JOB_HEAD && len <= sizeof(*job) &&
	       len - JOB_HEAD == job->len && job->slash <= 1 &&
	       path_is_valid(slice_of(job->path, job->len));
}

bool found_is_valid(const struct found *found, size_t len, bool has_fd)
{
	if (len != sizeof(*found) || found->kind >= FOUND_KINDS)
		return false;

	if (found->kind != FOUND_FILE)
		return !has_fd && found->index == 0;
	return has_fd && found->index <= 1 && found->version.size >= 0;
}

/* Some file systems can tell times that do not fit into 64 bits of nanoseconds,
 * which end in 2262: the nearest that does. */
static int64_t nanoseconds(struct timespec t)
{
	const int64_t second = 1000000000;
	const int64_t limit = INT64_MAX / second - 1;

	if (t.tv_sec > limit)
		return INT64_MAX;
	if (t.tv_sec < -limit)
		return INT64_MIN;
	return t.tv_sec * second + t.tv_nsec;
}

struct version version_of(const struct stat *st)
{
	return (struct version){
		.device = (uint64_t)st->st_dev,
		.inode = (uint64_t)st->st_ino,
		.size = (int64_t)st->st_size,
		.modified = nanoseconds(st->st_mtim),
		.changed = nanoseconds(st->st_ctim),
	};
}

bool version_is_same(const struct version *a, const struct version *b)
{
	return version_has_same_bytes(a, b) && a->changed == b->changed;
}

bool version_has_same_bytes(const struct version *a, const struct version *b)
{
	return a->device == b->device && a->inode == b->inode &&
	       a->size == b->size && a->modified == b->modified;
}
