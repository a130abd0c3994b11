/*
 * test_refusal.c - what stands in the way of listening, and the way out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "master/refusal.h"
#include "master/status.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { SAYS = 2048 };

/* Explains it into says; the status. */
static int explain(const char *text, int why, char says[SAYS])
{
	struct buf error = buf_on(says, SAYS - 1);
	struct listen_address address;
	int status;

	assert_int_equal(listen_parse(text, &address, &error), 0);
	status = refusal_explain(text, &address, why, &error);
	says[error.len] = '\0';
	return status;
}

static void the_reason_is_the_systems(void **state)
{
	static const struct {
		const char *text;
		int why, status;
	} cases[] = {
		{"127.0.0.1:8080", EACCES, STATUS_DENIED},
		{"127.0.0.1:1024", EACCES, STATUS_DENIED},
		{"[::1]:1024", EACCES, STATUS_DENIED},
		{"127.0.0.1:80", ENOMEM, STATUS_OS},
		{"unix:/x", EACCES, STATUS_DENIED},
		{"unix:/x", EPERM, STATUS_DENIED},
		{"unix:/x", ENOENT, STATUS_CANNOT_CREATE},
		{"unix:/x", EADDRINUSE, STATUS_CANNOT_CREATE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char says[SAYS], want[SAYS];

		assert_int_equal(explain(cases[i].text, cases[i].why, says),
			cases[i].status);
		snprintf(want, sizeof want, "cannot listen on '%s': %s",
			cases[i].text, strerror(cases[i].why));
		assert_string_equal(says, want);
	}
}

static void low_ports_are_reserved(void **state)
{
	static const char *const texts[] = {
		"127.0.0.1:1023", "127.0.0.1:80", "[::1]:1023", ":80"};
	static const int whys[] = {EACCES, EPERM};
	static const char *const ways[] = {
		"--listen 127.0.0.1:8080", "setcap", "--user"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts) * COUNT(whys); i++) {
		char says[SAYS];

		assert_int_equal(explain(texts[i / COUNT(whys)],
					 whys[i % COUNT(whys)], says),
			STATUS_DENIED);
		assert_non_null(strstr(says, strerror(EACCES)));
		for (size_t way = 0; way < COUNT(ways); way++)
			if (!strstr(says, ways[way]))
				fail_msg("no %s: %s", ways[way], says);
	}
}

static void what_the_machine_lacks_is_said(void **state)
{
	char says[SAYS];

	(void)state;
	assert_int_equal(explain("192.0.2.1:80", EADDRNOTAVAIL, says),
		STATUS_UNAVAILABLE);
	assert_non_null(strstr(says, "does not have that address"));
	assert_int_equal(
		explain("[::1]:80", EAFNOSUPPORT, says), STATUS_UNAVAILABLE);
	assert_non_null(strstr(says, "does not speak that protocol"));
}

/* Nobody has port 0, so there is nobody to name (unit.master.listen has one).
 */
static void a_port_that_is_taken_is_another_process(void **state)
{
	char says[SAYS];

	(void)state;
	assert_int_equal(
		explain("127.0.0.1:0", EADDRINUSE, says), STATUS_UNAVAILABLE);
	assert_string_equal(says,
		"cannot listen on '127.0.0.1:0': the port is in use by another "
		"process; --listen ADDR:PORT chooses another");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_reason_is_the_systems),
		cmocka_unit_test(low_ports_are_reserved),
		cmocka_unit_test(what_the_machine_lacks_is_said),
		cmocka_unit_test(a_port_that_is_taken_is_another_process),
	};

	return cmocka_run_group_tests_name("master/refusal", tests, NULL, NULL);
}
