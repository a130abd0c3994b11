/*
 * helpers.c - idle and busy helpers, and tasks that wait for one.
 */
#include "files/helpers.h"

#include <errno.h>
#include <stdlib.h>

#include "base/bug.h"
#include "base/control.h"
#include "files/folder.h"
#include "files/namehash.h"
#include "files/slowdirs.h"
#include "loop/journal.h"
#include "loop/loop.h"
#include "sys/sys.h"

enum {
	SLOW_AFTER = 10,  /* ms: an answer that took longer was slow */
	ASK_AGAIN = 1000, /* ms until the master is asked for one again */
	/* Includes those that are replaced before their death is seen. */
	PLACES = 2 * HELPERS_MAX,
	NOBODY = -1 /* the number of one that was replaced */
};

struct helper {
	int channel; /* -1: unused */
	int64_t number;
	struct task *task; /* NULL: idle */
};

struct helpers {
	int master;
	int tick; /* a descriptor only used as a row with a deadline */
	struct helper helper[PLACES];
	size_t count;              /* helpers that are alive */
	struct task *head, **tail; /* the line */
	size_t line;               /* tasks in it */
	struct slowdirs slowdirs;
	int64_t asked_more; /* until then the master is not asked again */
};

static void on_idle_helper(int fd, short revents, void *state);
static void on_line_waits(int fd, short revents, void *state);
static void send_tasks(struct helpers *pool);

struct helpers *helpers_open(int master)
{
	struct helpers *pool = calloc(1, sizeof *pool);

	if (!pool)
		return NULL;
	pool->tick = sys_dup(master);
	if (pool->tick < 0) {
		free(pool);
		return NULL;
	}
	pool->master = master;
	pool->tail = &pool->head;
	for (size_t i = 0; i < PLACES; i++)
		pool->helper[i].channel = -1;
	return pool;
}

void helpers_shut(struct helpers *pool)
{
	for (size_t i = 0; i < PLACES; i++)
		if (pool->helper[i].channel >= 0)
			cont_close(pool->helper[i].channel);
	cont_close(pool->tick);
	free(pool);
}

static void tell_master(
	struct helpers *pool, enum control_kind kind, uint32_t number)
{
	struct control message = {.kind = kind, .number = number};

	/* An error means that the master is dead, which is noticed soon. */
	(void)sys_tell(pool->master, &message, sizeof message);
}

/* ---- directories that are slow ---- */

/* One that was slow and answered may have a helper all the same, if it has
 * none: a moment's delay must not make it wait for those that hang. */
static bool must_wait(const struct helpers *pool, uint32_t directory)
{
	if (!slowdirs_is(&pool->slowdirs, directory))
		return false;
	if (slowdirs_hangs(&pool->slowdirs, directory))
		return true;
	for (size_t i = 0; i < PLACES; i++) {
		const struct task *task = pool->helper[i].task;

		if (task && task->directory == directory)
			return true;
	}
	return false;
}

static bool is_at_it_for_long(const struct task *task)
{
	return loop_now() - task->since > SLOW_AFTER;
}

/* Before it is given up, so that it does not get every helper. */
static void note_those_that_hang(struct helpers *pool)
{
	for (size_t i = 0; i < PLACES; i++) {
		const struct task *task = pool->helper[i].task;

		if (task && is_at_it_for_long(task))
			slowdirs_note(&pool->slowdirs, task->directory, true);
	}
}

/* Helpers with a task for a slow directory, or with one that takes long. */
static size_t count_slow_busy(const struct helpers *pool)
{
	size_t busy = 0;

	for (size_t i = 0; i < PLACES; i++) {
		const struct task *task = pool->helper[i].task;

		busy += task &&
			(slowdirs_is(&pool->slowdirs, task->directory) ||
				is_at_it_for_long(task));
	}
	return busy;
}

/* ---- the line ---- */

static void stand_in_line(struct helpers *pool, struct task *task)
{
	task->behind = NULL;
	*pool->tail = task;
	pool->tail = &task->behind;
	pool->line++;
}

static void stand_at_head(struct helpers *pool, struct task *task)
{
	task->behind = pool->head;
	pool->head = task;
	if (!task->behind)
		pool->tail = &task->behind;
	pool->line++;
}

/* Takes the first task that may be given to a helper; one for a slow
 * directory may not while half of the helpers have such tasks. */
static struct task *take_from_line(struct helpers *pool)
{
	bool slow_may;

	note_those_that_hang(pool);
	slow_may = count_slow_busy(pool) < (pool->count + 1) / 2;
	for (struct task **at = &pool->head; *at; at = &(*at)->behind) {
		struct task *task = *at;

		if (!slow_may && must_wait(pool, task->directory))
			continue;
		*at = task->behind;
		if (!*at)
			pool->tail = at;
		pool->line--;
		return task;
	}
	return NULL;
}

/* ---- adding and removing helpers ---- */

static struct helper *find_idle(struct helpers *pool)
{
	for (size_t i = 0; i < PLACES; i++)
		if (pool->helper[i].channel >= 0 && !pool->helper[i].task)
			return &pool->helper[i];
	return NULL;
}

static void retire(struct helpers *pool, struct helper *helper)
{
	BUG_UNLESS(!helper->task);
	cont_close(helper->channel);
	helper->channel = -1;
	pool->count--;
}

/* Lets a helper wait for a task; one beyond HELPERS_MIN not for long. */
static void rest(struct helpers *pool, struct helper *helper)
{
	cont_save(helper->channel, POLLIN,
		pool->count > HELPERS_MIN ? WITHIN_SPARE : WITHIN_FOREVER,
		then(on_idle_helper, pool));
}

