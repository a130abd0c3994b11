/* test_fileread.c - real files, real AIO, a real signal. */
#include "loop/fileread.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "loop/cont.h"
#include "loop/loop.h"
#include "loop/wake.h"
#include "sys/sys.h"

enum { SIZE = 3 * FILEREAD_BLOCK + 13, ROWS = 256 };

struct stream {
	struct fileread *f;
	off_t at;
	int error;
	bool ended;
	bool leaves; /* it is closed at its end: others wait for its block */
};

static char bytes[SIZE];

/* ---- a loop, and a file in it ---- */

static int open_loop(void **state)
{
	(void)state;
	/* No deadlines at all: a lost completion would hang. */
	assert_int_equal(loop_open(POLLER_POLL, ROWS), 0);
	assert_int_equal(fileread_init(), 0);
	return 0;
}

static int shut_loop(void **state)
{
	(void)state;
	while (fileread_flying() > 0)
		loop_turn();
	assert_int_equal(fileread_detached(), 0);
	fileread_shut();
	wake_shut();
	loop_shut();
	return 0;
}

static int open_bytes(size_t len)
{
	char name[] = "/tmp/contd-fileread-XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	assert_int_equal(unlink(name), 0);
	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(i * 31 + i / 257);
	assert_int_equal(write(fd, bytes, len), len);
	return fd;
}

static struct stream stream_on(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return (struct stream){.f = fileread_open(fd, st.st_dev)};
}

/* Reads to the end, comparing. */
static void on_block(int fd, short revents, void *state)
{
	struct stream *s = state;
	struct slice block = fileread_block(s->f, &s->error);

	(void)fd, (void)revents;
	assert_true(block.len <= (size_t)(SIZE - s->at));
	assert_memory_equal(block.at, bytes + s->at, block.len);
	s->at += (off_t)block.len;
	s->ended = block.len == 0;
	if (!s->ended)
		fileread_start(s->f, s->at, FILEREAD_BLOCK, then(on_block, s));
	else if (s->leaves)
		fileread_close(s->f);
}

static void start(struct stream *s, off_t at)
{
	s->at = at;
	fileread_start(s->f, at, FILEREAD_BLOCK, then(on_block, s));
}

static void run_to_end(struct stream *s)
{
	while (!s->ended)
		loop_turn();
}

/* ---- the tests ---- */

static void a_file_is_read_byte_for_byte_hot(void **state)
{
	struct stream s = stream_on(open_bytes(SIZE));

	(void)state;
	start(&s, 0);
	run_to_end(&s);
	assert_int_equal(s.error, 0);
	assert_int_equal(s.at, SIZE);
	fileread_close(s.f);
}

static void a_file_is_read_byte_for_byte_cold(void **state)
{
	int fd = open_bytes(SIZE);
	struct stream s = stream_on(fd);

	(void)state;
	assert_int_equal(fsync(fd), 0);
	assert_int_equal(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
	start(&s, 0);
	run_to_end(&s);
	assert_int_equal(s.error, 0);
	assert_int_equal(s.at, SIZE);
	fileread_close(s.f);
}

static void an_empty_file_has_an_empty_block(void **state)
{
	struct stream s = stream_on(open_bytes(0));

	(void)state;
	start(&s, 0);
	run_to_end(&s);
	assert_int_equal(s.error, 0);
	assert_int_equal(s.at, 0);
	fileread_close(s.f);
}

static void a_file_that_shrank_has_no_bytes_there(void **state)
{
	int fd = open_bytes(SIZE);
	struct stream s = stream_on(fd);

	(void)state;
	assert_int_equal(ftruncate(fd, 1000), 0);
	start(&s, 400);
	run_to_end(&s);
	assert_int_equal(s.error, 0);
	assert_int_equal(s.at, 1000);
	fileread_close(s.f);
}

/* glibc says so in aio_error, musl in aio_read. */
static void a_descriptor_that_cannot_be_read_is_an_error(void **state)
{
	struct stream s = stream_on(open("/tmp", O_RDONLY | O_DIRECTORY));
	int ends[2];

	(void)state;
	start(&s, 0);
	run_to_end(&s);
	assert_int_equal(s.error, EISDIR);
	fileread_close(s.f);

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(close(ends[0]), 0);
	s = stream_on(ends[1]);
	start(&s, 0);
	run_to_end(&s);
	assert_int_equal(s.error, EBADF);
	fileread_close(s.f);
}

static void streams_of_one_file_have_their_own_descriptors(void **state)
{
	enum { STREAMS = 80 };
	static struct stream streams[STREAMS];
	int fd = open_bytes(SIZE);

	(void)state;
	for (int i = 0; i < STREAMS; i++) {
		streams[i] = stream_on(i == 0 ? fd : sys_dup(fd));
		streams[i].leaves = true;
		start(&streams[i], i * 1000);
	}
	for (int i = 0; i < STREAMS; i++) {
		run_to_end(&streams[i]);
		assert_int_equal(streams[i].at, SIZE);
	}
}

static void on_busy(int fd, short revents, void *state)
{
	(void)revents;
	cont_save(fd, POLLIN, WITHIN_FOREVER, then(on_busy, state));
}

/* The signal stays pending all the time: poll() has always something to tell.
 * Only asking in every turn finds the end of the reads. */
static void reads_end_while_a_descriptor_is_always_ready(void **state)
{
	struct stream s = stream_on(open_bytes(SIZE));
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	cont_save(ends[0], POLLIN, WITHIN_FOREVER, then(on_busy, NULL));
	start(&s, 0);
	run_to_end(&s);
	assert_int_equal(s.at, SIZE);
	fileread_close(s.f);
	cont_close(ends[0]);
	close(ends[1]);
}

static void a_stream_closed_in_flight_closes_when_it_is_home(void **state)
{
	int fd = open_bytes(SIZE);
	struct stream s = stream_on(fd);

	(void)state;
	start(&s, 0);
	fileread_close(s.f);
	assert_int_equal(fileread_detached(), 1);
	assert_int_not_equal(fcntl(fd, F_GETFD), -1);
	while (fileread_detached() > 0)
		loop_turn();
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_false(s.ended);
}

/* Nothing ever becomes ready here: without the signal this hangs. */
static void the_signal_ends_the_sleep_every_time(void **state)
{
	struct stream s = stream_on(open_bytes(1000));

	(void)state;
	for (int i = 0; i < 500; i++) {
		s.ended = false;
		start(&s, 0);
		run_to_end(&s);
		assert_int_equal(s.at, 1000);
	}
	fileread_close(s.f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_loop, shut_loop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_read_byte_for_byte_hot),
		TEST(a_file_is_read_byte_for_byte_cold),
		TEST(an_empty_file_has_an_empty_block),
		TEST(a_file_that_shrank_has_no_bytes_there),
		TEST(a_descriptor_that_cannot_be_read_is_an_error),
		TEST(streams_of_one_file_have_their_own_descriptors),
		TEST(reads_end_while_a_descriptor_is_always_ready),
		TEST(a_stream_closed_in_flight_closes_when_it_is_home),
		TEST(the_signal_ends_the_sleep_every_time),
	};

	return cmocka_run_group_tests_name("loop/fileread", tests, NULL, NULL);
}
