/* test_volley.c - answers in a row, and what a socket takes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/backlog.h"
#include "serve/volley.h"
#include "support/aborts.h"
#include "support/turns.h"
#include "sys/sys.h"

enum { TIME = 4000 };

ssize_t __real_sys_send(int fd, const struct iovec *pieces, int count);
ssize_t __wrap_sys_send(int fd, const struct iovec *pieces, int count);
ssize_t __real_sys_send_last(int fd, const struct iovec *pieces, int count);
ssize_t __wrap_sys_send_last(int fd, const struct iovec *pieces, int count);

/* The socket takes so many bytes; then there is no room, or this error. */
static struct {
	size_t room;
	int error;
	char taken[4096];
	size_t len;
	int lasts;
} wire;

ssize_t __wrap_sys_send(int fd, const struct iovec *pieces, int count)
{
	size_t sent = 0;

	(void)fd;
	assert_true(count > 0);
	for (int i = 0; i < count; i++) {
		size_t len = pieces[i].iov_len;

		if (len > wire.room)
			len = wire.room;
		assert_true(wire.len + len <= sizeof wire.taken);
		memcpy(wire.taken + wire.len, pieces[i].iov_base, len);
		wire.len += len;
		wire.room -= len;
		sent += len;
	}
	if (sent > 0)
		return (ssize_t)sent;
	errno = wire.error ? wire.error : EAGAIN;
	return -1;
}

ssize_t __wrap_sys_send_last(int fd, const struct iovec *pieces, int count)
{
	wire.lasts++;
	return __wrap_sys_send(fd, pieces, count);
}

static struct copy *copies[VOLLEY_MAX];
static struct file files[VOLLEY_MAX];
static char want[4096], text[VOLLEY_TEXT];
static size_t want_len;

/* Answers of 1, 2, 3 ... bytes. */
static void load(struct volley *volley, size_t count)
{
	static const char bytes[] = "0123456789abcdefghijklmnopqrstuvwxyz";

	memset(&wire, 0, sizeof wire);
	want_len = 0;
	volley_init(volley, text, sizeof text);
	for (size_t i = 0; i < count; i++) {
		if (!copies[i])
			copies[i] = copy_new(0);
		assert_non_null(copies[i]);
		copies[i]->sending = 0;
		files[i] = (struct file){.holders = 1, .copy = copies[i]};
		volley_add(volley, &files[i], slice_of(bytes, i + 1));
		assert_int_equal(files[i].holders, 2);
		memcpy(want + want_len, bytes, i + 1);
		want_len += i + 1;
	}
}

static void all_are_let_go(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(files[i].holders, 1);
		assert_int_equal(copies[i]->sending, 0);
	}
}

static void all_were_sent(void)
{
	assert_int_equal(wire.len, want_len);
	assert_memory_equal(wire.taken, want, want_len);
}

/* ---- a volley ---- */

static void nothing_is_sent_at_once(void **state)
{
	struct volley volley;
	size_t sent = 7;

	(void)state;
	load(&volley, 0);
	assert_int_equal(volley_send(&volley, 0, &sent), VOLLEY_SENT);
	assert_int_equal(sent, 0);
	volley_end(&volley);
}

static void answers_leave_in_order(void **state)
{
	(void)state;
	for (size_t count = 1; count <= VOLLEY_MAX; count++) {
		struct volley volley;
		size_t sent;

		load(&volley, count);
		assert_int_equal(
			volley_is_full(&volley), count > VOLLEY_MAX - 2);
		wire.room = want_len;
		assert_int_equal(volley_send(&volley, 0, &sent), VOLLEY_SENT);
		assert_int_equal(sent, want_len);
		all_were_sent();
		all_are_let_go(count);
		/* It may be loaded again. */
		assert_int_equal(volley.count, 0);
		assert_false(volley_is_full(&volley));
	}
}

static void a_socket_may_take_a_part(void **state)
{
	struct volley volley;

	(void)state;
	load(&volley, VOLLEY_MAX);
	for (size_t first = 0; first < want_len; first++) {
		size_t sent, gone = 0;

		load(&volley, VOLLEY_MAX);
		wire.room = first;
		assert_int_equal(volley_send(&volley, 0, &sent), VOLLEY_WAITS);
		assert_int_equal(sent, first);
		/* Who is sent is let go, and nobody else. */
		while ((gone + 1) * (gone + 2) / 2 <= first)
			gone++;
		for (size_t i = 0; i < VOLLEY_MAX; i++)
			assert_int_equal(files[i].holders, i < gone ? 1 : 2);
		wire.room = want_len;
		assert_int_equal(volley_send(&volley, 0, &sent), VOLLEY_SENT);
		assert_int_equal(sent, want_len - first);
		all_were_sent();
		all_are_let_go(VOLLEY_MAX);
	}
}

