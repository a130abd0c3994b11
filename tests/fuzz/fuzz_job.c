/*
 * fuzz_job.c - the checks of the two messages, over arbitrary bytes.
 *
 * The first byte is not part of the message: its lowest bit says whether a
 * descriptor came along. What is accepted must keep what the checks promise.
 */
#include "helper/job.h"

#include <stdlib.h>
#include <string.h>

#include "http/accept.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool promise)
{
	if (!promise)
		abort();
}

/* Told in another way than job.c does: with a slash at either end, nothing that
 * is no name can hide between two of them. */
static void check_path(const struct job *job)
{
	static char path[JOB_PATH_MAX + 3];

	path[0] = '/';
	memcpy(path + 1, job->path, job->len);
	strcpy(path + 1 + job->len, "/");
	must(strlen(path) == job->len + 2u);
	must(job->len == 0 || strstr(path, "//") == NULL);
	must(strstr(path, "/./") == NULL);
	must(strstr(path, "/../") == NULL);
}

static void check_flags(uint32_t flags)
{
	must(flags <= JOB_FLAGS);
	/* Everything from here on, but for the slash itself, needs both. */
	if (flags >= JOB_LISTING)
		must(flags & JOB_LISTING && flags & JOB_SLASH);
	must(!(flags & JOB_BY_SIZE && flags & JOB_BY_TIME));
}

static void try_job(const uint8_t *bytes, size_t len)
{
	static struct job job;
	static struct job again;

	/* As they arrive: cut off at the size of a job. */
	memset(&job, 0xff, sizeof(job));
	memcpy(&job, bytes, len < sizeof(job) ? len : sizeof(job));
	if (!job_is_valid(&job, len))
		return;
	must(job_size(&job) == len);
	check_path(&job);
	check_flags(job.flags);
	must(job_make(&again, slice_of(job.path, job.len), job.flags));
	must(memcmp(&again, &job, len) == 0);
}

static void try_found(const uint8_t *bytes, size_t len, bool has_fd)
{
	struct found found;

	memset(&found, 0xff, sizeof(found));
	memcpy(&found, bytes, len < sizeof(found) ? len : sizeof(found));
	if (!found_is_valid(&found, len, has_fd))
		return;
	must(len == sizeof(found) && found.kind < FOUND_KINDS);
	must(has_fd ==
		(found.kind == FOUND_FILE || found.kind == FOUND_LISTING));
	if (found.kind == FOUND_FILE)
		must(found.index <= 1 && found.codings < 1 << CODING_COUNT);
	else
		must(found.index == 0 && found.codings == 0);
	must(!has_fd || found.version.size >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	try_job(data + 1, size - 1);
	try_found(data + 1, size - 1, data[0] & 1);
	return 0;
}
