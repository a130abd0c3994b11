/*
 * cont.c - rows indexed by descriptor, linked by class of duration.
 *
 * Every saved row is in the list of its class. All rows of a class have the
 * same duration and the clock never goes back, so appending keeps a list in
 * order of expiry. Links are descriptors.
 *
 * A row that is being resumed keeps its place in its list until its handler
 * saves, drops or closes it: this is how WITHIN_SAME keeps a deadline.
 */
#include "loop/cont.h"
#include "loop/cont_turn.h"

#include <limits.h>
#include <stdlib.h>

#include "base/bug.h"
#include "loop/loop.h"
#include "loop/poller.h"
#include "loop/turnclock.h"
#include "sys/sys.h"

enum { NOBODY = -1 };               /* no descriptor: the end of a list */
enum { LISTLESS = WITHIN_CLASSES }; /* no class: the row is in no list */

/* All bytes zero is an empty row, so that a new table need not be
 * written to. */
enum stage {
	ROW_EMPTY,
	ROW_SAVED,
	ROW_RESUMED, /* its handler runs and has not yet saved it again */
	ROW_GONE     /* to be closed when the turn ends */
};

struct row {
	struct cont next;
	int64_t deadline; /* WITHIN_NOW: the value of `runs` when saved */
	int before, after;
	short events;
	unsigned char within; /* enum within, or LISTLESS */
	unsigned char stage;  /* enum stage */
};

struct list {
	int first, last;
	int64_t duration; /* 0 or less: no deadline */
};

static struct table {
	struct row *rows;
	size_t size;
	size_t used; /* rows from this one on were never used */
	size_t saved;
	int64_t runs; /* how often cont_run_now was called */
	struct list classes[WITHIN_CLASSES];
	struct list gone;
} table;

/* ---- lists ---- */

static void list_append(struct list *list, int fd)
{
	struct row *row = &table.rows[fd];

	row->before = list->last;
	row->after = NOBODY;
	if (list->last == NOBODY)
		list->first = fd;
	else
		table.rows[list->last].after = fd;
	list->last = fd;
}

static void list_remove(struct list *list, int fd)
{
	const struct row *row = &table.rows[fd];

	if (row->before == NOBODY)
		list->first = row->after;
	else
		table.rows[row->before].after = row->after;
	if (row->after == NOBODY)
		list->last = row->before;
	else
		table.rows[row->after].before = row->before;
}

static void leave_class(int fd)
{
	struct row *row = &table.rows[fd];

	if (row->within != LISTLESS)
		list_remove(&table.classes[row->within], fd);
	row->within = LISTLESS;
}

static void join_class(int fd, enum within within)
{
	struct row *row = &table.rows[fd];
	struct list *list = &table.classes[within];

	row->within = (unsigned char)within;
	if (within == WITHIN_NOW)
		row->deadline = table.runs;
	else
		row->deadline = loop_now() + list->duration;
	list_append(list, fd);
}

/* ---- the table ---- */

int cont_open(size_t rows)
{
	BUG_UNLESS(!table.rows);
	BUG_UNLESS(rows > 0 && rows <= INT_MAX);
	table = (struct table){.size = rows, .gone = {NOBODY, NOBODY, 0}};
	for (size_t i = 0; i < WITHIN_CLASSES; i++)
		table.classes[i] = (struct list){NOBODY, NOBODY, 0};
	table.rows = calloc(rows, sizeof *table.rows);
	return table.rows ? 0 : -1;
}

void cont_shut(void)
{
	for (size_t fd = 0; fd < table.used; fd++)
		if (table.rows[fd].stage == ROW_SAVED ||
			table.rows[fd].stage == ROW_GONE)
			sys_close((int)fd);
	free(table.rows);
	table = (struct table){.rows = NULL};
}

size_t cont_memory(size_t rows)
{
	return rows * sizeof(struct row);
}

void cont_within(enum within class, int64_t milliseconds)
{
	BUG_UNLESS(table.rows);
	BUG_UNLESS(class > WITHIN_NOW && class < WITHIN_FOREVER);
	BUG_UNLESS(table.classes[class].first == NOBODY);
	table.classes[class].duration = milliseconds;
}

bool cont_fits(int fd)
{
	return fd >= 0 && (size_t)fd < table.size && poller_fits(fd);
}

static struct row *row_of(int fd)
{
	BUG_UNLESS(fd >= 0 && (size_t)fd < table.size);
	if ((size_t)fd >= table.used)
		table.used = (size_t)fd + 1;
	if (table.rows[fd].stage == ROW_EMPTY)
		table.rows[fd].within = LISTLESS;
	return &table.rows[fd];
}

/* ---- save, resume, drop, close ---- */

static void set_stage(struct row *row, enum stage stage)
{
	if (row->stage == ROW_SAVED)
		table.saved--;
	if (stage == ROW_SAVED)
		table.saved++;
	row->stage = (unsigned char)stage;
}

void cont_save(int fd, short events, enum within within, struct cont next)
{
	struct row *row = row_of(fd);

	BUG_UNLESS(row->stage != ROW_GONE);
	BUG_UNLESS(next.handler);
	BUG_UNLESS(within < WITHIN_CLASSES || within == WITHIN_SAME);
	if (within == WITHIN_SAME) {
		BUG_UNLESS(row->within != LISTLESS);
	} else {
		leave_class(fd);
		join_class(fd, within);
	}
	row->next = next;
	row->events = events;
	set_stage(row, ROW_SAVED);
	poller_watch(fd, events);
}

