/*
 * test_sandbox.c - each layer alone forbids what it is there to forbid.
 *
 * What a layer forbids is tried twice: by somebody who is free, for whom it
 * must work, and by somebody in that layer and no other.
 */
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): glibc's name */
#include "deeds.h"

#include <sys/prctl.h>
#include <sys/syscall.h>

/* ---- what there is ---- */

/* A field of our own status that is a number in hexadecimal. */
static unsigned long long read_status(const char *field)
{
	FILE *file = fopen("/proc/self/status", "r");
	unsigned long long value = 1;
	char line[256];
	size_t len = strlen(field);

	while (file && fgets(line, sizeof line, file))
		if (strncmp(line, field, len) == 0)
			value = strtoull(line + len + 1, NULL, 16);
	if (file)
		fclose(file);
	return value;
}

static long landlock_version(void)
{
	return syscall(444, NULL, 0, 1);
}

static bool has_filters(void)
{
	return prctl(PR_SET_SECCOMP, 2, NULL) < 0 && errno == EFAULT;
}

static bool may_change_root(void)
{
	return (read_status("CapEff") >> 18 & 1) != 0 &&
	       access("/proc/self/fdinfo", F_OK) == 0;
}

/* The other tests pass over what cannot be entered. */
static void what_the_kernel_offers_is_entered(void **state)
{
	struct prison prison = {.kind = SANDBOX_WORKER, .beneath = -1};

	(void)state;
#ifdef CONTD_PORTABLE
	skip();
#endif
	if (strcmp(CONTD_SANDBOX, "off") == 0)
		skip();
	prison.layers = SANDBOX_PRIVILEGES;
	assert_true(prison_has(&prison));
#if defined(__x86_64__) || defined(__aarch64__)
	prison.layers = SANDBOX_PRIVILEGES | SANDBOX_SECCOMP;
	assert_true(!has_filters() || prison_has(&prison));
#endif
	prison.layers = SANDBOX_PRIVILEGES | SANDBOX_LANDLOCK;
	assert_true(landlock_version() < 1 || prison_has(&prison));
	prison.layers = SANDBOX_PRIVILEGES | SANDBOX_CHROOT;
	assert_true(!may_change_root() || prison_has(&prison));
	prison.kind = SANDBOX_HELPER;
	prison.layers = SANDBOX_PRIVILEGES | SANDBOX_LANDLOCK;
	assert_true(landlock_version() < 1 || prison_has(&prison));
}

/* ---- Landlock ---- */

static struct prison landlocked(enum sandbox_kind kind)
{
	return (struct prison){.kind = kind,
		.layers = SANDBOX_PRIVILEGES | SANDBOX_LANDLOCK,
		.beneath = beneath};
}

static void landlock_leaves_a_worker_nothing_to_open(void **state)
{
	struct prison worker = landlocked(SANDBOX_WORKER);

	(void)state;
	if (!prison_has(&worker))
		skip();
	expect(&worker, opens, "open", EACCES);
	expect(&worker, opens_its_own, "open by an old directory", EACCES);
	expect(&worker, removes, "unlink", EACCES);
	expect(&worker, executes, "execve", EACCES);
}

static void landlock_leaves_a_helper_its_directory_to_read(void **state)
{
	struct prison helper = landlocked(SANDBOX_HELPER);

	(void)state;
	if (!prison_has(&helper))
		skip();
	expect(&helper, opens_its_own, "open beneath", 0);
	expect(&helper, opens, "open outside", EACCES);
	expect(&helper, opens_by_old_directory, "open by ..", EACCES);
	expect(&helper, writes_its_own, "open to write", EACCES);
	expect(&helper, makes_a_file, "create", EACCES);
	expect(&helper, removes, "unlink", EACCES);
	expect(&helper, executes, "execve", EACCES);
	/* Links lead everywhere: everything may be read, nothing written. */
	helper.beneath = -1;
	expect(&helper, opens, "open outside, following links", 0);
	expect(&helper, makes_a_file, "create, following links", EACCES);
}

/* What the kernel's version of it does not know, it cannot forbid. */
static void landlock_leaves_no_ports_and_no_processes(void **state)
{
	struct prison prison = landlocked(SANDBOX_WORKER);

	(void)state;
	if (!prison_has(&prison))
		skip();
	for (int i = 0; i < 2; i++) {
		prison.kind = i == 0 ? SANDBOX_WORKER : SANDBOX_HELPER;
		if (landlock_version() >= 4) {
			expect(&prison, connects, "connect", EACCES);
			expect(&prison, binds, "bind", EACCES);
		}
		if (landlock_version() >= 6)
			expect(&prison, signals_its_parent, "kill", EPERM);
	}
}

/* ---- the empty root ---- */

static int sees_anything(void *state)
{
	static const char *const names[] = {"/etc", "/proc", "/dev", "/tmp",
		"/0", "/1", "/2", "..", "../..", "/../etc"};
	struct stat st;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (stat(names[i], &st) == 0)
			return 1;
	return open("/made", O_RDWR | O_CREAT, 0600) >= 0 ||
	       mkdir("/made", 0700) == 0;
}

static void the_root_of_a_worker_is_empty(void **state)
{
	struct prison worker = {.kind = SANDBOX_WORKER,
		.layers = SANDBOX_PRIVILEGES | SANDBOX_CHROOT,
		.beneath = -1};
	struct prison free = {.layers = 0, .beneath = -1};

	(void)state;
	expect(&free, sees_anything, "to see something", 1);
	for (int i = 0; i < 2; i++) {
		worker.uid = i == 0 || geteuid() != 0 ? 0 : SOMEBODY;
		if (!prison_has(&worker))
			skip();
		assert_int_not_equal(
			prison_run(&worker, looks, NULL).status, 0);
		assert_int_not_equal(
			prison_run(&worker, opens, NULL).status, 0);
		expect(&worker, sees_anything, "to see something", 0);
	}
}

