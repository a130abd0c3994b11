/*
 * test_soak.c - everything at once, for long, and nothing is left of it.
 *
 * A crowd asks for all there is, in all the ways it knows, some of it slowly and
 * some of it half; names change, the log is rotated, and processes are killed.
 * Every byte is checked. In between all is quiet: then descriptors, memory and
 * processes are what they were after the first round.
 *
 * A counted number of rounds, or CONTD_SOAK minutes (script/soak).
 */
#include "support/crowd.h"
#include "support/e2e.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	GUESTS = 32,
	ROUNDS = 4,
	CHAPTERS = 6,  /* in a round, each with a deed before it */
	ANSWERS = 250, /* in a chapter */
	TEXTS = 200,
	DIRS = 10,
	PATTERNS = 6,
	VERSIONS = 8,
	VERSIONS_LEN = 4000 * CROWD_RECORD,
	TARGETS = TEXTS + PATTERNS + VERSIONS + 3,
	HELPERS = 4,
	MEMORY_MARGIN = 4096 /* KiB that all of them together may differ by */
};

static struct crowd_target targets[TARGETS];

/* ---- what is served ---- */

static struct crowd_target *first_version(void)
{
	return &targets[TEXTS + PATTERNS];
}

/* Whole under another name, then renamed, as files should be replaced. */
static void write_version(
	const struct tree *tree, const struct crowd_target *t, unsigned number)
{
	char *text = malloc(VERSIONS_LEN + 1);
	char path[TREE_PATH];

	assert_non_null(text);
	for (size_t i = 0; i < VERSIONS_LEN; i += CROWD_RECORD)
		snprintf(text + i, CROWD_RECORD + 1, "version %07u\n", number);
	tree_text(tree, ".new", text);
	snprintf(path, sizeof path, "%s", tree_path(tree, ".new"));
	assert_int_equal(rename(path, tree_path(tree, t->path + 1)), 0);
	free(text);
}

static void add_texts(const struct tree *tree)
{
	for (int i = 0; i < TEXTS; i++) {
		struct crowd_target *t = &targets[i];

		t->kind = CROWD_TEXT;
		snprintf(t->path, sizeof t->path, "/d%d", i % DIRS);
		if (i < DIRS)
			tree_dir(tree, t->path + 1);
		snprintf(t->path, sizeof t->path, "/d%d/f%d", i % DIRS, i);
		tree_text(tree, t->path + 1, t->path);
	}
}

static const struct tree *make_files(void)
{
	static const size_t lens[PATTERNS] = {
		1, 4095, 50000, 262145, 900000, 5000000};
	const struct tree *tree = tree_make();
	struct crowd_target *t = first_version() + VERSIONS;

	add_texts(tree);
	for (int i = 0; i < PATTERNS; i++) {
		struct crowd_target *p = &targets[TEXTS + i];

		*p = (struct crowd_target){
			.kind = CROWD_PATTERN, .len = lens[i]};
		snprintf(p->path, sizeof p->path, "/p%d.bin", i);
		tree_file(tree, p->path + 1, p->len);
	}
	for (int i = 0; i < VERSIONS; i++) {
		struct crowd_target *v = first_version() + i;

		*v = (struct crowd_target){
			.kind = CROWD_VERSIONS, .len = VERSIONS_LEN};
		snprintf(v->path, sizeof v->path, "/v%d.txt", i);
		write_version(tree, v, 0);
	}
	*t++ = (struct crowd_target){.path = "/d0/", .kind = CROWD_PAGE};
	*t++ = (struct crowd_target){.path = "/d1/none", .kind = CROWD_NONE};
	*t = (struct crowd_target){.path = "/none/none", .kind = CROWD_NONE};
	return tree;
}

/* ---- deeds ---- */

struct soak {
	const struct tree *tree;
	const struct tree *logs;
	struct server *s;
	struct crowd crowd;
	unsigned deeds;
	unsigned rotations;
	unsigned killed;
};

static bool are_complete(const struct soak *k)
{
	return procs_one(k->s->pid, "@worker") != 0 &&
	       procs_one(k->s->pid, "@logger") != 0 &&
	       procs_count(k->s->pid, "@helper") >= HELPERS;
}

static void kill_one(struct soak *k, const char *role)
{
	pid_t pids[PROCS_MAX];
	size_t count;

	AWAIT(are_complete(k));
	count = procs_children(k->s->pid, role, pids);
	/* A spare one may be leaving. */
	(void)kill(pids[crowd_roll(&k->crowd, count)], SIGKILL);
	k->killed++;
}

/* As logrotate does. */
static void rotate(struct soak *k)
{
	char path[TREE_PATH];

	AWAIT(are_complete(k));
	snprintf(path, sizeof path, "%s", tree_path(k->logs, "log"));
	assert_int_equal(rename(path, tree_path(k->logs, "log.1")), 0);
	/* A logger that has only begun may have opened it before. */
	AWAIT((kill(k->s->pid, SIGUSR1), access(path, F_OK) == 0));
	k->rotations++;
}

