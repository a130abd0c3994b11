/*
 * world.c - helpers, master, logger; and the course of a seed.
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/control.h"
#include "loop/journal.h"
#include "loop/loop.h"
#include "loop/turnclock.h"
#include "serve/worker.h"
#include "sys/sys.h"

enum { TURN_MAX = 8 * CLIENTS_MAX /* calls */ };

struct world world;

/* ---- files ---- */

static void make_files(void)
{
	static const size_t sizes[FILES] = {
		0, 1, 100, 4096, 65536, 262144, 262145, 600000};

	for (size_t i = 0; i < FILES; i++) {
		struct sim_file *file = &world.files[i];

		file->size = sizes[i];
		file->bytes = malloc(file->size + 1);
		for (size_t at = 0; at < file->size; at++)
			file->bytes[at] =
				(unsigned char)(at * 31 + at / 251 + i * 7);
		snprintf(file->name, sizeof file->name, "f%zu.bin", i);
		file->inode = 100 + i;
		file->modified = INT64_C(1700000000123456789) + (int64_t)i;
	}
}

static const struct sim_file *find_file(const struct job *job)
{
	for (size_t i = 0; i < FILES; i++)
		if (slice_is(slice_of(job->path, job->len),
			    slice_text(world.files[i].name)))
			return &world.files[i];
	return NULL;
}

/* ---- helpers ---- */

static void on_job(void *actor, const void *message, size_t len)
{
	struct sim_helper *helper = actor;

	if (helper->busy)
		sim_fail("helper %u is asked while it is busy", helper->number);
	memset(&helper->job, 0, sizeof helper->job);
	memcpy(&helper->job, message, len);
	if (!job_is_valid(&helper->job, len))
		sim_fail("a job that is none");
	helper->busy = true;
}

static void start_helper(void)
{
	struct control message = {.kind = CONTROL_HELPER};
	struct sim_helper *helper = world.helpers;

	while (helper < world.helpers + HELPERS && helper->channel)
		helper++;
	if (helper == world.helpers + HELPERS)
		return;
	message.number = world.next_number++;
	*helper = (struct sim_helper){.number = message.number};
	helper->channel = object_new(CHANNEL, 0);
	helper->channel->told = on_job;
	helper->channel->actor = helper;
	helper->channel->holders++;
	channel_post(world.master, &message, sizeof message, helper->channel);
}

static void end_helper(struct sim_helper *helper)
{
	helper->channel->gone = true;
	object_drop(helper->channel);
	helper->channel = NULL;
	helper->busy = false;
}

static void answer_job(struct sim_helper *helper)
{
	const struct sim_file *file = find_file(&helper->job);
	struct found found;
	struct object *open = NULL;

	memset(&found, 0, sizeof found);
	found.kind = FOUND_NOTHING;
	if (file) {
		found.kind = FOUND_FILE;
		found.version = (struct version){.device = 1,
			.inode = file->inode,
			.size = (int64_t)file->size,
			.modified = file->modified,
			.changed = file->modified,
			.links = 1};
		open = object_new(FILE_OPEN, 0);
		open->file = file;
	}
	helper->busy = false;
	channel_post(helper->channel, &found, sizeof found, open);
}

static bool helper_step(struct sim_helper *helper)
{
	if (!helper->channel)
		return false;
	if (helper->channel->worker_end) {
		end_helper(helper);
		return true;
	}
	if (world.faulty && chance_one_in(60)) {
		sim_trace("helper %u dies", helper->number);
		world.deaths++;
		end_helper(helper);
		world.wanted++;
		return true;
	}
	if (!helper->busy)
		return false;
	answer_job(helper);
	return true;
}

/* ---- master and logger ---- */

static void on_worker_says(void *actor, const void *message, size_t len)
{
	const struct control *control = message;

	(void)actor;
	if (len != sizeof *control)
		sim_fail("a message to the master of %zu bytes", len);
	if (control->kind == CONTROL_MORE || control->kind == CONTROL_STUCK)
		world.wanted++;
}

static bool master_step(void)
{
	if (world.wanted > 0) {
		world.wanted--;
		start_helper();
		return true;
	}
	for (size_t i = 0; i < world.clients_count; i++)
		if (!sim_client_is_done(&world.clients[i]))
			return false;
	if (world.draining)
		return false;
	world.draining = true;
	channel_post(world.master, &(struct control){.kind = CONTROL_DRAIN},
		sizeof(struct control), NULL);
	return true;
}