/* ---- privileges ---- */

static int has_capabilities(void *state)
{
	(void)state;
	return read_status("CapEff") != 0 || read_status("CapPrm") != 0 ||
	       read_status("CapInh") != 0 || read_status("CapAmb") != 0 ||
	       read_status("CapBnd") != 0;
}

static int can_only_read_more(void *state)
{
	(void)state;
	return read_status("CapEff") == 4 && read_status("CapPrm") == 4 ? 0 : 1;
}

static int may_gain(void *state)
{
	(void)state;
	return read_status("NoNewPrivs") == 1 ? 0 : 1;
}

static void nobody_can_gain_privileges(void **state)
{
	static const enum sandbox_kind kinds[] = {
		SANDBOX_WORKER, SANDBOX_HELPER, SANDBOX_MASTER};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct prison prison = {.kind = kinds[i],
			.layers = SANDBOX_PRIVILEGES,
			.beneath = -1};
		struct prison free = {.layers = 0, .beneath = -1};

		if (!prison_has(&prison))
			skip();
		expect(&prison, may_gain, "to gain privileges", 0);
		if (read_status("NoNewPrivs") == 0)
			expect(&free, may_gain, "to gain privileges", 1);
	}
}

static void the_privileges_of_root_are_gone(void **state)
{
	struct prison prison = {.kind = SANDBOX_WORKER,
		.layers = SANDBOX_PRIVILEGES,
		.beneath = -1};
	struct prison free = {.layers = 0, .beneath = -1};

	(void)state;
	if (geteuid() != 0 || !prison_has(&prison))
		skip();
	expect(&free, has_capabilities, "capabilities", 1);
	expect(&prison, has_capabilities, "capabilities", 0);
	expect(&free, becomes_somebody, "setuid", 0);
	expect(&prison, becomes_somebody, "setuid", EPERM);
	/* It serves what root may read, and can do nothing else as root. */
	prison.kind = SANDBOX_HELPER;
	expect(&prison, becomes_somebody, "setuid", EPERM);
	if (read_status("CapEff") & 4)
		expect(&prison, can_only_read_more, "capabilities", 0);
	/* Who is not root any more has no way back. */
	prison.uid = SOMEBODY;
	expect(&prison, becomes_root, "setuid", EPERM);
}

/* Root is only laid aside: somebody could take it up again. */
static int enters_as_both(void *state)
{
	char text[256];
	struct buf trouble = buf_on(text, sizeof text);
	struct sandbox sandbox = {.kind = SANDBOX_WORKER,
		.layers = SANDBOX_PRIVILEGES,
		.beneath = -1};

	(void)state;
	if (seteuid(SOMEBODY) < 0)
		return errno;
	return sandbox_enter(&sandbox, &trouble) == 0 && trouble.len > 0 ? 0
									 : 1;
}

static void an_identity_that_is_left_is_noticed(void **state)
{
	struct prison prison = {.kind = SANDBOX_WORKER,
		.layers = SANDBOX_PRIVILEGES,
		.beneath = -1};
	struct prison free = {.layers = 0, .beneath = -1};

	(void)state;
	if (geteuid() != 0 || !prison_has(&prison))
		skip();
	expect(&free, enters_as_both, "to enter with two identities", 0);
}

/* ---- what they are called ---- */

static void the_layers_have_names(void **state)
{
	static const struct {
		unsigned layers;
		const char *names;
	} cases[] = {
		{0, "none"},
		{SANDBOX_PRIVILEGES, "none"},
		{SANDBOX_LANDLOCK, "landlock"},
		{SANDBOX_PRIVILEGES | SANDBOX_SECCOMP | SANDBOX_LANDLOCK |
				SANDBOX_CHROOT,
			"seccomp, landlock, chroot"},
		{SANDBOX_PLEDGE | SANDBOX_UNVEIL, "pledge, unveil"},
		{SANDBOX_CAPSICUM, "capsicum"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[100];
		struct buf b = buf_on(text, sizeof text);

		sandbox_describe(cases[i].layers, &b);
		buf_byte(&b, '\0');
		assert_string_equal(text, cases[i].names);
	}
}

static void half_of_it_is_not_enough(void **state)
{
	(void)state;
	assert_false(sandbox_is_enough(0));
	assert_false(sandbox_is_enough(SANDBOX_PRIVILEGES | SANDBOX_CHROOT));
	assert_false(sandbox_is_enough(SANDBOX_PRIVILEGES | SANDBOX_SECCOMP));
	assert_false(sandbox_is_enough(SANDBOX_PRIVILEGES | SANDBOX_LANDLOCK));
	assert_true(sandbox_is_rooted(SANDBOX_LANDLOCK));
	assert_false(sandbox_is_rooted(SANDBOX_SECCOMP));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_kernel_offers_is_entered),
		cmocka_unit_test(landlock_leaves_a_worker_nothing_to_open),
		cmocka_unit_test(
			landlock_leaves_a_helper_its_directory_to_read),
		cmocka_unit_test(landlock_leaves_no_ports_and_no_processes),
		cmocka_unit_test(the_root_of_a_worker_is_empty),
		cmocka_unit_test(nobody_can_gain_privileges),
		cmocka_unit_test(the_privileges_of_root_are_gone),
		cmocka_unit_test(an_identity_that_is_left_is_noticed),
		cmocka_unit_test(the_layers_have_names),
		cmocka_unit_test(half_of_it_is_not_enough),
	};

	return cmocka_run_group_tests_name("sys/sandbox", tests, make, unmake);
}
