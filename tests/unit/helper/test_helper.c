/* test_helper.c - the life of a helper, over a real channel. */
#include "helper/helper.h"

#include "looking.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/fdpass.h"

enum { NOBODY = 65534 };

static struct ground ground;
static char root_path[128];
static struct site site;

static int make(void **state)
{
	(void)state;
	ground_make(&ground);
	ground_file(&ground, "root/file", "a file");
	ground_file(&ground, "root/index.html", "an index");
	ground_directory(&ground, "root/dir");
	snprintf(root_path, sizeof(root_path), "%s/root", ground.path);
	site = (struct site){.root = root_path, .index = {"index.html", 10}};
	return 0;
}

static int unmake(void **state)
{
	(void)state;
	ground_remove(&ground);
	return 0;
}

/* ---- a helper in a thread, and its other side ---- */

struct run {
	pthread_t thread;
	int channel; /* the helper's end */
	int root;
	int status;
	int ours; /* the loop's end */
};

static bool is_bound; /* those that are started */

static int run_at(int channel, int root)
{
	return helper_run(&(struct helper_setup){
		.channel = channel,
		.root = root,
		.is_bound = is_bound,
		.site = &site,
	});
}

static void *run_helper(void *arg)
{
	struct run *run = arg;

	run->status = run_at(run->channel, run->root);
	/* As if the process ended. */
	close(run->channel);
	return NULL;
}

