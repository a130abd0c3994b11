/*
 * test_lookup_lease.c - a file on which another process has a lease
 * (F_SETLEASE, as file servers for Windows take them).
 *
 * Here that other process is the test itself, which gives the lease back in one
 * of the waits of the lookup.
 */
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): glibc's name */

#include "below.h"
#include "looking.h"

#include <poll.h>
#include <signal.h>

#ifdef F_SETLEASE

int __wrap_poll(struct pollfd *rows, nfds_t count, int timeout);

static int leased = -1;
static int waits;      /* of this lookup */
static int waited;     /* milliseconds */
static int given_back; /* in this wait; 0: never */

int __wrap_poll(struct pollfd *rows, nfds_t count, int timeout)
{
	(void)rows;
	assert_int_equal(count, 0);
	assert_true(timeout > 0);
	waited += timeout;
	if (++waits == given_back)
		assert_int_equal(fcntl(leased, F_SETLEASE, F_UNLCK), 0);
	return 0;
}

static int make(void **state)
{
	(void)state;
	ground_make(&ground);
	ground_file(&ground, "root/file", "a file");
	ground_file(&ground, "root/file.gz", "zipped");
	ground_directory(&ground, "root/dir");
	ground_file(&ground, "root/dir/index.html", "an index");
	root = ground_open(&ground, "root");
	/* With this the kernel asks for the lease. */
	signal(SIGIO, SIG_IGN);
	return 0;
}

static void take_lease(const char *name)
{
	leased = openat(root, name, O_RDWR | O_CLOEXEC);
	assert_true(leased >= 0);
	if (fcntl(leased, F_SETLEASE, F_WRLCK) != 0) {
		close(leased);
		print_message("there are no leases here\n");
		skip();
	}
	waits = waited = given_back = 0;
}

static void what_is_given_back_soon_is_found(void **state)
{
	(void)state;
	take_lease("file");
	given_back = 3;
	expect_text(root, "file", "a file");
	assert_int_equal(waits, 3);
	close(leased);
	/* And nobody waits for what is nobody's. */
	expect_text(root, "file", "a file");
	assert_int_equal(waits, 3);
}

static void so_is_an_index(void **state)
{
	struct seen seen;

	(void)state;
	take_lease("dir/index.html");
	given_back = 1;
	seen = look(root, "dir", true);
	assert_int_equal(seen.kind, FOUND_FILE);
	assert_string_equal(seen.text, "an index");
	assert_int_equal(waits, 1);
	close(leased);
}

/* It was written in the meantime: the version is that of what is opened. */
static void what_was_written_meanwhile_is_found_as_it_is(void **state)
{
	(void)state;
	take_lease("file");
	assert_int_equal(write(leased, "other", 5), 5);
	given_back = 1;
	expect_text(root, "file", "othere");
	close(leased);
	ground_file(&ground, "root/file", "a file");
}

static void what_is_not_given_back_is_busy(void **state)
{
	(void)state;
	take_lease("file");
	expect_kind(root, "file", false, FOUND_BUSY);
	/* Less than a helper may take, and long enough for who is asked over a
	 * network. */
	assert_in_range(waited, 200, 1000);
	close(leased);
	expect_text(root, "file", "a file");
}

/* Nobody opens what stands beside it. */
static void a_lease_on_a_neighbour_is_none_of_the_files(void **state)
{
	struct seen seen;

	(void)state;
	take_lease("file.gz");
	seen = look_with(root, "file", JOB_VARIANTS);
	assert_int_equal(seen.kind, FOUND_FILE);
	assert_true(seen.codings != 0);
	assert_int_equal(waits, 0);
	close(leased);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_given_back_soon_is_found),
		cmocka_unit_test(so_is_an_index),
		cmocka_unit_test(what_was_written_meanwhile_is_found_as_it_is),
		cmocka_unit_test(what_is_not_given_back_is_busy),
		cmocka_unit_test(a_lease_on_a_neighbour_is_none_of_the_files),
	};

	return cmocka_run_group_tests_name(
		"helper/lookup_lease", tests, make, unmake);
}

#else

int main(void)
{
	return 0;
}

#endif