static void change(struct soak *k)
{
	for (int i = 0; i < VERSIONS; i++) {
		const struct crowd_target *v = first_version() + i;

		if (crowd_roll(&k->crowd, 3) == 0)
			(void)unlink(tree_path(k->tree, v->path + 1));
		else
			write_version(k->tree, v, ++k->deeds);
	}
}

static void do_something(struct soak *k, int chapter)
{
	static const char *const roles[] = {"@helper", "@logger", "@worker"};

	change(k);
	switch (chapter) {
	case 1:
	case 2:
	case 3:
		kill_one(k, roles[chapter - 1]);
		break;
	case 4:
		rotate(k);
		break;
	default:
		break;
	}
}

/* ---- rounds ---- */

/* Only who had a worker that was killed is cut off, or who asked for a file that
 * changed. */
static void play(struct soak *k)
{
	for (int i = 0; i < CHAPTERS; i++) {
		unsigned cut_offs = k->crowd.cut_offs;

		do_something(k, i);
		crowd_answers(&k->crowd, ANSWERS);
		crowd_each(&k->crowd);
		if (i != 3)
			assert_int_equal(k->crowd.cut_offs, cut_offs);
	}
	crowd_rest(&k->crowd);
	crowd_close(&k->crowd);
}

struct measures {
	size_t master, worker, logger; /* descriptors */
	long memory;                   /* KiB, without the helpers */
};

/* What is kept open, and in memory, is what has been asked for: everything. */
static void ask_for_all(struct soak *k)
{
	struct answer a = {0};
	struct client c;

	for (int i = 0; i < VERSIONS; i++)
		write_version(k->tree, first_version() + i, ++k->deeds);
	client_open(&c, k->s);
	for (int i = 0; i < TARGETS; i++) {
		bool there = targets[i].kind != CROWD_NONE;

		AWAIT((client_get(&c, targets[i].path, &a),
			a.status == (there ? 200 : 404)));
	}
	client_close(&c);
	answer_free(&a);
}

/* Helpers come and go: the worker has a channel to each. */
static struct measures measure(struct soak *k)
{
	pid_t worker, logger;
	struct measures m;

	AWAIT(are_complete(k) && procs_zombies(k->s->pid) == 0);
	worker = procs_one(k->s->pid, "@worker");
	logger = procs_one(k->s->pid, "@logger");
	m.master = procs_fds(k->s->pid);
	m.worker = procs_fds(worker) - procs_count(k->s->pid, "@helper");
	m.logger = procs_fds(logger);
	m.memory = procs_rss(k->s->pid) + procs_rss(worker) + procs_rss(logger);
	return m;
}

static bool holds_no_more(struct soak *k, const struct measures *before)
{
	struct measures now = measure(k);

	return now.master <= before->master && now.worker <= before->worker &&
	       now.logger <= before->logger;
}

static void is_as_before(struct soak *k, const struct measures *before)
{
	ask_for_all(k);
	AWAIT(holds_no_more(k, before));
	if (!server_is_sanitized())
		assert_true(
			measure(k).memory <= before->memory + MEMORY_MARGIN);
}

static void begin(struct soak *k)
{
	*k = (struct soak){.tree = make_files(), .logs = tree_make()};
	k->s = serve("--listing", "on", "--fresh", "20ms", "--memory", "16M",
		"--log-file", tree_path(k->logs, "log"), k->tree->path);
	k->s->hurt = true;
	crowd_open(&k->crowd, k->s, targets, TARGETS, GUESTS);
	k->crowd.wild = true;
}

static bool is_over(int rounds, int64_t until)
{
	return until > 0 ? await_now() >= until : rounds == ROUNDS;
}

static void nothing_is_left_of_it(void **state)
{
	static struct soak k;
	const char *minutes = getenv("CONTD_SOAK");
	int64_t until =
		minutes ? await_now() + 60000 * strtoll(minutes, NULL, 10) : 0;
	struct measures before, after;
	int rounds = 0;

	(void)state;
	begin(&k);
	play(&k);
	ask_for_all(&k);
	before = measure(&k);
	do {
		play(&k);
		is_as_before(&k, &before);
	} while (!is_over(++rounds, until));
	after = measure(&k);
	print_message("soak: %d rounds, %u answers, %u cut off, %u killed, %u "
		      "rotations; descriptors %zu %zu %zu, then %zu %zu %zu; "
		      "%ld KiB, then %ld\n",
		rounds, k.crowd.answers, k.crowd.cut_offs, k.killed,
		k.rotations, before.master, before.worker, before.logger,
		after.master, after.worker, after.logger, before.memory,
		after.memory);
	server_stop(k.s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(nothing_is_left_of_it),
	};

	return cmocka_run_group_tests_name("e2e/soak", tests, NULL, NULL);
}