static void start(struct run *run)
{
	int ends[2];

	assert_int_equal(fdpass_pair(ends), 0);
	run->ours = ends[0];
	run->channel = ends[1];
	run->root = open(root_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(run->root >= 0);
	assert_int_equal(
		pthread_create(&run->thread, NULL, run_helper, run), 0);
}

static int join(struct run *run)
{
	assert_int_equal(pthread_join(run->thread, NULL), 0);
	return run->status;
}

/* The other side dies. */
static int finish(struct run *run)
{
	close(run->ours);
	return join(run);
}

static void send_job(int channel, const char *path, bool slash)
{
	struct job job;

	assert_true(job_make(&job, slice_text(path), slash ? JOB_SLASH : 0));
	assert_int_equal(fdpass_send(channel, &job, job_size(&job), -1), 0);
}

/* Receives an answer; its file, if any, is read into text and closed. */
static enum found_kind take_answer(int channel, char *text, size_t cap)
{
	struct found found;
	int fd = -1;
	ssize_t len = fdpass_recv(channel, &found, sizeof(found), &fd);

	assert_true(len >= 0);
	assert_true(found_is_valid(&found, (size_t)len, fd >= 0));
	*text = '\0';
	if (fd >= 0) {
		read_text(fd, text, cap);
		close(fd);
	}
	return (enum found_kind)found.kind;
}

static void expect_answer(int channel, const char *path, bool slash,
	enum found_kind kind, const char *text)
{
	char got[64];

	send_job(channel, path, slash);
	assert_int_equal(take_answer(channel, got, sizeof(got)), kind);
	assert_string_equal(got, text);
}

/* ---- jobs ---- */

static void a_job_is_answered_and_then_the_next(void **state)
{
	size_t before = descriptors_open();
	struct run run;

	(void)state;
	start(&run);
	for (int i = 0; i < 100; i++) {
		expect_answer(run.ours, "file", false, FOUND_FILE, "a file");
		expect_answer(run.ours, "", true, FOUND_FILE, "an index");
		expect_answer(run.ours, "dir", false, FOUND_DIRECTORY, "");
		expect_answer(run.ours, "missing", false, FOUND_NOTHING, "");
	}
	assert_int_equal(finish(&run), 0);
	assert_int_equal(descriptors_open(), before);
}

static void the_helper_keeps_no_copy_of_a_file(void **state)
{
	struct run run;
	size_t before;

	(void)state;
	start(&run);
	before = descriptors_open();
	for (int i = 0; i < 100; i++)
		expect_answer(run.ours, "file", false, FOUND_FILE, "a file");
	/* One more answer, so that the copy before it is closed. */
	expect_answer(run.ours, "missing", false, FOUND_NOTHING, "");
	assert_int_equal(descriptors_open(), before);
	assert_int_equal(finish(&run), 0);
}

static void what_is_no_job_ends_the_helper(void **state)
{
	static const struct {
		uint32_t len;
		uint32_t flags;
		const char *path;
		size_t size; /* of the message */
	} jobs[] = {
		{0, 0, "", 1},
		{0, 0, "", 7},
		{1, 0, "", 8},
		{0, 0, "a", 9},
		{0, JOB_FLAGS + 1, "", 8},
		{0, JOB_LISTING, "", 8},
		{1, 0, "/", 9},
		{2, 0, "..", 10},
		{7, 0, "../file", 15},
		{UINT32_MAX, 0, "a", 9},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		size_t before = descriptors_open();
		struct job job = {.len = jobs[i].len, .flags = jobs[i].flags};
		struct found found;
		struct run run;
		int fd;

		start(&run);
		strcpy(job.path, jobs[i].path);
		assert_int_equal(
			fdpass_send(run.ours, &job, jobs[i].size, -1), 0);
		assert_int_equal(join(&run), 1);
		assert_int_equal(
			fdpass_recv(run.ours, &found, sizeof(found), &fd), 0);
		close(run.ours);
		assert_int_equal(descriptors_open(), before);
	}
}

static void a_job_too_long_ends_the_helper(void **state)
{
	static char message[sizeof(struct job) + 1];
	struct run run;

	(void)state;
	start(&run);
	assert_int_equal(
		fdpass_send(run.ours, message, sizeof(message), -1), 0);
	assert_int_equal(join(&run), 1);
	close(run.ours);
}

static void a_job_with_a_descriptor_ends_the_helper(void **state)
{
	size_t before = descriptors_open();
	struct job job;
	struct run run;

	(void)state;
	assert_true(job_make(&job, SLICE("file"), 0));
	start(&run);
	assert_int_equal(
		fdpass_send(run.ours, &job, job_size(&job), run.ours), 0);
	assert_int_equal(join(&run), 1);
	close(run.ours);
	assert_int_equal(descriptors_open(), before);
}

/* ---- the other side ---- */

static void the_end_of_the_loop_ends_the_helper(void **state)
{
	size_t before = descriptors_open();
	struct run run;

	(void)state;
	start(&run);
	assert_int_equal(finish(&run), 0);

	start(&run);
	expect_answer(run.ours, "file", false, FOUND_FILE, "a file");
	assert_int_equal(finish(&run), 0);
	assert_int_equal(descriptors_open(), before);
}

/* Whichever comes first: the answer meets a closed channel, or waits in it
 * unread. */
static void a_loop_that_dies_before_the_answer_is_no_failure(void **state)
{
	size_t before = descriptors_open();

	(void)state;
	for (int i = 0; i < 200; i++) {
		struct run run;

		start(&run);
		send_job(run.ours, "file", false);
		assert_int_equal(finish(&run), 0);
	}
	assert_int_equal(descriptors_open(), before);
}

/* ---- the root ---- */

static void a_deploy_by_swapping_a_link_is_seen(void **state)
{
	char linked[160];
	struct run run;
	size_t before;

	(void)state;
	ground_directory(&ground, "old");
	ground_file(&ground, "old/file", "old");
	ground_directory(&ground, "new");
	ground_file(&ground, "new/file", "new");
	ground_link(&ground, "current", "old");
	snprintf(linked, sizeof(linked), "%s/current", ground.path);
	site.root = linked;
	before = descriptors_open();
	start(&run);

	/* Whatever it was started with: the path counts. */
	expect_answer(run.ours, "file", false, FOUND_FILE, "old");
	ground_link(&ground, "next", "new");
	ground_rename(&ground, "next", "current");
	expect_answer(run.ours, "file", false, FOUND_FILE, "new");
	ground_link(&ground, "next", "old");
	ground_rename(&ground, "next", "current");
	expect_answer(run.ours, "file", false, FOUND_FILE, "old");

	assert_int_equal(finish(&run), 0);
	site.root = root_path;
	assert_int_equal(descriptors_open(), before);
}

/* It can read beneath the old directory only: another has to do the job. */
static void who_is_bound_leaves_a_moved_root(void **state)
{
	char linked[160];
	struct run run;

	(void)state;
	is_bound = true;
	start(&run);
	expect_answer(run.ours, "file", false, FOUND_FILE, "a file");
	assert_int_equal(finish(&run), 0);

	ground_link(&ground, "bound", "old");
	snprintf(linked, sizeof(linked), "%s/bound", ground.path);
	site.root = linked;
	start(&run);
	expect_answer(run.ours, "file", false, FOUND_MOVED, "");
	/* It has ended, and its channel with it. */
	assert_int_equal(finish(&run), 0);
	is_bound = false;
	site.root = root_path;
}

/* A file in the place of the root is no root that another could begin with. */
static void who_is_bound_stays_when_the_root_is_gone(void **state)
{
	char path[160];
	struct run run;

	(void)state;
	ground_file(&ground, "no-root", "a file");
	snprintf(path, sizeof(path), "%s/no-root", ground.path);
	is_bound = true;
	site.root = path;
	start(&run);
	expect_answer(run.ours, "file", false, FOUND_FILE, "a file");
	assert_int_equal(finish(&run), 0);
	is_bound = false;
	site.root = root_path;
}

static void without_its_path_the_root_stays(void **state)
{
	struct run run;

	(void)state;
	start(&run);
	expect_answer(run.ours, "file", false, FOUND_FILE, "a file");

	ground_rename(&ground, "root", "away");
	expect_answer(run.ours, "file", false, FOUND_FILE, "a file");
	ground_file(&ground, "root", "a file in the root's place");
	expect_answer(run.ours, "file", false, FOUND_FILE, "a file");

	assert_int_equal(unlinkat(ground.dir, "root", 0), 0);
	ground_rename(&ground, "away", "root");
	expect_answer(run.ours, "file", false, FOUND_FILE, "a file");
	assert_int_equal(finish(&run), 0);
}

/* ---- shortages ---- */

/* Puts descriptors under way until the system allows no more of them. False
 * when it has no such limit for us. */
static bool exhaust_descriptors_under_way(void)
{
	const struct rlimit few = {.rlim_cur = 16, .rlim_max = 16};
	int ends[2];

	if (geteuid() == 0 && setuid(NOBODY) != 0)
		return false;
	if (setrlimit(RLIMIT_NOFILE, &few) != 0 || fdpass_pair(ends) != 0)
		return false;
	for (int i = 0; i < 64; i++) {
		if (fdpass_try_send(ends[0], "", 1, ends[1]) != 0)
			return errno == ETOOMANYREFS;
	}
	return false;
}

/* In a process of its own: the limit is one of a user without privileges. */
static pid_t start_exhausted(int ends[2])
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		int root = open(root_path, O_RDONLY | O_DIRECTORY);
		bool ready = exhaust_descriptors_under_way();

		close(ends[0]);
		if (fdpass_send(ends[1], ready ? "y" : "n", 1, -1) != 0)
			_exit(1);
		_exit(ready ? run_at(ends[1], root) : 0);
	}
	close(ends[1]);
	return pid;
}

