/*
 * test_sandbox_calls.c - every call of sys.h is allowed to the worker, and the
 * filter lets it die when it finds a bug.
 *
 * script/check-blocking sees to it that none is missing here.
 */
#include "sys/sys.h"
#include "sys/sys_epoll.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bug.h"
#include "base/fdpass.h"
#include "support/prison.h"

/* What a worker has when it enters. */
static struct {
	int channel[2];
	int sockets[2];
	int listener; /* with a client in its queue */
	int file;
	char name[32];
} has;

static const struct prison worker = {
	.kind = SANDBOX_WORKER, .layers = SANDBOX_PRIVILEGES | SANDBOX_SECCOMP};

#define DO(call)                               \
	do {                                   \
		if ((call) < 0)                \
			return __LINE__ % 100; \
	} while (0)

static void on_signal(int signo)
{
	(void)signo;
}

static int waits(void)
{
	struct pollfd row = {.fd = has.sockets[0], .events = POLLOUT};
	fd_set readable;
	fd_set writable;

	FD_ZERO(&readable);
	FD_ZERO(&writable);
	FD_SET(has.sockets[0], &writable);
	DO(sys_catch(SIGURG, on_signal));
	DO(sys_ignore(SIGPIPE));
	/* Often enough that signals are let in once. */
	for (int i = 0; i < 100; i++) {
		DO(sys_poll(&row, 1, 1));
		DO(sys_select(has.sockets[0] + 1, &readable, &writable, -1));
	}
	return sys_now() > 0 && sys_date() > 0 && sys_tick() > 0 ? 0 : 1;
}

static int waits_with_epoll(void)
{
	int set = sys_epoll_open();
	struct pollfd ready[2];

	if (set < 0)
		return errno == ENOSYS ? 0 : 1;
	DO(sys_epoll_add(set, has.sockets[0], POLLIN));
	DO(sys_epoll_change(set, has.sockets[0], POLLOUT));
	for (int i = 0; i < 100; i++)
		DO(sys_epoll_wait(set, ready, 2, 1));
	DO(sys_epoll_remove(set, has.sockets[0]));
	sys_close(set);
	return 0;
}

static int accounts(void)
{
	struct sys_usage usage;

	sys_usage(&usage);
	return usage.cpu >= 0 ? 0 : 1;
}

static int talks(void)
{
	struct iovec piece = {.iov_base = has.name, .iov_len = 5};
	struct sys_peer peer;
	char bytes[8];
	int ends[2];
	int fd;

	DO(sys_send(has.sockets[0], &piece, 1));
	DO(sys_send_last(has.sockets[0], &piece, 1));
	DO(sys_recv(has.sockets[1], bytes, sizeof bytes));
	if (sys_sendfile(has.sockets[0], has.file, 0, 5) < 0 && errno != ENOSYS)
		return 1;
	DO(sys_shutdown(has.sockets[0]));
	fd = sys_accept(has.listener, &peer);
	DO(fd);
	DO(sys_reset_on_close(fd));
	sys_close(fd);
	DO(sys_tell(has.channel[0], "hello", 5));
	DO(sys_hear(has.channel[1], bytes, sizeof bytes, &fd));
	DO(sys_pipe(ends));
	DO(sys_write(ends[1], "x", 1));
	DO(sys_read(ends[0], bytes, 1));
	return 0;
}

/* Several at once, so that there are several threads. */
static int reads(void)
{
	enum { READS = 8 };
	static struct aiocb cb[READS];
	static char bytes[READS][16];
	struct stat st;

	DO(sys_stat(has.file, &st));
	DO(sys_stat_known(has.file, &st));
	sys_aio_open(READS);
	for (int i = 0; i < READS; i++) {
		cb[i].aio_fildes = sys_dup(has.file);
		DO(cb[i].aio_fildes);
		cb[i].aio_buf = bytes[i];
		cb[i].aio_nbytes = sizeof bytes[i];
		cb[i].aio_sigevent.sigev_notify = SIGEV_SIGNAL;
		cb[i].aio_sigevent.sigev_signo = SIGURG;
		DO(sys_aio_read(&cb[i]));
	}
	for (int i = 0; i < READS; i++) {
		while (sys_aio_error(&cb[i]) == EINPROGRESS)
			(void)sys_poll(NULL, 0, 1);
		if (sys_aio_return(&cb[i]) != sizeof bytes[i])
			return 1;
		sys_close(cb[i].aio_fildes);
	}
	return 0;
}

static int remembers(void)
{
	/* Small, large, larger, and back to the kernel. */
	for (size_t size = 16; size < (64U << 20); size *= 4) {
		char *at = malloc(size);

		if (at == NULL)
			return 1;
		memset(at, 1, size);
		at = realloc(at, 3 * size);
		if (at == NULL)
			return 1;
		free(at);
	}
	return 0;
}

static int makes_all_calls(void *state)
{
	int status = waits();

	(void)state;
	if (status == 0)
		status = waits_with_epoll();
	if (status == 0)
		status = accounts();
	if (status == 0)
		status = talks();
	if (status == 0)
		status = reads();
	return status == 0 ? remembers() : status;
}

static void the_worker_may_make_every_call_of_sys(void **state)
{
	struct prison_end end;

	(void)state;
	if (!prison_has(&worker))
		skip();
	end = prison_run(&worker, makes_all_calls, NULL);
	if (end.status != 0)
		fail_msg("ended with %d, signal %d: %s", end.status, end.signal,
			end.said);
}

static int finds_a_bug(void *state)
{
	BUG_UNLESS(state != NULL);
	return 0;
}

static void a_bug_says_its_last_words(void **state)
{
	struct prison_end end;

	(void)state;
	if (!prison_has(&worker))
		skip();
	end = prison_run(&worker, finds_a_bug, NULL);
	assert_int_equal(end.signal, SIGABRT);
	assert_non_null(strstr(end.said, "BUG: state != "));
}

static int corrupts_the_heap(void *state)
{
	char *volatile at = malloc(100);

	(void)state;
	free(at);
	free(at);
	return 0;
}

/* libc finds it, and dies of SIGABRT (glibc) or of SIGSEGV (musl): not of a
 * call that it may not make. */
static void libc_says_its_last_words(void **state)
{
	struct prison_end end;

	(void)state;
	if (!prison_has(&worker))
		skip();
	end = prison_run(&worker, corrupts_the_heap, NULL);
	assert_int_equal(end.status, -1);
	assert_int_not_equal(end.signal, SIGSYS);
}

/* ---- what there is to make them with ---- */

static int open_listener(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int client = socket(AF_UNIX, SOCK_STREAM, 0);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strncpy(at.sun_path, path, sizeof at.sun_path - 1);
	unlink(path);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fd, 5), 0);
	assert_int_equal(connect(client, (struct sockaddr *)&at, sizeof at), 0);
	unlink(path);
	return fd;
}

static int make(void **state)
{
	(void)state;
	strcpy(has.name, "/tmp/contd-calls-XXXXXX");
	has.file = mkstemp(has.name);
	assert_true(has.file >= 0);
	assert_int_equal(write(has.file, "0123456789abcdef", 16), 16);
	has.listener = open_listener(has.name);
	assert_int_equal(fdpass_pair(has.channel), 0);
	return socketpair(AF_UNIX, SOCK_STREAM, 0, has.sockets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worker_may_make_every_call_of_sys),
		cmocka_unit_test(a_bug_says_its_last_words),
		cmocka_unit_test(libc_says_its_last_words),
	};

	return cmocka_run_group_tests_name(
		"sys/sandbox_calls", tests, make, NULL);
}
