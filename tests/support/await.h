/*
 * await.h - waiting in a test.
 *
 * Tests do not sleep: they wait for a descriptor, for the end of a process, or,
 * where the system offers no event (a new process in /proc), for a condition
 * that is asked again and again. The exceptions have their reasons in
 * .github/CONTRIBUTING.md. Each wait also reads what the servers under test
 * print, so that no server ever waits for its test.
 *
 * A wait that takes AWAIT_LIMIT fails the test. The limit is there to end a
 * hung test, never to measure anything.
 */
#ifndef CONTD_TESTS_AWAIT_H
#define CONTD_TESTS_AWAIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { AWAIT_LIMIT = 60 * 1000 };

/* Bytes that grow. There is always a NUL behind them; at is NULL when nothing
 * was ever added. */
struct text {
	char *at;
	size_t len;
	size_t cap;
};

void text_add(struct text *text, const char *bytes, size_t len);
void text_free(struct text *text);

/* Whether the text holds these words, and how often. */
bool text_has(const struct text *text, const char *words);
size_t text_count(const struct text *text, const char *words);

/* Waits until fd reports one of events (or its end) and returns what it
 * reports. what: for the message when it never happens. */
short await(int fd, short events, const char *what);

/* The same, but for so many milliseconds; 0 when nothing happened. */
short await_for(int fd, short events, int milliseconds);

/* From now on every wait moves what comes out of fd into `into`. Takes charge
 * of fd; it is closed at its end. */
void await_drain(int fd, struct text *into);

/* Leaves alone what fd has to say, or listens to it again. */
void await_hold(int fd, bool held);

/* Whether fd is still being drained: its writers have not all gone. */
bool await_is_drained(int fd);

/* Stops draining and closes fd. */
void await_forget(int fd);

/* Waits for the end of a child, or of an orphan that we have inherited.
 * Returns its exit status, or 128 + the signal that ended it. */
int await_exit(pid_t pid);

/* A new process has this number: what an old one with it did is forgotten. */
void await_born(pid_t pid);

/* Whether it has ended already. */
bool await_has_ended(pid_t pid);

/* Waits until cond is true, asking it again every few milliseconds. */
#define AWAIT(cond)                                \
	do {                                       \
		int64_t until_ = await_limit();    \
		while (!(cond))                    \
			await_tick(until_, #cond); \
	} while (0)

int64_t await_now(void);
int64_t await_limit(void);
void await_tick(int64_t until, const char *what);

#endif
