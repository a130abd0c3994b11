/*
 * fuzz_connection.c - two clients, whatever they send and however they do it,
 * and the worker as it ships, in the world of tests/sim.
 *
 * The input is a script (connection_script.h). Kernel and helpers are calm:
 * nothing fails but what the clients break, so nothing is excused. Everything is
 * judged as in the simulation: bytes, deadlines, ends, the log, what is left.
 * When the script is over the clients read what there is, the worker must let
 * them go in its time, and then its master says: drain.
 */
#include "connection_chance.h"
#include "connection_script.h"
#include "connection_wish.h"
#include "sim/chance.h"
#include "sim/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { /* milliseconds */
	IDLE_TIME = 15000,
	OTHER_TIME = 10000,
	LINGER_TIME = 2000,
	HELPER_TIME = 2000,
	DRAIN_TIME = 20000
};

static struct script script;
static size_t at; /* the next step of the script */
static int64_t next_at;
static struct {
	bool holds;  /* reads nothing */
	size_t bite; /* reads so much at once; 0: all */
} readers[CALLERS];

/* ---- what a client does ---- */

static bool reads(struct sim_client *client)
{
	struct object *stream = client->stream;
	size_t bite = readers[client->number].bite;
	size_t len;

	if (!stream)
		return false;
	if (client_is_over(client)) {
		client_end(client);
		return true;
	}
	if (stream->unread == 0 || readers[client->number].holds)
		return false;
	len = bite > 0 && bite < stream->unread ? bite : stream->unread;
	stream->unread -= len;
	client->read += len;
	return true;
}

static void send_more(struct sim_client *client, size_t len)
{
	struct object *stream = client->stream;
	size_t left = client->text.len - stream->come;

	if (!stream->fin)
		stream->come += len < left ? len : left;
}

static void act_on(struct sim_client *client, const struct step *step)
{
	switch (step->action) {
	case ACTION_SEND:
		send_more(client, step->amount);
		break;
	case ACTION_HALF_CLOSE:
		client->stream->fin = true;
		break;
	case ACTION_CLOSE:
	case ACTION_RESET:
		client_vanish(client, step->action == ACTION_RESET);
		break;
	case ACTION_HOLD:
		readers[client->number].holds = true;
		break;
	case ACTION_READ:
		readers[client->number].holds = false;
		readers[client->number].bite = step->amount;
		break;
	default:
		break;
	}
}

static void take_step(struct sim_client *client, const struct step *step)
{
	sim_trace(client->number, "action %d, %zu", step->action, step->amount);
	if (step->action == ACTION_PAUSE) {
		next_at = kernel_now() + (int64_t)step->amount;
	} else if (step->action == ACTION_DRAIN) {
		if (!world.draining)
			world_drain();
	} else {
		if (client->phase == WAITS && !client->stream &&
			!world.listener->worker_end)
			client_connect(
				client, script.setup & 0x40 ? 512 : 65536);
		if (client->stream)
			act_on(client, step);
	}
}

/* The script is over: they do nothing but read. */
static void end_script(void)
{
	for (int i = 0; i < CALLERS; i++) {
		readers[i].holds = false;
		readers[i].bite = 0;
		if (!world.clients[i].stream)
			world.clients[i].phase = OVER;
	}
}

bool client_step(struct sim_client *client)
{
	if (reads(client))
		return true;
	if (kernel_now() < next_at) {
		kernel_alarm(next_at);
		return false;
	}
	if (at > script.count ||
		(at < script.count &&
			script.steps[at].caller != client->number))
		return false;
	if (at < script.count)
		take_step(client, &script.steps[at]);
	else
		end_script();
	at++;
	return true;
}

/* ---- one input ---- */

static void set_up(struct site *site)
{
	uint8_t setup = script.setup;

	world.site = (struct sim_site){.listing = setup & 1,
		.spa = setup & 2,
		.clean_urls = setup & 4,
		.redirects = setup & 8,
		.fields = setup & 8};
	world_site(site);
	world.has_epoll = true;
	world.setup = (struct worker_setup){.site = site,
		.access_log = true,
		.wait = setup & 0x20   ? POLLER_SELECT
			: setup & 0x10 ? POLLER_EPOLL
				       : POLLER_POLL,
		.header_timeout = OTHER_TIME,
		.content_timeout = OTHER_TIME,
		.linger_timeout = LINGER_TIME,
		.idle_timeout = IDLE_TIME,
		.send_timeout = OTHER_TIME,
		.helper_timeout = HELPER_TIME,
		.read_timeout = OTHER_TIME,
		.drain_timeout = DRAIN_TIME,
		.direct = script.seed & 1,
		.fresh = 1000,
		.send_rate = 1024,
		.limits = limits_of(64, 0, 0, setup & 0x80 ? 0 : 65536)};
}

static void let_clients_in(void)
{
	world.clients_count = CALLERS;
	for (int i = 0; i < CALLERS; i++) {
		client_reset(&world.clients[i], i);
		wishes_read(&world.clients[i], script.text[i], script.len[i]);
		readers[i].holds = false;
		readers[i].bite = 0;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool has_tree;
	struct site site;

	if (!has_tree)
		tree_open();
	has_tree = true;
	script_read(&script, data, size);
	at = 0;
	next_at = 0;
	world_reset(script.seed);
	tree_reset(false);
	set_up(&site);
	let_clients_in();
	count_blocks(true);
	world_run(world_open(0));
	count_blocks(false);
	return 0;
}
