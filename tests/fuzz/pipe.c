/*
 * pipe.c - two clients, a worker and a helper on the system's own kernel, for
 * AFL++: what they do comes through the standard input (connection_script.h).
 *
 *     pipe ROOT            reads one script
 *     pipe ROOT DIR...     replays each file of these
 *
 * This process becomes the worker with worker_run(), as it ships, so its death
 * is the death that AFL++ sees; a helper looks below ROOT, and one more process
 * is the clients. It holds the master's end too: when it is through, the master
 * is gone and the worker ends. Who is not let go waits for ever, and AFL++
 * calls that a hang. A hundred milliseconds of a script are one here, and so
 * with the deadlines.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/control.h"
#include "base/fdpass.h"
#include "connection_script.h"
#include "helper/helper.h"
#include "serve/worker.h"
#include "sys/sys.h"

enum { DESCRIPTORS = 64, SLOWER = 100, LARGEST = 1 << 16, LATE = 100 };

static struct script script;
static struct site site;
static int listener;
static struct sockaddr_in place;

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "pipe: %s: %s\n", what, strerror(errno));
	abort();
}

static int must(int got, const char *what)
{
	if (got < 0)
		fail(what);
	return got;
}

/* ---- the clients ---- */

static struct caller {
	int fd; /* -1: not yet */
	bool over, holds;
	size_t bite; /* 0: all */
	size_t said; /* of its text */
} callers[CALLERS] = {{.fd = -1}, {.fd = -1}};

static void leave(struct caller *caller, bool reset)
{
	struct linger now = {.l_onoff = 1};

	if (reset)
		must(setsockopt(caller->fd, SOL_SOCKET, SO_LINGER, &now,
			     sizeof now),
			"setsockopt");
	close(caller->fd);
	caller->over = true;
}

static void connect_it(struct caller *caller)
{
	caller->fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
	/* Who drains listens no more. */
	if (connect(caller->fd, (struct sockaddr *)&place, sizeof place) < 0)
		leave(caller, false);
}

/* Reads what has come, or until the end. */
static void hear(struct caller *caller, bool to_the_end)
{
	char bytes[LARGEST];
	size_t most = caller->bite && caller->bite < sizeof bytes
			      ? caller->bite
			      : sizeof bytes;

	if (caller->fd < 0 || caller->over || (caller->holds && !to_the_end))
		return;
	while (recv(caller->fd, bytes, most, to_the_end ? 0 : MSG_DONTWAIT) > 0)
		if (caller->bite && !to_the_end)
			break;
}

/* What finds no room now is not said: who does not read cannot wait for it. */
static void say(struct caller *caller, const char *text, size_t len)
{
	ssize_t sent = send(caller->fd, text + caller->said, len,
		MSG_NOSIGNAL | MSG_DONTWAIT);

	(void)sent;
	caller->said += len;
}

static void act_on(struct caller *caller, const struct step *step)
{
	switch (step->action) {
	case ACTION_SEND:
		say(caller, script.text[step->caller], step->amount);
		break;
	case ACTION_HALF_CLOSE:
		shutdown(caller->fd, SHUT_WR);
		break;
	case ACTION_CLOSE:
	case ACTION_RESET:
		leave(caller, step->action == ACTION_RESET);
		break;
	case ACTION_HOLD:
		caller->holds = true;
		break;
	case ACTION_READ:
		caller->holds = false;
		caller->bite = step->amount;
		break;
	default:
		break;
	}
}

/* Time for the worker to take its turns, and for deadlines to pass: it has a
 * real clock, and nothing tells us when it has done all that it will do. No
 * verdict depends on how long this is. */
static void pause_for(size_t milliseconds)
{
	struct timespec time = {.tv_sec = (time_t)(milliseconds / 1000),
		.tv_nsec = (long)(milliseconds % 1000) * 1000000};

	if (milliseconds == 0)
		time.tv_nsec = 100000;
	nanosleep(&time, NULL);
}

static void take_step(const struct step *step, int master)
{
	struct caller *caller = &callers[step->caller];
	struct control drain = {.kind = CONTROL_DRAIN};

	if (step->action == ACTION_PAUSE) {
		pause_for(step->amount / SLOWER);
	} else if (step->action == ACTION_DRAIN) {
		(void)fdpass_try_send(master, &drain, sizeof drain, -1);
	} else {
		if (caller->fd < 0)
			connect_it(caller);
		if (!caller->over)
			act_on(caller, step);
		pause_for(0);
	}
	hear(&callers[0], false);
	hear(&callers[1], false);
}

