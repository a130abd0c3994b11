/*
 * journal.c - the ring and its pipe.
 *
 * The pipe's row is always saved: for the end of the turn when lines were
 * added, for POLLOUT when the pipe is full, otherwise PARKED, without a
 * deadline. (With events 0 poll() would report a dead reader on every call.)
 */
#include "loop/journal.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "loop/cont.h"
#include "loop/loop.h"
#include "sys/sys.h"

static struct {
	char *ring; /* NULL: no journal */
	int pipe;
	bool waiting; /* the row is saved for the turn's end or for POLLOUT */
	size_t first; /* where the oldest byte is */
	size_t len;
	uint64_t dropped;
	uint64_t unsaid; /* dropped, and not yet announced */
} journal;

/* ---- the ring ---- */

static void ring_put(const char *bytes, size_t len)
{
	size_t at = (journal.first + journal.len) % JOURNAL_RING;
	size_t before_end = JOURNAL_RING - at;

	BUG_UNLESS(len <= JOURNAL_RING - journal.len);
	if (len == 0)
		return;
	if (len < before_end)
		before_end = len;
	memcpy(journal.ring + at, bytes, before_end);
	memcpy(journal.ring, bytes + before_end, len - before_end);
	journal.len += len;
}

static void ring_take(size_t len)
{
	journal.len -= len;
	/* An empty ring starts at 0 again, to use the same few pages. */
	journal.first =
		journal.len == 0 ? 0 : (journal.first + len) % JOURNAL_RING;
}

/* ---- writing to the pipe ---- */

/* Copies the oldest lines, as many whole ones as fit into an atomic write. */
static size_t gather(char chunk[PIPE_BUF])
{
	size_t len = journal.len < PIPE_BUF ? journal.len : PIPE_BUF;
	size_t before_end = JOURNAL_RING - journal.first;
	size_t whole = len;

	if (len < before_end)
		before_end = len;
	memcpy(chunk, journal.ring + journal.first, before_end);
	memcpy(chunk + before_end, journal.ring, len - before_end);
	while (whole > 0 && chunk[whole - 1] != '\n')
		whole--;
	BUG_UNLESS(whole > 0);
	return whole;
}

/* Writes until the ring is empty or the pipe is full. Returns 0, or -1 when the
 * pipe is broken. */
static int write_out(void)
{
	char chunk[PIPE_BUF];

	while (journal.len > 0) {
		size_t len = gather(chunk);
		ssize_t written = sys_write(journal.pipe, chunk, len);

		if (written < 0)
			return errno == EAGAIN ? 0 : -1;
		ring_take((size_t)written);
	}
	return 0;
}

static void on_lines_due(int fd, short revents, void *state);

static void row_save(short events, enum within within)
{
	journal.waiting = within == WITHIN_NOW || events == POLLOUT;
	cont_save(journal.pipe, events, within, then(on_lines_due, NULL));
}

static void journal_end(void)
{
	free(journal.ring);
	journal.ring = NULL;
	cont_close(journal.pipe);
}

/* ---- adding to the ring ---- */

static void append(const char *mark, const char *line, size_t len)
{
	ring_put(mark, strlen(mark));
	ring_put(line, len);
	ring_put("\n", 1);
}

/* Adds a line that tells how many are missing here, once half of the ring is
 * free: sooner, such lines would fill it. */
static void announce(void)
{
	char note[96];
	int len;

	if (journal.unsaid == 0 || journal.len > JOURNAL_RING / 2)
		return;
	len = snprintf(note, sizeof(note),
		"%llu log lines dropped: the logger could not keep up",
		(unsigned long long)journal.unsaid);
	append("", note, (size_t)len);
	journal.unsaid = 0;
}

static void on_lines_due(int fd, short revents, void *state)
{
	(void)fd, (void)revents, (void)state;
	if (write_out() < 0) {
		journal_end();
		return;
	}
	announce();
	if (journal.len > 0)
		row_save(POLLOUT, WITHIN_FOREVER);
	else
		row_save(PARKED, WITHIN_FOREVER);
}

static void put(const char *mark, const char *line, size_t len)
{
	size_t most = JOURNAL_LINE - 1 - strlen(mark);

	if (journal.ring == NULL)
		return;
	if (len > most)
		len = most;
	if (journal.unsaid > 0 || JOURNAL_RING - journal.len < JOURNAL_LINE) {
		journal.dropped++;
		journal.unsaid++;
		return;
	}
	append(mark, line, len);
	if (!journal.waiting)
		row_save(PARKED, WITHIN_NOW);
}

void journal_access(struct slice line)
{
	static const char mark[] = {JOURNAL_ACCESS, '\0'};

	BUG_UNLESS(line.len == 0 || memchr(line.at, '\n', line.len) == NULL);
	put(mark, line.at, line.len);
}

void journal_say(const char *format, ...)
{
	char line[JOURNAL_LINE];
	va_list values;
	int len;

	va_start(values, format);
	len = vsnprintf(line, sizeof(line), format, values);
	va_end(values);
	if (len < 0)
		return;
	for (char *c = line; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	put("", line, strlen(line));
}

/* ---- opening and closing ---- */

int journal_open(int pipe)
{
	BUG_UNLESS(journal.ring == NULL);
	journal.ring = malloc(JOURNAL_RING);
	if (journal.ring == NULL)
		return -1;
	journal.pipe = pipe;
	journal.first = journal.len = 0;
	journal.dropped = journal.unsaid = 0;
	row_save(PARKED, WITHIN_FOREVER);
	return 0;
}

void journal_shut(void)
{
	if (journal.ring == NULL)
		return;
	(void)write_out();
	announce();
	(void)write_out();
	journal_end();
}

static void on_last_lines(int fd, short revents, void *state)
{
	bool more = revents != 0 && write_out() == 0 && journal.len > 0;

	(void)state;
	cont_save(fd, more ? POLLOUT : PARKED,
		more ? WITHIN_SAME : WITHIN_FOREVER, then(on_last_lines, NULL));
	if (!more)
		loop_stop();
}

void journal_finish(void)
{
	if (journal.ring == NULL)
		return;
	if (write_out() == 0 && journal.len > 0) {
		cont_save(journal.pipe, POLLOUT, WITHIN_END,
			then(on_last_lines, NULL));
		loop_run();
	}
	journal_shut();
}

uint64_t journal_dropped(void)
{
	return journal.dropped;
}
