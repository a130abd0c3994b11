/*
 * sandbox_linux_filter.c - the table of calls as a seccomp filter.
 *
 * The filter is a program for the kernel (classic BPF): it checks the
 * architecture, then each line of the table. A call without a line raises
 * SIGSYS, whose handler names the call and ends the process. Where the signal
 * is blocked, as in AIO's threads, the kernel ends the process at once.
 */
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): glibc's name */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/bug.h"
#include "sandbox_linux.h"

/* <linux/filter.h>, <linux/seccomp.h>, <linux/audit.h> */
struct step {
	uint16_t code;
	uint8_t then, otherwise; /* steps to skip */
	uint32_t value;
};

struct program {
	unsigned short length;
	struct step *steps;
};

enum {
	LOAD = 0x20, /* 32 bits at the offset `value` of struct seccomp_data */
	AND = 0x54,
	IF_EQUAL = 0x15,
	RETURN = 0x06
};

#define ANSWER_KILL 0x80000000U
#define ANSWER_TRAP 0x00030000U
#define ANSWER_ERRNO 0x00050000U
#define ANSWER_ALLOW 0x7fff0000U

enum {
	MODE_FILTER = 2,
	AT_NUMBER = 0,
	AT_ARCHITECTURE = 4,
	AT_ARGUMENTS = 16,
	STEPS_MAX = 512
};

#if defined(__x86_64__)
#define ARCHITECTURE 0xc000003eU
#elif defined(__aarch64__) && defined(__ORDER_LITTLE_ENDIAN__) && \
	__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCHITECTURE 0xc00000b7U
#else
#define ARCHITECTURE 0U /* no filter: the table was not checked for it */
#endif

struct writer {
	struct step steps[STEPS_MAX];
	size_t count;
	bool has_number; /* the number of the call is loaded */
};

static void add(struct writer *w, uint16_t code, uint32_t value, uint8_t then,
	uint8_t otherwise)
{
	BUG_UNLESS(w->count < STEPS_MAX);
	w->steps[w->count++] = (struct step){code, then, otherwise, value};
}

/* ---- a line of the table ---- */

/* A jump to the next line of the table. Its distance is not yet known: end_line
 * sets it. */
enum { NEXT_LINE = 255 };

static void compare(
	struct writer *w, unsigned at, uint32_t mask, uint32_t value)
{
	add(w, LOAD, at, 0, 0);
	if (mask != UINT32_MAX)
		add(w, AND, mask, 0, 0);
	add(w, IF_EQUAL, value, 0, NEXT_LINE);
	w->has_number = false;
}

static void add_check(struct writer *w, const struct sandbox_check *check)
{
	unsigned at = AT_ARGUMENTS + 8 * check->argument;

	switch (check->kind) {
	case CHECK_NOTHING:
		break;
	case CHECK_IS:
		compare(w, at, UINT32_MAX, check->value);
		break;
	case CHECK_HAS:
		compare(w, at, check->value, check->value);
		break;
	case CHECK_LACKS:
		compare(w, at, check->value, 0);
		break;
	case CHECK_NULL:
		compare(w, at, UINT32_MAX, 0);
		compare(w, at + 4, UINT32_MAX, 0);
		break;
	case CHECK_SELF:
		compare(w, at, UINT32_MAX, (uint32_t)getpid());
		break;
	}
}

static void end_line(struct writer *w, size_t start)
{
	for (size_t i = start; i < w->count; i++)
		if (w->steps[i].otherwise == NEXT_LINE)
			w->steps[i].otherwise = (uint8_t)(w->count - i - 1);
}

static void add_call(struct writer *w, const struct sandbox_call *call)
{
	size_t start = w->count;

	if (!w->has_number)
		add(w, LOAD, AT_NUMBER, 0, 0);
	w->has_number = true;
	add(w, IF_EQUAL, (uint32_t)call->number, 0, NEXT_LINE);
	for (size_t i = 0; i < SANDBOX_CHECKS; i++)
		add_check(w, &call->check[i]);
	add(w, RETURN, call->error ? ANSWER_ERRNO | call->error : ANSWER_ALLOW,
		0, 0);
	end_line(w, start);
}

/* ---- the program ---- */

static void write_filter(struct writer *w, enum sandbox_kind kind)
{
	w->count = 0;
	add(w, LOAD, AT_ARCHITECTURE, 0, 0);
	add(w, IF_EQUAL, ARCHITECTURE, 1, 0);
	add(w, RETURN, ANSWER_KILL, 0, 0);
	/* Calls of x32 have this architecture too, but other numbers. */
	w->has_number = false;
	for (size_t i = 0; i < sandbox_calls_count; i++)
		if (sandbox_calls[i].who & (1U << kind))
			add_call(w, &sandbox_calls[i]);
	add(w, RETURN, ANSWER_TRAP, 0, 0);
}

/* ---- forbidden calls ---- */

static const char *find_name(long number)
{
	for (size_t i = 0; i < sandbox_calls_count; i++)
		if (sandbox_calls[i].number == number)
			return sandbox_calls[i].name;
	return NULL;
}

/* Calls only functions that are async-signal-safe. Because of SA_RESETHAND the
 * raise() has the default action, which ends the process. */
static void on_forbidden(int signo, siginfo_t *info, void *context)
{
	const char *name = find_name(info->si_syscall);
	char text[128];
	struct buf b = buf_on(text, sizeof text);

	(void)context;
	buf_text(&b, "the sandbox ends this process: it made the call ");
	if (name)
		buf_text(&b, name);
	else
		buf_number(&b, (uint64_t)info->si_syscall);
	buf_byte(&b, '\n');
	(void)!write(STDERR_FILENO, b.at, b.len);
	raise(signo);
	_exit(1);
}

static int catch_forbidden(void)
{
	struct sigaction action;
	sigset_t one;

	memset(&action, 0, sizeof action);
	action.sa_sigaction = on_forbidden;
	/* The cast: in some headers SA_RESETHAND is unsigned. */
	action.sa_flags = (int)(SA_SIGINFO | SA_NODEFER | SA_RESETHAND);
	sigemptyset(&action.sa_mask);
	sigemptyset(&one);
	sigaddset(&one, SIGSYS);
	if (sigaction(SIGSYS, &action, NULL) < 0)
		return -1;
	return sigprocmask(SIG_UNBLOCK, &one, NULL);
}

unsigned sandbox_enter_seccomp(enum sandbox_kind kind, struct buf *trouble)
{
	static struct writer writer;
	struct program program;

	/* EFAULT: the kernel has filters. EINVAL: it has none. */
	if (ARCHITECTURE == 0 ||
		(prctl(PR_SET_SECCOMP, MODE_FILTER, NULL) < 0 &&
			errno == EINVAL))
		return 0;
	write_filter(&writer, kind);
	program = (struct program){(unsigned short)writer.count, writer.steps};
	if (catch_forbidden() < 0 ||
		prctl(PR_SET_SECCOMP, MODE_FILTER, &program) < 0)
		return sandbox_failed("seccomp", trouble);
	return SANDBOX_SECCOMP;
}
