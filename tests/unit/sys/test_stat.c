/* test_stat.c - what is known of an open file, and whether to ask. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "sys/sys.h"
#include "sys/system.h"

static int open_file(void)
{
	char path[] = "/tmp/contd-test-XXXXXX";
	int fd = mkstemp(path);

	assert_return_code(fd, errno);
	unlink(path);
	return fd;
}

static void same_time(const struct timespec *a, const struct timespec *b)
{
	assert_int_equal(a->tv_sec, b->tv_sec);
	assert_int_equal(a->tv_nsec, b->tv_nsec);
}

/* Where nobody else is to be asked, known is all that there is to know. */
static void known_is_what_is_asked_of_a_local_disk(void **state)
{
	const struct timespec times[2] = {{1, 2}, {1234567890, 123456789}};
	struct stat asked, known;
	int fd = open_file();

	(void)state;
	for (off_t size = 0; size < 4; size++) {
		assert_int_equal(ftruncate(fd, size << 33), 0);
		if (size == 3)
			assert_int_equal(futimens(fd, times), 0);
		assert_int_equal(sys_stat(fd, &asked), 0);
		assert_int_equal(sys_stat_known(fd, &known), 0);
		assert_true(known.st_dev == asked.st_dev);
		assert_true(known.st_ino == asked.st_ino);
		assert_true(known.st_nlink == asked.st_nlink);
		assert_int_equal(known.st_size, asked.st_size);
		same_time(&known.st_mtim, &asked.st_mtim);
		same_time(&known.st_ctim, &asked.st_ctim);
	}
	close(fd);
	assert_int_equal(sys_stat_known(fd, &known), -1);
	assert_int_equal(errno, EBADF);
}

static void what_is_in_memory_is_local(void **state)
{
	int fd = sys_scratch();

	(void)state;
	assert_return_code(fd, errno);
	assert_true(sys_is_local(fd));
	close(fd);
}

#if defined(__linux__) && !defined(CONTD_PORTABLE)
static void what_is_not_known_is_not_local(void **state)
{
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_return_code(fd, errno);
	assert_false(sys_is_local(fd));
	close(fd);
	assert_false(sys_is_local(fd));
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_is_what_is_asked_of_a_local_disk),
		cmocka_unit_test(what_is_in_memory_is_local),
#if defined(__linux__) && !defined(CONTD_PORTABLE)
		cmocka_unit_test(what_is_not_known_is_not_local),
#endif
	};

	return cmocka_run_group_tests_name("sys/stat", tests, NULL, NULL);
}
