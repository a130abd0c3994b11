/*
 * test_silence.c - clients whose machine or network is gone: nothing more comes
 * from them, no end, no reset, and nothing reaches them.
 *
 * They come from an address that is taken away: in a network of our own, in
 * which the kernel then finds no way to it.
 */
#ifdef __linux__
#define _GNU_SOURCE /* unshare() */
#endif

#include "support/e2e.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/if.h>
#include <sched.h>
#endif

#define ADDRESS "10.77.0.1"

enum { EACH = 16, LARGE = 20000000 };

#define HOST " HTTP/1.1\r\nHost: h\r\n"

static const struct {
	const char *says;
	bool answered;      /* whole, before it goes silent */
	const char *reason; /* NULL: none is said, it is no trouble */
} kinds[] = {
	{"GET /small" HOST "\r\n", true, NULL},
	{"GET /small HTTP/1.1\r\nHo", false, "header-timeout"},
	{"POST /small" HOST "Content-Length: 60000\r\n\r\nsome", false,
		"content-timeout"},
	{"GET /large" HOST "\r\n", false, "send-timeout"},
	{"", false, NULL},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static struct client silent[KINDS * EACH];

/* ---- the network ---- */

#ifdef __linux__

static bool set_flags(const char *name, bool up)
{
	struct ifreq request;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int result;

	assert_true(fd >= 0);
	memset(&request, 0, sizeof request);
	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	request.ifr_flags = up ? IFF_UP | IFF_RUNNING : 0;
	result = ioctl(fd, SIOCSIFFLAGS, &request);
	close(fd);
	return result == 0;
}

static bool add_address(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	struct ifreq request;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int result;

	assert_true(fd >= 0);
	at.sin_addr.s_addr = inet_addr(ADDRESS);
	memset(&request, 0, sizeof request);
	snprintf(request.ifr_name, sizeof request.ifr_name, "lo:1");
	memcpy(&request.ifr_addr, &at, sizeof at);
	result = ioctl(fd, SIOCSIFADDR, &request);
	close(fd);
	return result == 0;
}

/* Why there can be none; NULL: we are in it. */
static const char *enter_network(void)
{
	static bool own;

	if (!own && unshare(CLONE_NEWNET) != 0)
		return "we may have no network of our own";
	own = true;
	if (!set_flags("lo", true) || !add_address())
		return "no second address here";
	return NULL;
}

static void take_address_away(void)
{
	assert_true(set_flags("lo:1", false));
}

#else

static const char *enter_network(void)
{
	return "no network of our own on this system";
}

static void take_address_away(void)
{
}

#endif

/* ---- who was there ---- */

static struct server *serve_briefly(void)
{
	const struct tree *tree = tree_make();

	tree_text(tree, "small", "small");
	tree_file(tree, "large", LARGE);
	return serve("--log", "off", "--header-timeout", "1s",
		"--content-timeout", "1s", "--send-timeout", "1s",
		"--idle-timeout", "1s", tree->path);
}

static void they_come(const struct server *s)
{
	struct answer a = {0};

	for (size_t i = 0; i < KINDS * EACH; i++) {
		client_open_from(&silent[i], s, ADDRESS);
		client_say(&silent[i], kinds[i % KINDS].says);
		if (kinds[i % KINDS].answered)
			client_answer(&silent[i], &a);
	}
	answer_free(&a);
}

static void who_falls_silent_is_given_up(void **state)
{
	const char *lacks = enter_network();
	struct server *s;
	char words[64];
	pid_t worker;
	size_t fds;

	(void)state;
	if (lacks)
		e2e_skip(lacks);
	s = serve_briefly();
	get_says(s, "/small", "small");
	worker = procs_one(s->pid, "@worker");
	fds = procs_fds(worker);
	they_come(s);
	take_address_away();
	AWAIT((get_says(s, "/small", "small"), procs_fds(worker) <= fds + 1));
	for (size_t i = 0; i < KINDS; i++) {
		if (!kinds[i].reason)
			continue;
		snprintf(words, sizeof words, "%s: closed " ADDRESS,
			kinds[i].reason);
		AWAIT(text_has(&s->err, words));
	}
	/* None of them was told of anything. */
	for (size_t i = 0; i < KINDS * EACH; i++) {
		while (client_has_heard(&silent[i]) && !silent[i].ended)
			silent[i].taken = silent[i].in.len;
		assert_false(silent[i].ended);
		client_close(&silent[i]);
	}
	assert_int_equal(procs_one(s->pid, "@worker"), worker);
	get_says(s, "/small", "small");
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(who_falls_silent_is_given_up),
	};

	return cmocka_run_group_tests_name("e2e/silence", tests, NULL, NULL);
}