/* The first byte of each line must be right, whatever was cut where. */
static bool logger_step(void)
{
	static bool in_line;
	unsigned char bytes[4096];
	size_t len = queue_take(&world.log->in, bytes, 1 + chance(4095));

	for (size_t i = 0; i < len; i++) {
		if (!in_line && bytes[i] != JOURNAL_ACCESS && bytes[i] < ' ')
			sim_fail("a line that begins with byte %d", bytes[i]);
		in_line = bytes[i] != '\n';
	}
	return len > 0;
}

/* ---- the course ---- */

static bool act(size_t actor)
{
	if (actor < world.clients_count)
		return !sim_client_is_done(&world.clients[actor]) &&
		       sim_client_step(&world.clients[actor]);
	actor -= world.clients_count;
	if (actor < HELPERS)
		return helper_step(&world.helpers[actor]);
	actor -= HELPERS;
	return actor == 0   ? master_step()
	       : actor == 1 ? logger_step()
			    : file_step();
}

bool world_step(void)
{
	size_t actors = world.clients_count + HELPERS + 3;
	size_t first = chance(actors);

	for (size_t i = 0; i < actors; i++)
		if (act((first + i) % actors))
			return true;
	return false;
}

bool world_has_epoll(void)
{
	return world.has_epoll;
}

static enum poller_kind choose_poller(void)
{
	switch (chance(world.has_epoll ? 4 : 3)) {
	case 0:
		return POLLER_SELECT;
	case 3:
		return POLLER_EPOLL;
	default:
		return POLLER_POLL;
	}
}

static void set_the_stage(uint64_t seed, struct worker_setup *setup, int *door)
{
	int pipe[2];

	chance_seed(seed);
	kernel_reset();
	world.faulty = chance_one_in(3);
	world.errors = 0;
	world.deaths = 0;
	world.draining = false;
	world.next_number = 0;
	world.wanted = 4;
	world.listener = object_new(LISTENER, 0);
	world.master = object_new(CHANNEL, 0);
	world.master->told = on_worker_says;
	*door = kernel_open(world.listener);
	setup->master = kernel_open(world.master);
	sys_pipe(pipe);
	world.log = kernel_object(pipe[0], PIPE);
	world.log->holders++;
	sys_close(pipe[0]);
	setup->journal = pipe[1];
	world.has_epoll = chance(3) > 0;
	setup->wait = choose_poller();
	world.clients_count = 1 + chance(CLIENTS_MAX);
	for (size_t i = 0; i < world.clients_count; i++)
		sim_client_start(&world.clients[i], world.listener);
}

static void clear_the_stage(void)
{
	for (size_t i = 0; i < HELPERS; i++)
		if (world.helpers[i].channel)
			end_helper(&world.helpers[i]);
	if (kernel_descriptors() > 0)
		sim_fail("%zu descriptors left open", kernel_descriptors());
	object_drop(world.listener);
	object_drop(world.master);
	while (world.log->in.len > 0)
		(void)logger_step();
	object_drop(world.log);
}

/* The clients take turns too: one that is served for longer than its share, or
 * a call made over and over, is seen here. 24 calls were the most in ten
 * thousand seeds. */
static void check_turns(void)
{
	struct turnclock_figures figures;

	turnclock_read(&figures);
	if (figures.longest > TURN_MAX * KERNEL_CALL_TIME)
		sim_fail("a turn made %lld calls",
			(long long)(figures.longest / KERNEL_CALL_TIME));
}

void world_run(uint64_t seed)
{
	struct site site;
	int door;
	struct worker_setup setup = {.site = &site,
		.access_log = true,
		.header_timeout = 10000000,
		.idle_timeout = 10000000,
		.send_timeout = 10000000,
		.helper_timeout = 10000000,
		.read_timeout = 10000000,
		.drain_timeout = 10000000,
		.fresh = 1000,
		.memory = 64 << 20,
		.descriptors = 512,
		.listeners = &door,
		.listeners_count = 1};
	struct server *server;

	if (!world.files[0].bytes)
		make_files();
	site_init(&site, "/sim");
	set_the_stage(seed, &setup, &door);
	server = worker_open(&setup);
	if (!server)
		sim_fail("the worker does not open");
	loop_run();
	while (kernel_flying() > 0) {
		kernel_land_all();
		loop_turn();
	}
	check_turns();
	worker_shut(server);
	clear_the_stage();
}
