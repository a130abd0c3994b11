/*
 * test_sandbox_filter.c - a call that is in no line of the table ends the
 * process, and is named.
 */
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): glibc's name */
#include "deeds.h"

/* ---- seccomp ---- */

static const struct crime {
	const char *call;
	int (*deed)(void *state);
	enum sandbox_kind kind;
} crimes[] = {
	{"open", opens, SANDBOX_WORKER},
	{"open", opens_its_own, SANDBOX_WORKER},
	{"socket", makes_a_socket, SANDBOX_WORKER},
	{"clone", forks, SANDBOX_WORKER},
	{"execve", executes, SANDBOX_WORKER},
	{"mprotect", makes_code, SANDBOX_WORKER},
	{"mmap", maps_code, SANDBOX_WORKER},
	{"kill", signals_its_parent, SANDBOX_WORKER},
	{"setuid", becomes_root, SANDBOX_WORKER},
	{"fcntl", has_signals_sent, SANDBOX_WORKER},
	{"unlinkat", removes, SANDBOX_WORKER},
	{"unshare", leaves_its_name_space, SANDBOX_WORKER},
	{"open", makes_a_file, SANDBOX_HELPER},
	{"open", writes_its_own, SANDBOX_HELPER},
	{"unlinkat", removes, SANDBOX_HELPER},
	{"socket", makes_a_socket, SANDBOX_HELPER},
	{"clone", forks, SANDBOX_HELPER},
	{"execve", executes, SANDBOX_HELPER},
	{"mprotect", makes_code, SANDBOX_HELPER},
	{"kill", signals_its_parent, SANDBOX_HELPER},
	{"setuid", becomes_root, SANDBOX_HELPER},
	{"fcntl", has_signals_sent, SANDBOX_HELPER},
};

/* libc may use another call of the same beginning: openat, fork. */
static bool is_named(const char *said, const char *call)
{
	static const char start[] = "made the call ";
	const char *at = strstr(said, start);

	if (at == NULL)
		return false;
	at += sizeof start - 1;
	return strncmp(at, call, strlen(call)) == 0 ||
	       (strcmp(call, "clone") == 0 && strncmp(at, "fork", 4) == 0);
}

static void a_forbidden_call_is_named_and_deadly(void **state)
{
	struct prison prison = {.kind = SANDBOX_WORKER,
		.layers = SANDBOX_PRIVILEGES | SANDBOX_SECCOMP,
		.beneath = beneath};

	(void)state;
	if (!prison_has(&prison))
		skip();
	for (size_t i = 0; i < sizeof crimes / sizeof *crimes; i++) {
		const struct crime *crime = &crimes[i];
		struct prison_end end;

		prison.kind = crime->kind;
		end = prison_run(&prison, crime->deed, NULL);
		if (end.signal != SIGSYS || !is_named(end.said, crime->call))
			fail_msg("case %zu, %s: ended with %d, signal %d: '%s'",
				i, crime->call, end.status, end.signal,
				end.said);
	}
}

/* The filter stops the process with privileges, too. */
static void without_the_layers_all_of_it_works(void **state)
{
	struct prison free = {.layers = 0, .beneath = beneath};

	(void)state;
	for (size_t i = 0; i < sizeof crimes / sizeof *crimes; i++) {
		struct prison_end end;

		if (crimes[i].deed == becomes_root ||
			crimes[i].deed == removes ||
			crimes[i].deed == leaves_its_name_space)
			continue;
		end = prison_run(&free, crimes[i].deed, NULL);
		if (end.status != 0)
			fail_msg("case %zu, %s: %d", i, crimes[i].call,
				end.status);
	}
	assert_int_equal(prison_run(&free, connects, NULL).status, 0);
	assert_int_equal(prison_run(&free, binds, NULL).status, 0);
	assert_int_equal(prison_run(&free, looks, NULL).status, 0);
	assert_int_equal(
		prison_run(&free, opens_by_old_directory, NULL).status, 0);
}

static void a_helper_opens_to_read(void **state)
{
	struct prison prison = {.kind = SANDBOX_HELPER,
		.layers = SANDBOX_PRIVILEGES | SANDBOX_SECCOMP,
		.beneath = beneath};

	(void)state;
	if (!prison_has(&prison))
		skip();
	assert_int_equal(prison_run(&prison, opens_its_own, NULL).status, 0);
	assert_int_equal(prison_run(&prison, looks, NULL).status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_the_layers_all_of_it_works),
		cmocka_unit_test(a_forbidden_call_is_named_and_deadly),
		cmocka_unit_test(a_helper_opens_to_read),
	};

	return cmocka_run_group_tests_name(
		"sys/sandbox_filter", tests, make, unmake);
}
