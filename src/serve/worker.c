/*
 * worker.c - opens a server, handles the master's messages, drains.
 */
#include "serve/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/control.h"
#include "base/heap.h"
#include "files/body.h"
#include "files/direct.h"
#include "loop/fileread.h"
#include "loop/journal.h"
#include "loop/loop.h"
#include "loop/turnclock.h"
#include "loop/wake.h"
#include "serve/client.h"
#include "serve/listener.h"
#include "serve/room.h"
#include "serve/server.h"
#include "sys/sys.h"

enum {
	RETRY_TIME = 10, /* ms */
	SPARE_TIME = 60000,
	LOG_TIME = 1000 /* for the last lines, if the logger is slow */
};

static void on_master_says(int fd, short revents, void *state);
static void on_drain_over(int fd, short revents, void *state);

/* ---- dates as text ---- */

static void tick(struct server *server)
{
	struct server_clock *clock = &server->clock;
	int64_t second = loop_date() / SYS_SECOND;

	if (second == clock->second)
		return;
	clock->second = second;
	date_write(clock->date, second);
	date_write_clf(clock->clf, second);
}

struct slice server_date(struct server *server)
{
	tick(server);
	return slice_of(server->clock.date, DATE_LEN);
}

struct slice server_clf_date(struct server *server)
{
	tick(server);
	return slice_of(server->clock.clf, DATE_CLF_LEN);
}

void server_shrink(struct server *server)
{
	store_shrink(server->store);
	room_shrink(server);
	fileread_shrink();
}

static void give_memory_back(void *state)
{
	server_shrink(state);
}

/* ---- opening ---- */

static void set_deadlines(const struct worker_setup *setup)
{
	cont_within(WITHIN_RETRY, RETRY_TIME);
	cont_within(WITHIN_HEADER, setup->header_timeout);
	cont_within(WITHIN_CONTENT, setup->content_timeout);
	cont_within(WITHIN_IDLE, setup->idle_timeout);
	cont_within(WITHIN_HELPER, setup->helper_timeout);
	cont_within(WITHIN_READ, setup->read_timeout);
	cont_within(WITHIN_SEND, setup->send_timeout);
	cont_within(WITHIN_BLOCK, STRIDE_PROMPT);
	cont_within(WITHIN_LINGER, setup->linger_timeout);
	cont_within(WITHIN_SPARE, SPARE_TIME);
	cont_within(WITHIN_SWEEP, STORE_UNUSED);
	cont_within(WITHIN_DRAIN, setup->drain_timeout);
	cont_within(WITHIN_END, LOG_TIME);
}

/* 0, or -1 with errno. */
static int open_busy_page(struct server *server)
{
	const struct worker_setup *setup = &server->setup;
	struct slice path = site_error_page(setup->site, 503);
	int tick_fd = path.len > 0 ? sys_dup(setup->master) : -1;

	if (path.len > 0 && tick_fd < 0)
		return -1;
	busy_open(&server->busy, server->store, path, tick_fd);
	return 0;
}

static int open_parts(struct server *server)
{
	const struct worker_setup *setup = &server->setup;
	const struct limits *limits = &setup->limits;
	struct store_limits kept = {.names = limits->names,
		.copies = limits->copies,
		.fresh = setup->fresh};
	int tick_fd;

	if (loop_open(setup->wait, limits->descriptors) < 0)
		return -1;
	turnclock_limit(setup->stall);
	direct_allow(setup->direct);
	set_deadlines(setup);
	stretch_rate(setup->send_rate);
	body_streams(limits->streams);
	if (room_open(server, limits->clients, limits->requests) < 0)
		return -1;
	if (sys_ignore(SIGPIPE) < 0 || fileread_init() < 0 ||
		(setup->journal >= 0 && journal_open(setup->journal) < 0))
		return -1;
	server->helpers = helpers_open(setup->master);
	tick_fd = sys_dup(setup->master);
	if (!server->helpers || tick_fd < 0)
		return -1;
	server->store = store_open(server->helpers, tick_fd, &kept);
	return server->store ? open_busy_page(server) : -1;
}