static void or_byte_by_byte(void **state)
{
	struct volley volley;
	size_t sent;

	(void)state;
	load(&volley, VOLLEY_MAX);
	for (size_t i = 1; i < want_len; i++) {
		wire.room = 1;
		assert_int_equal(volley_send(&volley, 0, &sent), VOLLEY_WAITS);
		assert_int_equal(sent, 1);
	}
	wire.room = 1;
	assert_int_equal(volley_send(&volley, 0, &sent), VOLLEY_SENT);
	all_were_sent();
	all_are_let_go(VOLLEY_MAX);
}

static void the_last_one_may_leave_with_the_end(void **state)
{
	struct volley volley;
	size_t sent;

	(void)state;
	load(&volley, 2);
	wire.room = want_len;
	assert_int_equal(volley_send(&volley, 0, &sent), VOLLEY_SENT);
	assert_int_equal(wire.lasts, 0);
	load(&volley, 2);
	volley.last = true;
	wire.room = want_len;
	assert_int_equal(volley_send(&volley, 0, &sent), VOLLEY_SENT);
	assert_int_equal(wire.lasts, 1);
	all_were_sent();
	all_are_let_go(2);
}

static void a_broken_socket_takes_no_more(void **state)
{
	(void)state;
	for (size_t first = 0; first < 10; first++) {
		struct volley volley;
		size_t sent;

		load(&volley, 4);
		wire.room = first;
		wire.error = EPIPE;
		assert_int_equal(volley_send(&volley, 0, &sent),
			first < 10 ? VOLLEY_BROKEN : VOLLEY_SENT);
		assert_int_equal(sent, first);
		volley_end(&volley);
		all_are_let_go(4);
		volley_end(&volley);
		all_are_let_go(4);
	}
}

static void add_to_a_full_one(void *state)
{
	struct volley volley;

	(void)state;
	load(&volley, VOLLEY_MAX);
	volley_add(&volley, &files[0], SLICE("x"));
}

static void a_full_one_takes_no_more(void **state)
{
	(void)state;
	assert_aborts(add_to_a_full_one, NULL);
}

/* ---- a backlog ---- */

static struct pool pool;

static struct backlog *wait_with(size_t count)
{
	struct volley volley;
	struct backlog *backlog;

	load(&volley, count);
	pool_init(&pool, sizeof(struct backlog), 1);
	backlog = backlog_new(&pool, &volley, TIME);
	assert_non_null(backlog);
	assert_null(backlog_new(&pool, &volley, TIME));
	return backlog;
}

static void is_over(struct backlog *backlog)
{
	volley_end(&backlog->volley);
	all_are_let_go(VOLLEY_MAX);
	pool_give(&pool, backlog);
	pool_free(&pool);
}

static void what_is_left_leaves_later(void **state)
{
	struct backlog *backlog = wait_with(VOLLEY_MAX);

	(void)state;
	for (size_t i = 1; i < want_len; i++) {
		wire.room = 1;
		assert_int_equal(backlog_send(backlog, 0), VOLLEY_WAITS);
	}
	/* The last byte is in time, however late it is. */
	take_turn_after(10 * TIME);
	wire.room = 1;
	assert_int_equal(backlog_send(backlog, 0), VOLLEY_SENT);
	all_were_sent();
	is_over(backlog);
}

static void who_takes_too_little_is_too_slow(void **state)
{
	struct backlog *backlog = wait_with(VOLLEY_MAX);

	(void)state;
	wire.room = 2;
	assert_int_equal(backlog_send(backlog, 0), VOLLEY_WAITS);
	take_turn_after(TIME - 1);
	wire.room = 2;
	assert_int_equal(backlog_send(backlog, 0), VOLLEY_WAITS);
	take_turn_after(1);
	wire.room = 2;
	assert_int_equal(backlog_send(backlog, 0), VOLLEY_SLOW);
	is_over(backlog);
}

static void who_takes_enough_goes_on(void **state)
{
	struct backlog *backlog = wait_with(VOLLEY_MAX);

	(void)state;
	for (int i = 0; i < 3; i++) {
		backlog->stretch.sent = TIME / 1000 * STRETCH_RATE;
		take_turn_after(TIME);
		assert_int_equal(backlog_send(backlog, 0), VOLLEY_WAITS);
		assert_int_equal(backlog->stretch.sent, 0);
	}
	wire.error = ECONNRESET;
	assert_int_equal(backlog_send(backlog, 0), VOLLEY_BROKEN);
	is_over(backlog);
}

int main(void)
{
#define TIMED(name) \
	cmocka_unit_test_setup_teardown(name, turns_open, turns_shut)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_sent_at_once),
		cmocka_unit_test(answers_leave_in_order),
		cmocka_unit_test(a_socket_may_take_a_part),
		cmocka_unit_test(or_byte_by_byte),
		cmocka_unit_test(the_last_one_may_leave_with_the_end),
		cmocka_unit_test(a_broken_socket_takes_no_more),
		cmocka_unit_test(a_full_one_takes_no_more),
		TIMED(what_is_left_leaves_later),
		TIMED(who_takes_too_little_is_too_slow),
		TIMED(who_takes_enough_goes_on),
	};

	return cmocka_run_group_tests_name("serve/volley", tests, NULL, NULL);
}