static void a_file_that_cannot_be_passed_is_a_shortage(void **state)
{
	char ready = 0;
	int ends[2];
	int status;
	pid_t pid;
	int fd;

	(void)state;
	assert_int_equal(fdpass_pair(ends), 0);
	pid = start_exhausted(ends);
	assert_int_equal(fdpass_recv(ends[0], &ready, 1, &fd), 1);
	if (ready == 'y') {
		expect_answer(ends[0], "file", false, FOUND_SHORTAGE, "");
		expect_answer(ends[0], "missing", false, FOUND_NOTHING, "");
		expect_answer(ends[0], "file", false, FOUND_SHORTAGE, "");
	}
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	if (ready != 'y') {
		print_message("no limit on descriptors under way here\n");
		skip();
	}
}

/* In a process of its own, as no limit of this kind is ever lifted. */
static void a_limit_on_file_sizes_does_not_kill(void **state)
{
	const struct rlimit few = {.rlim_cur = 100, .rlim_max = 100};
	int ends[2];
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(fdpass_pair(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int root = open(root_path, O_RDONLY | O_DIRECTORY);

		close(ends[0]);
		if (setrlimit(RLIMIT_FSIZE, &few) != 0)
			_exit(2);
		_exit(run_at(ends[1], root));
	}
	close(ends[1]);
	for (int i = 0; i < 2; i++) {
		struct job job;
		char text[64];

		assert_true(
			job_make(&job, SLICE("dir"), JOB_SLASH | JOB_LISTING));
		assert_int_equal(
			fdpass_send(ends[0], &job, job_size(&job), -1), 0);
		assert_int_equal(take_answer(ends[0], text, sizeof(text)),
			FOUND_SHORTAGE);
		expect_answer(ends[0], "file", false, FOUND_FILE, "a file");
	}
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_job_is_answered_and_then_the_next),
		cmocka_unit_test(the_helper_keeps_no_copy_of_a_file),
		cmocka_unit_test(what_is_no_job_ends_the_helper),
		cmocka_unit_test(a_job_too_long_ends_the_helper),
		cmocka_unit_test(a_job_with_a_descriptor_ends_the_helper),
		cmocka_unit_test(the_end_of_the_loop_ends_the_helper),
		cmocka_unit_test(
			a_loop_that_dies_before_the_answer_is_no_failure),
		cmocka_unit_test(a_deploy_by_swapping_a_link_is_seen),
		cmocka_unit_test(who_is_bound_leaves_a_moved_root),
		cmocka_unit_test(who_is_bound_stays_when_the_root_is_gone),
		cmocka_unit_test(without_its_path_the_root_stays),
		cmocka_unit_test(a_file_that_cannot_be_passed_is_a_shortage),
		cmocka_unit_test(a_limit_on_file_sizes_does_not_kill),
	};

	return cmocka_run_group_tests_name(
		"helper/helper", tests, make, unmake);
}
