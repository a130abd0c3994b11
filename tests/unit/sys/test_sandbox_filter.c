/*
 * test_sandbox_filter.c - a call that is in no line of the table ends the
 * process, and is named.
 */
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): glibc's name */
#include "deeds.h"

#include <sys/ioctl.h>
#include <sys/syscall.h>

/* ---- deeds that only the arguments make a crime ---- */

static int signals_a_thread_of_another(void *state)
{
	(void)state;
	return result((int)syscall(SYS_tgkill, parent, parent, 0));
}

static int queues_a_signal_for_another(void *state)
{
	siginfo_t info = {.si_code = SI_QUEUE};

	(void)state;
	return result((int)syscall(SYS_rt_sigqueueinfo, parent, 0, &info));
}

static int has_a_signal_at_every_byte(void *state)
{
	(void)state;
	return result(fcntl(0, F_SETFL, O_ASYNC));
}

static int asks_a_terminal(void *state)
{
	int count;

	(void)state;
	(void)ioctl(STDERR_FILENO, FIONREAD, &count);
	return 0;
}

static int asks_what_is_unsent(void *state)
{
	int count;

	(void)state;
	(void)ioctl(STDERR_FILENO, TIOCOUTQ, &count);
	return 0;
}

static int filters_a_socket(void *state)
{
	(void)state;
	(void)setsockopt(listener, SOL_SOCKET, SO_ATTACH_FILTER, NULL, 0);
	return 0;
}

static int sets_the_time_of_another(void *state)
{
	(void)state;
	return result(utimensat(beneath, "file", NULL, 0));
}

static int makes_a_process_by_clone3(void *state)
{
	struct {
		uint64_t flags, more[7];
	} arguments = {.flags = 0, .more = {0, 0, 0, SIGCHLD}};
	long pid = syscall(SYS_clone3, &arguments, sizeof arguments);

	(void)state;
	if (pid == 0)
		_exit(0);
	return result((int)pid);
}

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
	{"newfstatat", looks, SANDBOX_WORKER},
	{"tgkill", signals_a_thread_of_another, SANDBOX_WORKER},
	{"rt_sigqueueinfo", queues_a_signal_for_another, SANDBOX_WORKER},
	{"fcntl", has_a_signal_at_every_byte, SANDBOX_WORKER},
	{"ioctl", asks_a_terminal, SANDBOX_WORKER},
	{"ioctl", asks_what_is_unsent, SANDBOX_WORKER},
	{"setsockopt", filters_a_socket, SANDBOX_WORKER},
	{"utimensat", sets_the_time_of_another, SANDBOX_HELPER},
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

/* Its flags are in memory: libc is told that there is no such call. */
static void nobody_is_made_by_clone3(void **state)
{
	struct prison prison = {.kind = SANDBOX_WORKER,
		.layers = SANDBOX_PRIVILEGES | SANDBOX_SECCOMP,
		.beneath = beneath};

	(void)state;
	if (!prison_has(&prison))
		skip();
	assert_int_equal(
		prison_run(&prison, makes_a_process_by_clone3, NULL).status,
		ENOSYS);
	prison.layers = 0;
	assert_int_equal(
		prison_run(&prison, makes_a_process_by_clone3, NULL).status, 0);
}

#ifdef __x86_64__
/* Number 20 is getpid() for i386, and writev(), which is allowed, for us. */
static int calls_as_i386(void *state)
{
	long result_of_it;

	(void)state;
	__asm__ volatile("int $0x80"
			 : "=a"(result_of_it)
			 : "a"(20L)
			 : "memory");
	return result_of_it > 0 ? 0 : 1;
}

static int calls_as_x32(void *state)
{
	(void)state;
	return syscall(0x40000000 + SYS_getpid) > 0 ? 0 : 1;
}

/* The same numbers mean other calls there. */
static void calls_of_other_architectures_are_deadly(void **state)
{
	struct prison prison = {.kind = SANDBOX_WORKER,
		.layers = SANDBOX_PRIVILEGES | SANDBOX_SECCOMP,
		.beneath = beneath};
	struct prison free = {.layers = 0, .beneath = beneath};

	(void)state;
	if (!prison_has(&prison))
		skip();
	assert_int_equal(
		prison_run(&prison, calls_as_x32, NULL).signal, SIGSYS);
	/* Not every kernel runs such programs. */
	if (prison_run(&free, calls_as_i386, NULL).status == 0)
		assert_int_equal(
			prison_run(&prison, calls_as_i386, NULL).signal,
			SIGSYS);
}
#endif

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
		cmocka_unit_test(nobody_is_made_by_clone3),
#ifdef __x86_64__
		cmocka_unit_test(calls_of_other_architectures_are_deadly),
#endif
		cmocka_unit_test(a_helper_opens_to_read),
	};

	return cmocka_run_group_tests_name(
		"sys/sandbox_filter", tests, make, unmake);
}
