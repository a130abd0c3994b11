/* readers.c - streams of a loop whose disk and clock are ours. */
#include "support/readers.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "loop/cont.h"
#include "loop/cont_turn.h"
#include "loop/loop.h"
#include "loop/wake.h"
#include "support/fake_aio.h"

enum { ROWS = 512 };

static struct {
	int64_t now;
	int busy[2];
	int resumed;
	size_t descriptors;
} readers;

int64_t __wrap_sys_now(void);

int64_t __wrap_sys_now(void)
{
	return readers.now * 1000000;
}

static size_t descriptors_open(void)
{
	size_t count = 0;

	for (int fd = 0; fd < ROWS; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

static void on_busy(int fd, short revents, void *state)
{
	assert_int_equal(revents & POLLIN, POLLIN);
	cont_save(fd, POLLIN, WITHIN_FOREVER, then(on_busy, state));
}

int readers_open(void **state)
{
	(void)state;
	readers.now = 1000000;
	readers.descriptors = descriptors_open();
	fake_reset();
	assert_int_equal(loop_open(POLLER_POLL, ROWS), 0);
	cont_within(WITHIN_READ, READERS_READ);
	cont_within(WITHIN_RETRY, READERS_RETRY);
	assert_int_equal(fileread_init(), 0);
	assert_int_equal(pipe(readers.busy), 0);
	assert_int_equal(write(readers.busy[1], "x", 1), 1);
	cont_save(readers.busy[0], POLLIN, WITHIN_FOREVER, then(on_busy, NULL));
	return 0;
}

int readers_shut(void **state)
{
	(void)state;
	while (fake_flying() > 0) {
		fake_land(0, 0);
		turn();
	}
	turn();
	assert_int_equal(fileread_flying(), 0);
	assert_int_equal(fileread_detached(), 0);
	assert_int_equal(cont_count(), 2);
	fileread_shut();
	wake_shut();
	loop_shut();
	close(readers.busy[1]);
	assert_int_equal(descriptors_open(), readers.descriptors);
	return 0;
}

char reader_byte(size_t i)
{
	return (char)((i * 31 + (i >> 8)) & 0x7f);
}

static int file_of(size_t size)
{
	char name[] = "/tmp/contd-readers-XXXXXX";
	int fd = mkstemp(name);
	char *bytes = malloc(size + 1);

	assert_true(fd >= 0 && bytes != NULL);
	assert_int_equal(unlink(name), 0);
	for (size_t i = 0; i < size; i++)
		bytes[i] = reader_byte(i);
	assert_int_equal(write(fd, bytes, size), size);
	free(bytes);
	return fd;
}

void reader_open(struct reader *r, dev_t device, size_t size)
{
	*r = (struct reader){.fd = file_of(size)};
	r->f = fileread_open(r->fd, device);
	assert_non_null(r->f);
}

static void on_block(int fd, short revents, void *state)
{
	struct reader *r = state;

	assert_int_equal(fd, r->fd);
	assert_int_equal(revents, 0);
	assert_false(cont_is_saved(fd));
	r->resumed++;
	r->order = ++readers.resumed;
	r->late = fileread_is_late(r->f);
	if (!r->late)
		r->block = fileread_block(r->f, &r->error);
	if (r->act != NULL)
		r->act(r);
}

void reader_start(struct reader *r, off_t offset, size_t len)
{
	r->resumed = 0;
	fileread_start(r->f, offset, len, then(on_block, r));
	assert_int_equal(r->resumed, 0);
}

void reader_close(struct reader *r)
{
	fileread_close(r->f);
	r->f = NULL;
}

void assert_block(const struct reader *r, off_t offset, size_t len)
{
	assert_int_equal(r->resumed, 1);
	assert_false(r->late);
	assert_int_equal(r->error, 0);
	assert_int_equal(r->block.len, len);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(
			r->block.at[i], reader_byte((size_t)offset + i));
}

void turn(void)
{
	loop_turn();
}

void turn_after(int milliseconds)
{
	readers.now += milliseconds;
	loop_turn();
}
