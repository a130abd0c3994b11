/* world.c - from the first turn to the last, and what holds after each. */
#include "world.h"

#include <string.h>

#include "base/control.h"
#include "chance.h"
#include "fault.h"
#include "loop/cont.h"
#include "loop/loop.h"
#include "memory.h"
#include "sys/sys.h"

struct world world;

/* ---- the master ---- */

static void on_worker_says(void *actor, const void *message, size_t len)
{
	const struct control *control = message;

	(void)actor;
	if (len != sizeof *control)
		sim_fail(NOBODY_KNOWN, "a message to the master of %zu bytes",
			len);
	if (control->kind == CONTROL_MORE || control->kind == CONTROL_STUCK)
		world.wanted++;
}

static const struct ear ear = {.on_sent = on_worker_says};

static bool are_clients_done(void)
{
	for (size_t i = 0; i < world.clients_count; i++)
		if (world.clients[i].phase != OVER)
			return false;
	return true;
}

/* What the worker waits for may never come, and its time have no limit. */
static bool lose_patience(void)
{
	kernel_alarm(world.drained + PATIENCE);
	if (world.master->gone || kernel_now() < world.drained + PATIENCE)
		return false;
	sim_trace(NOBODY_KNOWN, "the master has no more patience");
	world.master->gone = true;
	return true;
}

void world_drain(void)
{
	sim_trace(NOBODY_KNOWN, "the master says: drain");
	world.draining = true;
	world.drained = kernel_now();
	channel_post(world.master, &(struct control){.kind = CONTROL_DRAIN},
		sizeof(struct control), NULL);
}

static bool master_step(void)
{
	if (world.wanted > 0) {
		world.wanted--;
		aides_start_helper();
		return true;
	}
	if (world.draining)
		return lose_patience();
	if (!are_clients_done() && !chance_one_in(20000))
		return false;
	if (world.setup.drain_timeout > 0 && chance_one_in(8)) {
		sim_trace(NOBODY_KNOWN, "the master dies");
		world.draining = true;
		world.drained = kernel_now();
		world.master->gone = true;
		return true;
	}
	world_drain();
	return true;
}

static bool clock_step(void)
{
	if (!world.jumping || !chance_one_in(50))
		return false;
	kernel_jump((int64_t)chance(7200000000000) - 3600000000000);
	return true;
}

/* ---- actors ---- */

static bool act(size_t actor)
{
	if (actor < world.clients_count)
		return client_step(&world.clients[actor]);
	actor -= world.clients_count;
	if (actor < aides_count())
		return aides_step(actor);
	actor -= aides_count();
	return actor == 0   ? master_step()
	       : actor == 1 ? flights_step()
	       : actor == 2 ? tree_step()
			    : clock_step();
}

bool world_step(void)
{
	size_t actors = world.clients_count + aides_count() + 4;
	size_t first = chance(actors);

	for (size_t i = 0; i < actors; i++)
		if (act((first + i) % actors))
			return true;
	return false;
}

/* ---- what holds after every turn ---- */

/* Each socket and each channel is waited for; files may rest, and so may second
 * descriptors of the master's channel, which are but numbers. */
static void check_rows(void)
{
	bool listens = false;
	bool holds_listener = false;

	for (int fd = FIRST_FD; fd < kernel_top(); fd++) {
		const struct object *object = kernel_at(fd);

		if (!object || object->kind == FILE_OPEN ||
			object == world.master || object->kind == PIPE ||
			object->kind == EPOLL)
			continue;
		if (object->kind == LISTENER) {
			listens |= cont_is_saved(fd);
			holds_listener = true;
		} else if (!cont_is_saved(fd)) {
			sim_fail(object->kind == STREAM ? object->number
							: NOBODY_KNOWN,
				"nobody waits for descriptor %d", fd);
		}
	}
	if (holds_listener && !listens)
		sim_fail(NOBODY_KNOWN, "a listener without a row: clients "
				       "queue, and nobody comes");
}

void world_stalled(int64_t before, int64_t now)
{
	int64_t limit = world.setup.stall * 1000000;

	world.stalls += before < limit && now >= limit;
}

