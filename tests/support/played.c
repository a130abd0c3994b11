/* played.c - helpers and a master, played by the test. */
#include "support/played.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fdpass.h"
#include "helper/lookup.h"
#include "site/site.h"

int played_helper(struct helpers *pool, uint32_t number)
{
	int ends[2];

	assert_int_equal(fdpass_pair(ends), 0);
	helpers_add(pool, ends[0], number);
	return ends[1];
}

bool played_job(int helper, struct job *job)
{
	int fd;
	ssize_t len = fdpass_try_recv(helper, job, sizeof *job, &fd);

	if (len <= 0) {
		assert_true(len == 0 || errno == EAGAIN);
		return false;
	}
	assert_int_equal(fd, -1);
	assert_true(job_is_valid(job, (size_t)len));
	return true;
}

void played_expects(int helper, const char *path, bool slash)
{
	struct job job;

	assert_true(played_job(helper, &job));
	assert_int_equal(job.len, strlen(path));
	assert_memory_equal(job.path, path, job.len);
	assert_int_equal(!!(job.flags & JOB_SLASH), slash);
	assert_false(played_job(helper, &job));
}

void played_answer(int helper, const struct found *found, int fd)
{
	assert_int_equal(fdpass_try_send(helper, found, sizeof *found, fd), 0);
	if (fd >= 0)
		close(fd);
}

void played_says(int helper, enum found_kind kind)
{
	struct found found = {.kind = kind};

	played_answer(helper, &found, -1);
}

bool played_looks(int helper, int root)
{
	struct site site;
	struct found found;
	struct job job;
	int fd;

	if (!played_job(helper, &job))
		return false;
	site_init(&site, "/");
	fd = lookup_find(root, &job, &site, &found);
	played_answer(helper, &found, fd);
	return true;
}

bool played_is_alone(int channel)
{
	struct pollfd row = {.fd = channel};

	assert_true(poll(&row, 1, 0) >= 0);
	return (row.revents & POLLHUP) != 0;
}

uint32_t played_control(int master, uint32_t *number)
{
	struct control message;
	int fd;
	ssize_t len = fdpass_try_recv(master, &message, sizeof message, &fd);

	if (len <= 0)
		return 0;
	assert_int_equal(len, sizeof message);
	assert_int_equal(fd, -1);
	*number = message.number;
	return message.kind;
}
