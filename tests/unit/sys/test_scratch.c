/* test_scratch.c - the file without a name, on a real kernel. */
#include "sys/system.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void it_is_an_empty_regular_file_of_nobody_else(void **state)
{
	int fd = sys_scratch();
	struct stat st;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
	assert_int_equal(fstat(fd, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(st.st_nlink, 0);
	assert_int_equal(st.st_size, 0);
	close(fd);
}

static void what_is_written_is_read_and_has_a_time(void **state)
{
	const struct timespec then[2] = {{1, 2}, {1700000000, 123456789}};
	char text[16] = "";
	struct stat st;
	int fd = sys_scratch();

	(void)state;
	assert_int_equal(write(fd, "some text", 9), 9);
	assert_int_equal(pread(fd, text, sizeof text, 5), 4);
	assert_string_equal(text, "text");
	assert_int_equal(futimens(fd, then), 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 9);
	assert_true(st.st_mtim.tv_sec == 1700000000);
	assert_int_equal(st.st_mtim.tv_nsec, 123456789);
	close(fd);
}

static void each_is_another(void **state)
{
	enum { MANY = 200 };
	int fds[MANY];
	struct stat st;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		fds[i] = sys_scratch();
		assert_true(fds[i] >= 0);
		assert_int_equal(write(fds[i], "x", 1), 1);
		assert_int_equal(fstat(fds[i], &st), 0);
		assert_int_equal(st.st_size, 1);
	}
	for (int i = 0; i < MANY; i++)
		close(fds[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_an_empty_regular_file_of_nobody_else),
		cmocka_unit_test(what_is_written_is_read_and_has_a_time),
		cmocka_unit_test(each_is_another),
	};

	return cmocka_run_group_tests_name("sys/scratch", tests, NULL, NULL);
}