void cont_resume(int fd, short revents)
{
	struct turnclock_run run = {.fd = fd};
	struct row *row;

	/* It may have been closed or dropped earlier in this turn. */
	if (!cont_is_saved(fd))
		return;
	row = &table.rows[fd];
	run.cont = row->next;
	set_stage(row, ROW_RESUMED);
	turnclock_enter(&run);
	run.cont.handler(fd, revents, run.cont.state);
	turnclock_leave(&run);
	BUG_UNLESS(row->stage != ROW_RESUMED);
}

/* From fd on, the first row that is saved: a row whose handler runs is still in
 * its list. */
static int saved_from(int fd)
{
	while (fd != NOBODY && table.rows[fd].stage != ROW_SAVED)
		fd = table.rows[fd].after;
	return fd;
}

int cont_oldest(enum within class)
{
	return saved_from(table.classes[class].first);
}

int cont_younger(int fd)
{
	BUG_UNLESS(cont_is_saved(fd));
	return saved_from(table.rows[fd].after);
}

void *cont_state(int fd)
{
	BUG_UNLESS(cont_is_saved(fd));
	return table.rows[fd].next.state;
}

static void forget(int fd)
{
	struct row *row = row_of(fd);

	BUG_UNLESS(row->stage != ROW_GONE);
	if (row->stage != ROW_EMPTY)
		poller_watch(fd, PARKED);
	leave_class(fd);
	set_stage(row, ROW_EMPTY);
}

void cont_drop(int fd)
{
	forget(fd);
}

void cont_close(int fd)
{
	forget(fd);
	set_stage(&table.rows[fd], ROW_GONE);
	list_append(&table.gone, fd);
}

/* ---- reading the table ---- */

bool cont_is_saved(int fd)
{
	return fd >= 0 && (size_t)fd < table.used &&
	       table.rows[fd].stage == ROW_SAVED;
}

size_t cont_count(void)
{
	return table.saved;
}

static const char *name_of_events(short events)
{
	switch (events) {
	case PARKED:
		return "PARKED";
	case 0:
		return "0";
	case POLLIN:
		return "POLLIN";
	case POLLOUT:
		return "POLLOUT";
	case POLLIN | POLLOUT:
		return "POLLIN|POLLOUT";
	default:
		return "?";
	}
}

static const char *name_of_class(unsigned char within)
{
	static const char *const names[WITHIN_CLASSES] = {
		[WITHIN_NOW] = "now",
		[WITHIN_RETRY] = "retry",
		[WITHIN_HEADER] = "header",
		[WITHIN_CONTENT] = "content",
		[WITHIN_IDLE] = "idle",
		[WITHIN_HELPER] = "helper",
		[WITHIN_READ] = "read",
		[WITHIN_SEND] = "send",
		[WITHIN_BLOCK] = "block",
		[WITHIN_LINGER] = "linger",
		[WITHIN_SPARE] = "spare",
		[WITHIN_SWEEP] = "sweep",
		[WITHIN_DRAIN] = "drain",
		[WITHIN_END] = "end",
		[WITHIN_FOREVER] = "forever",
	};

	return names[within];
}

/* The address of the state shows which rows belong together. */
static void print_row(struct buf *b, int fd)
{
	const struct row *row = &table.rows[fd];
	char left[24] = "-";
	struct buf number = buf_on(left, sizeof left);

	if (table.classes[row->within].duration > 0)
		buf_printf(&number, "%lld",
			(long long)(row->deadline - loop_now()));
	buf_printf(b, "%-6d %-8s %-8s %8s  %s %p\n", fd,
		name_of_events(row->events), name_of_class(row->within), left,
		row->next.name, row->next.state);
}

void cont_print(struct buf *b)
{
	for (size_t fd = 0; fd < table.used && !b->full; fd++)
		if (table.rows[fd].stage == ROW_SAVED)
			print_row(b, (int)fd);
}

/* ---- for the loop ---- */

int cont_next_deadline(int64_t now)
{
	int64_t next = INT64_MAX;

	if (table.classes[WITHIN_NOW].first != NOBODY)
		return 0;
	for (int i = WITHIN_NOW + 1; i < WITHIN_FOREVER; i++) {
		const struct list *list = &table.classes[i];

		if (list->duration <= 0 || list->first == NOBODY)
			continue;
		if (table.rows[list->first].deadline < next)
			next = table.rows[list->first].deadline;
	}
	if (next == INT64_MAX)
		return -1;
	if (next <= now)
		return 0;
	return next - now < INT_MAX ? (int)(next - now) : INT_MAX;
}

/* Resumes the rows of a list that are due. The head is read again each time,
 * since a handler may save and close any row. */
static void resume_due(const struct list *list, int64_t due)
{
	while (list->first != NOBODY &&
		table.rows[list->first].deadline <= due) {
		int fd = list->first;

		/* A deadline that has passed cannot be kept by WITHIN_SAME. */
		leave_class(fd);
		cont_resume(fd, 0);
	}
}

void cont_expire(int64_t now)
{
	/* With a later time than loop_now() a row that is saved again could be
	 * due already, and this would not end. */
	BUG_UNLESS(now == loop_now());
	for (int i = WITHIN_NOW + 1; i < WITHIN_FOREVER; i++)
		if (table.classes[i].duration > 0)
			resume_due(&table.classes[i], now);
}

void cont_run_now(void)
{
	/* Rows saved from here on belong to the next run. */
	table.runs++;
	resume_due(&table.classes[WITHIN_NOW], table.runs - 1);
}

void cont_close_gone(void)
{
	while (table.gone.first != NOBODY) {
		int fd = table.gone.first;

		list_remove(&table.gone, fd);
		set_stage(&table.rows[fd], ROW_EMPTY);
		sys_close(fd);
	}
}