static _Noreturn void be_clients(int master)
{
	for (size_t i = 0; i < script.count; i++)
		take_step(&script.steps[i], master);
	for (int i = 0; i < CALLERS; i++)
		if (callers[i].fd >= 0 && !callers[i].over)
			shutdown(callers[i].fd, SHUT_WR);
	for (int i = 0; i < CALLERS; i++)
		hear(&callers[i], true);
	_exit(0);
}

/* ---- the worker ---- */

static void listen_there(void)
{
	socklen_t len = sizeof place;

	place.sin_family = AF_INET;
	place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
	must(fcntl(listener, F_SETFL, O_NONBLOCK), "fcntl");
	must(bind(listener, (struct sockaddr *)&place, sizeof place), "bind");
	must(listen(listener, 64), "listen");
	must(getsockname(listener, (struct sockaddr *)&place, &len),
		"getsockname");
}

static _Noreturn void be_helper(int channel, int root)
{
	_exit(helper_run(&(struct helper_setup){
		.channel = channel, .root = root, .site = &site}));
}

static enum poller_kind choose_poller(void)
{
	if (script.setup & 0x20)
		return POLLER_SELECT;
#ifndef CONTD_PORTABLE
	if (script.setup & 0x10)
		return POLLER_EPOLL;
#endif
	return POLLER_POLL;
}

static int be_worker(int master, int journal)
{
	return worker_run(&(struct worker_setup){.site = &site,
		.access_log = true,
		.wait = choose_poller(),
		.header_timeout = LATE,
		.content_timeout = LATE,
		.linger_timeout = LATE,
		.idle_timeout = LATE,
		.send_timeout = LATE,
		.helper_timeout = SLOWER * LATE,
		.read_timeout = SLOWER * LATE,
		.drain_timeout = LATE,
		.fresh = 10,
		.limits = limits_of(
			DESCRIPTORS, 0, 0, script.setup & 0x80 ? 0 : 1 << 20),
		.master = master,
		.journal = journal,
		.listeners = &listener,
		.listeners_count = 1});
}

/* The other processes get their ends, and nothing else stays open. */
static int serve(const char *path)
{
	struct control message = {.kind = CONTROL_HELPER};
	int control[2], job[2], status;
	int journal = must(open("/dev/null", O_WRONLY), "/dev/null");
	int root = must(open(path, O_RDONLY | O_DIRECTORY), path);

	must(fdpass_pair(control), "socketpair");
	must(fdpass_pair(job), "socketpair");
	if (must(fork(), "fork") == 0) {
		close(listener);
		close(job[0]);
		close(control[0]);
		close(control[1]);
		be_helper(job[1], root);
	}
	must(fdpass_send(control[0], &message, sizeof message, job[0]),
		"fdpass_send");
	close(job[0]);
	close(job[1]);
	close(root);
	if (must(fork(), "fork") == 0) {
		close(listener);
		close(control[1]);
		be_clients(control[0]);
	}
	close(control[0]);
	status = be_worker(control[1], journal);
	for (int fd = 3; fd < DESCRIPTORS; fd++)
		close(fd);
	while (wait(NULL) > 0)
		;
	return status;
}

/* ---- scripts ---- */

static int run(const char *root, int input)
{
	static uint8_t bytes[LARGEST];
	size_t len = 0;
	ssize_t got;

	while ((got = read(input, bytes + len, sizeof bytes - len)) > 0)
		len += (size_t)got;
	script_read(&script, bytes, len);
	site_init(&site, root);
	site.listing = script.setup & 1;
	site.spa = script.setup & 2;
	site.clean_urls = script.setup & 4;
	listen_there();
	return serve(root);
}

static int replay(const char *root, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int worst = 0;

	while (dir && (entry = readdir(dir))) {
		int input, status = 0;

		if (entry->d_name[0] == '.')
			continue;
		input = must(openat(dirfd(dir), entry->d_name, O_RDONLY),
			entry->d_name);
		if (must(fork(), "fork") == 0)
			_exit(run(root, input));
		close(input);
		wait(&status);
		if (status != 0)
			fprintf(stderr, "pipe: %s: status %d\n", entry->d_name,
				status);
		worst |= status != 0;
	}
	if (dir)
		closedir(dir);
	return worst;
}

int main(int argc, char *argv[])
{
	int worst = 0;

	if (argc < 2)
		return 64;
	for (int i = 2; i < argc; i++)
		worst |= replay(argv[1], argv[i]);
	if (argc > 2)
		return worst;
#ifdef __AFL_HAVE_MANUAL_CONTROL
	__AFL_INIT();
#endif
	return run(argv[1], STDIN_FILENO);
}
