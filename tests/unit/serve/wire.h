/*
 * wire.h - a socket that takes so many bytes, and answers for it.
 *
 * Programs that include it are linked with --wrap=sys_send and
 * --wrap=sys_send_last (test_*.link).
 */
#ifndef CONTD_TESTS_UNIT_SERVE_WIRE_H
#define CONTD_TESTS_UNIT_SERVE_WIRE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/batch.h"
#include "sys/sys.h"

ssize_t __real_sys_send(int fd, const struct iovec *pieces, int count);
ssize_t __wrap_sys_send(int fd, const struct iovec *pieces, int count);
ssize_t __real_sys_send_last(int fd, const struct iovec *pieces, int count);
ssize_t __wrap_sys_send_last(int fd, const struct iovec *pieces, int count);

/* The socket takes so many bytes; then there is no room, or this error. */
static struct {
	size_t room;
	int error;
	char taken[16384];
	size_t len;
	int lasts;
} wire;

ssize_t __wrap_sys_send(int fd, const struct iovec *pieces, int count)
{
	size_t sent = 0;

	(void)fd;
	assert_true(count > 0);
	for (int i = 0; i < count; i++) {
		size_t len = pieces[i].iov_len;

		if (len > wire.room)
			len = wire.room;
		assert_true(wire.len + len <= sizeof wire.taken);
		memcpy(wire.taken + wire.len, pieces[i].iov_base, len);
		wire.len += len;
		wire.room -= len;
		sent += len;
	}
	if (sent > 0)
		return (ssize_t)sent;
	errno = wire.error ? wire.error : EAGAIN;
	return -1;
}

ssize_t __wrap_sys_send_last(int fd, const struct iovec *pieces, int count)
{
	wire.lasts++;
	return __wrap_sys_send(fd, pieces, count);
}

static struct copy *copies[BATCH_MAX];
static struct file files[BATCH_MAX];
static char want[16384], text[BATCH_TEXT];
static size_t want_len;

/* Answers of 1, 2, 3 ... bytes. */
static inline void load(struct batch *batch, size_t count)
{
	static const char bytes[] = "0123456789abcdefghijklmnopqrstuvwxyz";

	memset(&wire, 0, sizeof wire);
	want_len = 0;
	batch_init(batch, text, sizeof text);
	for (size_t i = 0; i < count; i++) {
		if (!copies[i])
			copies[i] = copy_new(0);
		assert_non_null(copies[i]);
		copies[i]->sending = 0;
		files[i] = (struct file){.holders = 1, .copy = copies[i]};
		batch_add(batch, &files[i], slice_of(bytes, i + 1));
		assert_int_equal(files[i].holders, 2);
		memcpy(want + want_len, bytes, i + 1);
		want_len += i + 1;
	}
}

static inline void all_are_let_go(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(files[i].holders, 1);
		assert_int_equal(copies[i]->sending, 0);
	}
}

static inline void all_were_sent(void)
{
	assert_int_equal(wire.len, want_len);
	assert_memory_equal(wire.taken, want, want_len);
}

#endif