/* An idle helper sends nothing: it has died, or it was idle for long and there
 * are more than HELPERS_MIN. Closing its channel ends the process. */
static void on_idle_helper(int fd, short revents, void *state)
{
	struct helpers *pool = state;
	size_t i = 0;

	while (i < PLACES && pool->helper[i].channel != fd)
		i++;
	BUG_UNLESS(i < PLACES);
	if (revents == 0 && pool->count <= HELPERS_MIN)
		rest(pool, &pool->helper[i]);
	else
		retire(pool, &pool->helper[i]);
}

void helpers_add(struct helpers *pool, int channel, uint32_t number)
{
	struct helper *place = NULL;

	for (size_t i = 0; i < PLACES; i++) {
		struct helper *helper = &pool->helper[i];

		if (helper->channel < 0)
			place = helper;
		/* The old one's death is not seen yet: it keeps its task
		 * until the end of file on its channel. */
		else if (helper->number == number)
			helper->number = NOBODY;
	}
	pool->asked_more = 0;
	if (!place) {
		cont_close(channel);
		return;
	}
	*place = (struct helper){.channel = channel, .number = number};
	pool->count++;
	rest(pool, place);
	send_tasks(pool);
}

size_t helpers_count(const struct helpers *pool)
{
	return pool->count;
}

size_t helpers_line(const struct helpers *pool)
{
	return pool->line;
}

/* ---- giving tasks, taking answers ---- */

static void send_task(struct helper *helper, struct task *task)
{
	struct job job;
	bool fits = job_make(&job, task->path, task->flags);

	BUG_UNLESS(fits);
	task->since = loop_now();
	task->helper = helper;
	helper->task = task;
	/* If sending fails the helper has died; this is not a try, and its
	 * channel reports it next turn. */
	if (sys_tell(helper->channel, &job, job_size(&job)) == 0)
		task->tries++;
	cont_save(helper->channel, POLLIN, WITHIN_HELPER, task->next);
}

static void send_tasks(struct helpers *pool)
{
	struct helper *helper;
	struct task *task;

	while ((helper = find_idle(pool)) != NULL) {
		task = take_from_line(pool);
		if (!task)
			break;
		send_task(helper, task);
	}
	if (pool->head && !cont_is_saved(pool->tick))
		cont_save(pool->tick, PARKED, WITHIN_RETRY,
			then(on_line_waits, pool));
}

/* A task has waited in line for WITHIN_RETRY: asks for one more helper. */
static void on_line_waits(int fd, short revents, void *state)
{
	struct helpers *pool = state;

	(void)revents;
	cont_drop(fd);
	if (pool->head && pool->asked_more <= loop_now() &&
		pool->count < HELPERS_MAX) {
		tell_master(pool, CONTROL_MORE, 0);
		pool->asked_more = loop_now() + ASK_AGAIN;
	}
	send_tasks(pool);
}

int helpers_ask(struct helpers *pool, struct task *task)
{
	if (pool->line >= HELPERS_LINE_MAX)
		return -1;
	task->tries = 0;
	task->helper = NULL;
	task->directory = namehash(folder_path(task->path, task->flags), 0);
	stand_in_line(pool, task);
	send_tasks(pool);
	return 0;
}

/* Receives the helper's answer. -1: it is dead, or the answer is invalid. */
static int hear(struct helper *helper, struct found *found, int *fd)
{
	ssize_t len = sys_hear(helper->channel, found, sizeof *found, fd);

	if (len < 0 && errno == EMFILE) {
		*found = (struct found){.kind = FOUND_SHORTAGE};
		return 0;
	}
	if (len > 0 && found_is_valid(found, (size_t)len, *fd >= 0))
		return 0;
	if (len >= 0 && *fd >= 0) {
		cont_close(*fd);
		*fd = -1;
	}
	return -1;
}

/* Removes the helper that has this task. */
static void dismiss(struct helpers *pool, struct task *task)
{
	struct helper *helper = task->helper;

	helper->task = NULL;
	task->helper = NULL;
	retire(pool, helper);
}

static enum helpers_answer give_up(struct helpers *pool, struct task *task)
{
	struct helper *helper = task->helper;

	journal_say("helper %lld has not answered for %lld ms and is replaced",
		(long long)helper->number,
		(long long)(loop_now() - task->since));
	slowdirs_note(&pool->slowdirs, task->directory, true);
	if (helper->number != NOBODY)
		tell_master(pool, CONTROL_STUCK, (uint32_t)helper->number);
	dismiss(pool, task);
	send_tasks(pool);
	return HELPERS_LATE;
}

static enum helpers_answer mourn(struct helpers *pool, struct task *task)
{
	bool again = task->tries < HELPERS_TRIES;

	dismiss(pool, task);
	if (again)
		stand_at_head(pool, task);
	send_tasks(pool);
	return again ? HELPERS_AGAIN : HELPERS_FAILED;
}

enum helpers_answer helpers_take(struct helpers *pool, struct task *task,
	short revents, struct found *found, int *fd)
{
	struct helper *helper = task->helper;

	BUG_UNLESS(helper && helper->task == task);
	*fd = -1;
	if (revents == 0)
		return give_up(pool, task);
	if (hear(helper, found, fd) < 0)
		return mourn(pool, task);
	task->tries -= found->kind == FOUND_MOVED && task->tries > 0;
	if (found->kind == FOUND_MOVED) /* it did not try, and ends */
		return mourn(pool, task);
	if (is_at_it_for_long(task))
		slowdirs_note(&pool->slowdirs, task->directory, false);
	helper->task = NULL;
	task->helper = NULL;
	rest(pool, helper);
	send_tasks(pool);
	return HELPERS_ANSWERED;
}
