/*
 * start.c - the worker opens, and each time another call of it fails.
 *
 * What it had by then goes with its process, so each has one of its own. What it
 * can do without, it does without: then it serves a client as ever.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chance.h"
#include "fault.h"
#include "world.h"

enum { SERVED = 0, REFUSED = 3, NOTHING_FAILED = 4 };

static void make_world(enum poller_kind wait, struct site *site)
{
	world_reset(1);
	tree_reset(false);
	world.site = (struct sim_site){.listing = true};
	world_site(site);
	world.has_epoll = true;
	world.setup = (struct worker_setup){.site = site,
		.access_log = true,
		.wait = wait,
		.header_timeout = 10000,
		.content_timeout = 10000,
		.linger_timeout = 2000,
		.idle_timeout = 10000,
		.send_timeout = 10000,
		.helper_timeout = 2000,
		.read_timeout = 10000,
		.drain_timeout = 20000,
		.fresh = 1000,
		.send_rate = 1024,
		.limits = limits_of(64, 0, 0, 65536)};
	world.clients_count = 1;
	client_start(&world.clients[0], 0);
}

static _Noreturn void open_once(enum poller_kind wait, size_t failing)
{
	struct site site;
	struct server *server;

	make_world(wait, &site);
	server = world_open(failing);
	if (!fault_has_come())
		_exit(NOTHING_FAILED);
	if (!server)
		_exit(REFUSED);
	world_run(server);
	_exit(SERVED);
}

/* A process that dies has said so. */
static int try_it(enum poller_kind wait, size_t failing)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		open_once(wait, failing);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		sim_fail(NOBODY_KNOWN, "no process for a beginning");
	if (!WIFEXITED(status) ||
		(WEXITSTATUS(status) != SERVED &&
			WEXITSTATUS(status) != REFUSED &&
			WEXITSTATUS(status) != NOTHING_FAILED))
		sim_fail(
			NOBODY_KNOWN, "call %zu of a beginning fails", failing);
	return WEXITSTATUS(status);
}

void start_with_faults(void)
{
	static const enum poller_kind waits[] = {
		POLLER_POLL, POLLER_SELECT, POLLER_EPOLL};
	size_t refused = 0, served = 0;

	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
		for (size_t failing = 1;; failing++) {
			int end = try_it(waits[i], failing);

			if (end == NOTHING_FAILED)
				break;
			refused += end == REFUSED;
			served += end == SERVED;
		}
	printf("sim: %zu beginnings failed, %zu did without\n", refused,
		served);
	if (refused == 0 || served == 0)
		sim_fail(NOBODY_KNOWN, "there should be both");
}