void world_turn_over(void)
{
	world.turns++;
	check_rows();
	aides_check();
	flights_check();
	for (size_t i = 0; i < world.clients_count; i++)
		if (world.clients[i].stream)
			phase_check(&world.clients[i]);
	if (memory_used() > world.memory_bound)
		sim_fail(NOBODY_KNOWN, "%zu bytes of memory, of %zu",
			memory_used(), world.memory_bound);
	if (world.draining && world.setup.drain_timeout > 0 &&
		kernel_now() - world.drained >
			world.setup.drain_timeout + 1000 &&
		fault_last(FAULT_LEAP) < world.drained &&
		fault_last(FAULT_HEAR) < world.drained)
		sim_fail(NOBODY_KNOWN, "it should have ended");
}

/* ---- the end of a seed ---- */

/* Each answer has its line, in its order; other lines are those of answers that
 * were cut or never begun. */
static void check_lines(const struct sim_client *client)
{
	size_t line = 0;

	for (size_t i = 0; i < client->answers_count; i++) {
		const struct logged *answer = &client->answers[i];

		while (line < client->lines_count &&
			(client->lines[line].status != answer->status ||
				client->lines[line].sent != answer->sent))
			line++;
		if (line++ == client->lines_count)
			sim_fail(client->number,
				"no line in the log for answer %zu: %d, %zu", i,
				answer->status, answer->sent);
	}
	if (client->lines_count > client->answers_count + 17)
		sim_fail(client->number, "%zu lines for %zu answers",
			client->lines_count, client->answers_count);
}

static void clear_the_stage(void)
{
	aides_end();
	if (kernel_descriptors() > 0)
		sim_fail(NOBODY_KNOWN, "%zu descriptors left open",
			kernel_descriptors());
	if (memory_blocks() > 0)
		sim_fail(NOBODY_KNOWN, "%zu blocks of memory left",
			memory_blocks());
	aides_read_log();
	if (world.stalls > 0 && world.stalls_told == 0 &&
		fault_last(FAULT_WRITE) < 0)
		sim_fail(NOBODY_KNOWN, "%zu stalls, and not a word",
			world.stalls);
	if (world.setup.access_log && fault_last(FAULT_WRITE) < 0)
		for (size_t i = 0; i < world.clients_count; i++)
			if (!world.clients[i].wild)
				check_lines(&world.clients[i]);
	for (size_t i = 0; i < world.clients_count; i++)
		object_drop(world.clients[i].stream);
	object_drop(world.listener);
	object_drop(world.master);
	object_drop(world.log);
}

/* ---- the beginning ---- */

void world_reset(uint64_t seed)
{
	chance_seed(seed);
	waits_reset();
	flights_reset();
	aides_reset();
	memory_reset();
	fault_calm();
	world.lying = world.jumping = world.draining = false;
	world.wanted = 4;
	world.stalls = world.stalls_told = 0;
	world.clients_count = 0;
}

void world_site(struct site *site)
{
	site_init(site, "/sim");
	site->listing = world.site.listing;
	site->spa = world.site.spa;
	site->clean_urls = world.site.clean_urls;
	if (world.site.redirects)
		site_add_redirect(site, "/old/* /new/:splat 308", NULL);
	if (world.site.fields)
		site_add_header(site, "X-Sim: yes", NULL);
}

static void set_the_stage(int *door)
{
	int ends[2];

	kernel_reset((int)world.setup.limits.descriptors, world.has_epoll);
	world.listener = object_new(LISTENER, 0);
	world.master = object_new(CHANNEL, 0);
	world.master->ear = &ear;
	*door = kernel_open(world.listener);
	world.setup.listeners = door;
	world.setup.listeners_count = 1;
	world.setup.master = kernel_open(world.master);
	sys_pipe(ends);
	world.log = kernel_at(ends[0]);
	world.log->holders++;
	sys_close(ends[0]);
	world.setup.journal = ends[1];
	/* What the blocks, the ring and the copies take, and some for all
	 * else. */
	world.memory_bound = 64 * 256 * 1024 + 1024 * 1024 +
			     (size_t)world.setup.limits.copies +
			     CLIENTS_MAX * 128 * 1024 + 1024 * 1024;
}

struct server *world_open(size_t failing)
{
	static int door;

	set_the_stage(&door);
	fault_only(failing);
	return worker_open(&world.setup);
}

void world_run(struct server *server)
{
	if (!server)
		sim_fail(NOBODY_KNOWN, "the worker does not open");
	loop_run();
	fault_stop();
	memory_limit(0);
	kernel_turn_over();
	sim_trace(NOBODY_KNOWN, "the loop has ended");
	while (flights_count() > 0) {
		flights_land();
		loop_turn();
		kernel_turn_over();
	}
	worker_shut(server);
	clear_the_stage();
}
