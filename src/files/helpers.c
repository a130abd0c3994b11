/*
 * helpers.c - idle and busy helpers, and errands that wait for one.
 */
#include "files/helpers.h"

#include <errno.h>
#include <stdlib.h>

#include "base/bug.h"
#include "base/control.h"
#include "files/folder.h"
#include "files/namehash.h"
#include "files/tardy.h"
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
	struct errand *errand; /* NULL: idle */
};

struct helpers {
	int master;
	int tick; /* a descriptor only used as a row with a deadline */
	struct helper helper[PLACES];
	size_t count;                /* helpers that are alive */
	struct errand *head, **tail; /* the line */
	size_t line;                 /* errands in it */
	struct tardy tardy;
	int64_t asked_more; /* until then the master is not asked again */
};

static void on_idle_helper(int fd, short revents, void *state);
static void on_line_waits(int fd, short revents, void *state);
static void send_errands(struct helpers *pool);

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
	if (!tardy_is(&pool->tardy, directory))
		return false;
	if (tardy_hangs(&pool->tardy, directory))
		return true;
	for (size_t i = 0; i < PLACES; i++) {
		const struct errand *errand = pool->helper[i].errand;

		if (errand && errand->directory == directory)
			return true;
	}
	return false;
}

static bool is_at_it_for_long(const struct errand *errand)
{
	return loop_now() - errand->since > SLOW_AFTER;
}

/* Before it is given up, so that it does not get every helper. */
static void note_those_that_hang(struct helpers *pool)
{
	for (size_t i = 0; i < PLACES; i++) {
		const struct errand *errand = pool->helper[i].errand;

		if (errand && is_at_it_for_long(errand))
			tardy_note(&pool->tardy, errand->directory, true);
	}
}

/* Helpers with an errand for a slow directory, or with one that takes long. */
static size_t count_slow_busy(const struct helpers *pool)
{
	size_t busy = 0;

	for (size_t i = 0; i < PLACES; i++) {
		const struct errand *errand = pool->helper[i].errand;

		busy += errand && (tardy_is(&pool->tardy, errand->directory) ||
					  is_at_it_for_long(errand));
	}
	return busy;
}

/* ---- the line ---- */

static void stand_in_line(struct helpers *pool, struct errand *errand)
{
	errand->behind = NULL;
	*pool->tail = errand;
	pool->tail = &errand->behind;
	pool->line++;
}

static void stand_at_head(struct helpers *pool, struct errand *errand)
{
	errand->behind = pool->head;
	pool->head = errand;
	if (!errand->behind)
		pool->tail = &errand->behind;
	pool->line++;
}

/* Takes the first errand that may be given to a helper; one for a slow
 * directory may not while half of the helpers have such errands. */
static struct errand *take_from_line(struct helpers *pool)
{
	bool slow_may;

	note_those_that_hang(pool);
	slow_may = count_slow_busy(pool) < (pool->count + 1) / 2;
	for (struct errand **at = &pool->head; *at; at = &(*at)->behind) {
		struct errand *errand = *at;

		if (!slow_may && must_wait(pool, errand->directory))
			continue;
		*at = errand->behind;
		if (!*at)
			pool->tail = at;
		pool->line--;
		return errand;
	}
	return NULL;
}

/* ---- adding and removing helpers ---- */

static struct helper *find_idle(struct helpers *pool)
{
	for (size_t i = 0; i < PLACES; i++)
		if (pool->helper[i].channel >= 0 && !pool->helper[i].errand)
			return &pool->helper[i];
	return NULL;
}

static void retire(struct helpers *pool, struct helper *helper)
{
	BUG_UNLESS(!helper->errand);
	cont_close(helper->channel);
	helper->channel = -1;
	pool->count--;
}

/* Lets a helper wait for an errand; one beyond HELPERS_MIN not for long. */
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
		/* The old one's death is not seen yet: it keeps its errand
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
	send_errands(pool);
}

size_t helpers_count(const struct helpers *pool)
{
	return pool->count;
}

size_t helpers_line(const struct helpers *pool)
{
	return pool->line;
}

/* ---- giving errands, taking answers ---- */

static void send_errand(struct helper *helper, struct errand *errand)
{
	struct job job;
	bool fits = job_make(&job, errand->path, errand->flags);

	BUG_UNLESS(fits);
	errand->since = loop_now();
	errand->helper = helper;
	helper->errand = errand;
	/* If sending fails the helper has died; this is not a try, and its
	 * channel reports it next turn. */
	if (sys_tell(helper->channel, &job, job_size(&job)) == 0)
		errand->tries++;
	cont_save(helper->channel, POLLIN, WITHIN_HELPER, errand->next);
}

static void send_errands(struct helpers *pool)
{
	struct helper *helper;
	struct errand *errand;

	while ((helper = find_idle(pool)) != NULL) {
		errand = take_from_line(pool);
		if (!errand)
			break;
		send_errand(helper, errand);
	}
	if (pool->head && !cont_is_saved(pool->tick))
		cont_save(pool->tick, PARKED, WITHIN_RETRY,
			then(on_line_waits, pool));
}

/* An errand has waited in line for WITHIN_RETRY: asks for one more helper. */
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
	send_errands(pool);
}

int helpers_ask(struct helpers *pool, struct errand *errand)
{
	if (pool->line >= HELPERS_LINE_MAX)
		return -1;
	errand->tries = 0;
	errand->helper = NULL;
	errand->directory =
		namehash(folder_path(errand->path, errand->flags), 0);
	stand_in_line(pool, errand);
	send_errands(pool);
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

/* Removes the helper that has this errand. */
static void dismiss(struct helpers *pool, struct errand *errand)
{
	struct helper *helper = errand->helper;

	helper->errand = NULL;
	errand->helper = NULL;
	retire(pool, helper);
}

static enum helpers_answer give_up(struct helpers *pool, struct errand *errand)
{
	struct helper *helper = errand->helper;

	journal_say("helper %lld has not answered for %lld ms and is replaced",
		(long long)helper->number,
		(long long)(loop_now() - errand->since));
	tardy_note(&pool->tardy, errand->directory, true);
	if (helper->number != NOBODY)
		tell_master(pool, CONTROL_STUCK, (uint32_t)helper->number);
	dismiss(pool, errand);
	send_errands(pool);
	return HELPERS_LATE;
}

static enum helpers_answer mourn(struct helpers *pool, struct errand *errand)
{
	bool again = errand->tries < HELPERS_TRIES;

	dismiss(pool, errand);
	if (again)
		stand_at_head(pool, errand);
	send_errands(pool);
	return again ? HELPERS_AGAIN : HELPERS_FAILED;
}

enum helpers_answer helpers_take(struct helpers *pool, struct errand *errand,
	short revents, struct found *found, int *fd)
{
	struct helper *helper = errand->helper;

	BUG_UNLESS(helper && helper->errand == errand);
	*fd = -1;
	if (revents == 0)
		return give_up(pool, errand);
	if (hear(helper, found, fd) < 0)
		return mourn(pool, errand);
	errand->tries -= found->kind == FOUND_MOVED && errand->tries > 0;
	if (found->kind == FOUND_MOVED) /* it did not try, and ends */
		return mourn(pool, errand);
	if (is_at_it_for_long(errand))
		tardy_note(&pool->tardy, errand->directory, false);
	helper->errand = NULL;
	errand->helper = NULL;
	rest(pool, helper);
	send_errands(pool);
	return HELPERS_ANSWERED;
}
