/* test_scratch.c - text that is written to an anonymous file. */
#include "helper/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground.h"
#include "sys/system.h"

static const struct timespec then = {1700000000, 123456789};
static const char *instead; /* a file for sys_scratch to open; "": failure */

int __real_sys_scratch(void);
int __wrap_sys_scratch(void);

int __wrap_sys_scratch(void)
{
	if (instead == NULL)
		return __real_sys_scratch();
	if (*instead != '\0')
		return open(instead, O_RDWR | O_CLOEXEC);
	errno = EMFILE;
	return -1;
}

/* Byte i of a text; no period that is a power of two. */
static char byte_at(size_t i)
{
	return (char)('!' + (i + i / 251) % 93);
}

static void check_bytes(int fd, size_t len)
{
	char *bytes = malloc(len + 1);

	assert_non_null(bytes);
	assert_int_equal(pread(fd, bytes, len + 1, 0), len);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(bytes[i], byte_at(i));
	free(bytes);
}

/* Pieces of one length, until there are so many bytes. */
static void write_pieces(struct scratch *s, size_t piece, size_t len)
{
	for (size_t at = 0; at < len; at += piece) {
		struct buf *b = scratch_room(s, piece);

		for (size_t i = 0; i < piece; i++)
			buf_byte(b, byte_at(at + i));
	}
}

static void pieces_of_any_length_become_one_text(void **state)
{
	static const size_t pieces[] = {
		1, 7, 1000, SCRATCH_ROOM - 1, SCRATCH_ROOM};
	size_t before = descriptors_open();

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		size_t len = 5 * pieces[i] < 100000
				     ? 100000 / pieces[i] * pieces[i]
				     : 5 * pieces[i];
		static struct scratch s;
		struct version version;
		int fd;

		assert_int_equal(scratch_open(&s), 0);
		write_pieces(&s, pieces[i], len);
		fd = scratch_finish(&s, then, &version);
		assert_true(fd >= 0);
		assert_int_equal(version.size, len);
		check_bytes(fd, len);
		close(fd);
	}
	assert_int_equal(descriptors_open(), before);
}

static void a_text_may_be_empty(void **state)
{
	static struct scratch s;
	struct version version;
	int fd;

	(void)state;
	assert_int_equal(scratch_open(&s), 0);
	fd = scratch_finish(&s, then, &version);
	assert_true(fd >= 0);
	assert_int_equal(version.size, 0);
	close(fd);
}

/* Whoever sends the file will compare them. */
static void the_version_is_what_the_file_says(void **state)
{
	static struct scratch s;
	struct version version, now;
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(scratch_open(&s), 0);
	write_pieces(&s, 10, 1000);
	fd = scratch_finish(&s, then, &version);
	assert_int_equal(fstat(fd, &st), 0);
	now = version_of(&st);
	assert_true(version_is_same(&version, &now));
	assert_true(version.modified == INT64_C(1700000000123456789));
	close(fd);
}

static void a_piece_longer_than_the_room_is_an_error(void **state)
{
	static struct scratch s;
	size_t before = descriptors_open();
	struct version version;

	(void)state;
	assert_int_equal(scratch_open(&s), 0);
	write_pieces(&s, SCRATCH_ROOM + 1, 1);
	write_pieces(&s, 10, 100000);
	assert_int_equal(scratch_finish(&s, then, &version), -1);
	assert_int_equal(errno, ENOBUFS);
	assert_int_equal(descriptors_open(), before);
}

static void a_full_disk_is_told_at_the_end(void **state)
{
	static const size_t lengths[] = {1, SCRATCH_ROOM, 100000};
	size_t before = descriptors_open();

	(void)state;
	if (access("/dev/full", W_OK) != 0) {
		print_message("there is no /dev/full here\n");
		skip();
	}
	instead = "/dev/full";
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		static struct scratch s;
		struct version version;

		assert_int_equal(scratch_open(&s), 0);
		write_pieces(&s, 1, lengths[i]);
		assert_int_equal(scratch_finish(&s, then, &version), -1);
		assert_int_equal(errno, ENOSPC);
	}
	instead = NULL;
	assert_int_equal(descriptors_open(), before);
}

static void without_a_file_it_does_not_begin(void **state)
{
	static struct scratch s;

	(void)state;
	instead = "";
	assert_int_equal(scratch_open(&s), -1);
	assert_int_equal(errno, EMFILE);
	instead = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_of_any_length_become_one_text),
		cmocka_unit_test(a_text_may_be_empty),
		cmocka_unit_test(the_version_is_what_the_file_says),
		cmocka_unit_test(a_piece_longer_than_the_room_is_an_error),
		cmocka_unit_test(a_full_disk_is_told_at_the_end),
		cmocka_unit_test(without_a_file_it_does_not_begin),
	};

	return cmocka_run_group_tests_name("helper/scratch", tests, NULL, NULL);
}
