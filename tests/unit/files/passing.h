/*
 * passing.h - a sendfile() that does what the test says.
 *
 * Programs that include it are linked with --wrap for it and for sys_usage, and
 * with what sending.h needs.
 */
#ifndef CONTD_TESTS_UNIT_FILES_PASSING_H
#define CONTD_TESTS_UNIT_FILES_PASSING_H

#include "files/direct.h"
#include "sending.h"
#include "sys/sys.h"

static struct {
	size_t calls;
	off_t offset;    /* of the last one */
	int error;       /* of each; 0: none */
	int64_t takes;   /* milliseconds, each */
	bool waits;      /* and waits so long: or it only works */
	uint64_t waited; /* calls that did */
} passing;

static struct scale passing_scale;

static inline ssize_t pass(int socket, int file, off_t offset, size_t len)
{
	static char bytes[DIRECT_SHARE];
	ssize_t n;

	assert_true(len > 0 && len <= sizeof bytes);
	n = pread(file, bytes, len, offset);
	return n > 0 ? send(socket, bytes, (size_t)n,
			       MSG_DONTWAIT | MSG_NOSIGNAL)
		     : n;
}

ssize_t __wrap_sys_sendfile(int socket, int file, off_t offset, size_t len);
ssize_t __wrap_sys_sendfile(int socket, int file, off_t offset, size_t len)
{
	passing.calls++;
	passing.offset = offset;
	passing.waited += passing.waits;
	turns_pass(passing.takes);
	errno = passing.error;
	return passing.error ? -1 : pass(socket, file, offset, len);
}

void __wrap_sys_usage(struct sys_usage *usage);
void __wrap_sys_usage(struct sys_usage *usage)
{
	*usage = (struct sys_usage){.waits = passing.waited};
}

static inline int open_passing(void **state)
{
	memset(&passing, 0, sizeof passing);
	passing_scale = (struct scale){.most = 1 << 20};
	direct_allow(true);
	return open_bodies(state);
}

static inline int shut_passing(void **state)
{
	direct_allow(false);
	assert_int_equal(passing_scale.weight, 0);
	return shut_bodies(state);
}

/* All of it was just read. */
static inline void warm_up(struct file *file)
{
	file->scale = &passing_scale;
	for (off_t at = 0; at < (off_t)file->found.version.size; at += BLOCK)
		direct_note(file, (uint64_t)at,
			direct_block((uint64_t)at,
				(uint64_t)(file->found.version.size - at),
				BLOCK));
	assert_non_null(file->warm);
}

#endif