struct server *worker_open(const struct worker_setup *setup)
{
	struct server *server = calloc(1, sizeof *server);
	struct control serving = {
		.kind = CONTROL_SERVING, .number = setup->sandbox};

	if (!server)
		return NULL;
	server->setup = *setup;
	server->clock.second = -1;
	if (open_parts(server) < 0) {
		free(server);
		return NULL;
	}
	heap_on_shortage(give_memory_back, server);
	server->reserve = sys_dup(setup->master);
	for (size_t i = 0; i < setup->listeners_count; i++)
		listener_open(server, setup->listeners[i]);
	cont_save(setup->master, POLLIN, WITHIN_FOREVER,
		then(on_master_says, server));
	(void)sys_tell(setup->master, &serving, sizeof serving);
	return server;
}

void worker_shut(struct server *server)
{
	heap_on_shortage(NULL, NULL);
	clients_shut(server);
	busy_shut(&server->busy);
	store_shut(server->store);
	helpers_shut(server->helpers);
	if (server->reserve >= 0)
		sys_close(server->reserve);
	room_shut(server);
	fileread_shut();
	wake_shut();
	journal_shut();
	loop_shut();
	free(server);
}

int worker_run(const struct worker_setup *setup)
{
	struct server *server = worker_open(setup);

	if (!server)
		return EX_OSERR;
	loop_run();
	/* exit() closes the descriptors; the log must be written before. */
	clients_shut(server);
	reasons_say(&server->reasons);
	journal_finish();
	/* No fileread_shut(): reads may be in flight and use their memory. */
	return 0;
}

/* ---- the master ---- */

/* If the master is dead only WITHIN_DRAIN can end the draining early. */
static void drain(struct server *server, bool has_master)
{
	const struct worker_setup *setup = &server->setup;

	server->draining = true;
	/* Until all are accepted, so that no client counts as the last one. */
	server->clients_count++;
	for (size_t i = 0; i < setup->listeners_count; i++)
		listener_close(server, setup->listeners[i]);
	clients_drain(server);
	server->clients_count--;
	cont_save(setup->master, has_master ? POLLIN : PARKED, WITHIN_DRAIN,
		then(on_drain_over, server));
	if (server->clients_count == 0)
		loop_stop();
}

/* 1: a message; 0: none now; -1: the master is gone. */
static int hear(struct server *server, struct control *message, int *fd)
{
	ssize_t len =
		sys_hear(server->setup.master, message, sizeof *message, fd);

	if (len == (ssize_t)sizeof *message)
		return 1;
	if (len < 0 && (errno == EAGAIN || errno == EMFILE))
		return 0;
	return -1;
}

static void add_helper(struct server *server, uint32_t number, int channel)
{
	if (channel >= 0 && cont_fits(channel))
		helpers_add(server->helpers, channel, number);
	else if (channel >= 0)
		sys_close(channel);
}

static void on_master_says(int fd, short revents, void *state)
{
	struct server *server = state;
	struct control message;
	int channel;
	int heard;

	(void)revents;
	while ((heard = hear(server, &message, &channel)) > 0) {
		if (message.kind == CONTROL_HELPER)
			add_helper(server, message.number, channel);
		else if (message.kind == CONTROL_DRAIN)
			break;
	}
	if (heard != 0)
		drain(server, heard > 0);
	else
		cont_save(fd, POLLIN, WITHIN_FOREVER,
			then(on_master_says, server));
}

/* Ends at once if the time is over or the master closed the channel. Helpers
 * may still be added. */
static void on_drain_over(int fd, short revents, void *state)
{
	struct server *server = state;
	struct control message;
	int channel;
	int heard = revents == 0 ? -1 : hear(server, &message, &channel);

	if (heard < 0) {
		loop_stop();
		cont_save(fd, PARKED, WITHIN_FOREVER,
			then(on_drain_over, server));
		return;
	}
	if (heard > 0 && message.kind == CONTROL_HELPER)
		add_helper(server, message.number, channel);
	cont_save(fd, POLLIN, WITHIN_SAME, then(on_drain_over, server));
}
