/* seed.c - a world made of one random number. */
#include "chance.h"
#include "fault.h"
#include "memory.h"
#include "world.h"

static int64_t choose_time(int64_t usual)
{
	static const int64_t factors[] = {0, 1, 1, 2, 4};

	return usual * factors[chance(5)] / 2;
}

static void choose_site(struct site *site)
{
	world.site = (struct sim_site){.listing = chance_one_in(2),
		.spa = chance_one_in(4),
		.clean_urls = chance_one_in(3),
		.redirects = chance_one_in(4),
		.fields = chance_one_in(4)};
	world_site(site);
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

static void choose_setup(const struct site *site)
{
	static const size_t descriptors[] = {40, 64, 128, 512};
	static const int64_t fresh[] = {60, 1000, 1000, 5000};
	static const uint64_t memory[] = {0, 64 << 10, 1 << 20, 8 << 20};

	world.setup = (struct worker_setup){.site = site,
		.access_log = !chance_one_in(8),
		.wait = choose_poller(),
		.header_timeout = choose_time(10000),
		.idle_timeout = choose_time(15000),
		.send_timeout = choose_time(10000),
		.helper_timeout = choose_time(2000),
		.read_timeout = choose_time(10000),
		.drain_timeout = choose_time(20000),
		.stall = chance_one_in(2) ? 50 : 0,
		.direct = chance_one_in(2),
		.content_timeout = 10000,
		.linger_timeout = 2000,
		.send_rate = 1024,
		.fresh = fresh[chance(4)],
		.limits = limits_of(
			descriptors[chance(4)], 0, 0, memory[chance(4)])};
}

/* From less than a request needs to enough for a few. */
static void choose_memory(void)
{
	size_t more = chance_one_in(4) ? (size_t)16384 << chance(7) : 0;

	trace_world("world: %zu bytes of memory at most, 0: no limit", more);
	memory_limit(more);
}

static void tell_world(void)
{
	static const char *const waits[] = {[POLLER_POLL] = "poll",
		[POLLER_SELECT] = "select",
		[POLLER_EPOLL] = "epoll"};
	const struct worker_setup *setup = &world.setup;

	trace_world("world: %s%s, %zu clients, %zu descriptors, %llu bytes of "
		    "copies%s%s%s\n       ms: header %lld, idle %lld, send "
		    "%lld, helper %lld, read %lld, drain %lld, fresh %lld",
		waits[setup->wait], world.has_epoll ? "" : " without epoll",
		world.clients_count, (size_t)setup->limits.descriptors,
		(unsigned long long)setup->limits.copies,
		setup->direct ? ", sendfile" : "",
		world.lying ? ", helpers that lie" : "",
		world.jumping ? ", a date that jumps" : "",
		(long long)setup->header_timeout,
		(long long)setup->idle_timeout, (long long)setup->send_timeout,
		(long long)setup->helper_timeout,
		(long long)setup->read_timeout, (long long)setup->drain_timeout,
		(long long)setup->fresh);
}

void seed_run(uint64_t seed)
{
	struct site site;
	struct server *server;

	world_reset(seed);
	world.jumping = chance_one_in(6);
	tree_reset(world.jumping);
	choose_site(&site);
	world.has_epoll = chance(3) > 0;
	choose_setup(&site);
	world.lying = chance_one_in(10);
	world.clients_count = 1 + chance(CLIENTS_MAX);
	for (size_t i = 0; i < world.clients_count; i++)
		client_start(&world.clients[i], (int)i);
	tell_world();
	server = world_open(0);
	fault_reset();
	choose_memory();
	world_run(server);
}
