/*
 * test_privilege.c - down, and never up again. Each case in a process of its
 * own; most need root to begin with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "master/privilege.h"
#include "master/status.h"

enum { USER = 4711, GROUP = 4712, NOT_DROPPED = 100 };

/* The status of privilege_drop in another process, which has become "as" before
 * it unless that is 0; NOT_DROPPED when it is not who it should be then. */
static int drop(
	uid_t as, const char *user, const char *group, uid_t uid, gid_t gid)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		char text[512];
		struct buf error = buf_on(text, sizeof text);

		if (as != 0 && (setgid(as) < 0 || setuid(as) < 0))
			_exit(NOT_DROPPED);
		status = privilege_drop(user, group, &error);
		if (status != 0)
			_exit(error.len > 0 ? status : NOT_DROPPED);
		_exit(getuid() == uid && geteuid() == uid && getgid() == gid &&
					getegid() == gid &&
					(uid == 0 || setuid(0) < 0)
				? 0
				: NOT_DROPPED);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void nothing_asked_nothing_done(void **state)
{
	(void)state;
	assert_int_equal(drop(0, NULL, NULL, getuid(), getgid()), 0);
}

static void unknown_names_are_67(void **state)
{
	(void)state;
	assert_int_equal(drop(0, "no-such-user", NULL, 0, 0), STATUS_NO_USER);
	assert_int_equal(drop(0, NULL, "no-such-group", 0, 0), STATUS_NO_USER);
	assert_int_equal(drop(0, "-1", NULL, 0, 0), STATUS_NO_USER);
	assert_int_equal(drop(0, "4294967295", NULL, 0, 0), STATUS_NO_USER);
	assert_int_equal(drop(0, "", NULL, 0, 0), STATUS_NO_USER);
}

static void root_becomes_whom_it_is_told(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(drop(0, "4711", NULL, USER, USER), 0);
	assert_int_equal(drop(0, "4711", "4712", USER, GROUP), 0);
	assert_int_equal(drop(0, NULL, "4712", 0, GROUP), 0);
	assert_int_equal(drop(0, "root", NULL, 0, 0), 0);
}

static void others_stay_what_they_are(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(drop(USER, "4711", NULL, USER, USER), 0);
	assert_int_equal(drop(USER, "4711", "4711", USER, USER), 0);
	assert_int_equal(drop(USER, "4712", NULL, 0, 0), STATUS_DENIED);
	assert_int_equal(drop(USER, "root", NULL, 0, 0), STATUS_DENIED);
	assert_int_equal(drop(USER, NULL, "4712", 0, 0), STATUS_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_asked_nothing_done),
		cmocka_unit_test(unknown_names_are_67),
		cmocka_unit_test(root_becomes_whom_it_is_told),
		cmocka_unit_test(others_stay_what_they_are),
	};

	return cmocka_run_group_tests_name(
		"master/privilege", tests, NULL, NULL);
}
