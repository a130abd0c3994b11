/*
 * fuzz_connection.c - two clients, whatever they send and however they do it,
 * and the worker as it ships, on the simulated kernel of tests/sim.
 *
 * The kernel is calm: nothing fails but what the clients break, so each end has
 * a reason. The input is a script (connection_script.h); all answers are judged
 * (connection_answer.h); the kernel sees to it that no turn and no wait is
 * without end. When the script is over the clients read what is left, and the
 * worker must let them go in its time; then its master says: drain. Nothing may
 * be left then.
 */
#include <string.h>

#include "connection_aides.h"
#include "connection_answer.h"
#include "connection_chance.h"
#include "connection_script.h"
#include "loop/cont.h"
#include "loop/loop.h"
#include "serve/worker.h"
#include "sim/chance.h"
#include "sim/fault.h"
#include "sim/kernel.h"
#include "sim/memory.h"
#include "sim/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { /* milliseconds */
	IDLE_TIME = 15000,
	OTHER_TIME = 10000,
	LINGER_TIME = 2000,
	DRAIN_TIME = 20000,
	/* Waits, one of them after another without a byte on the wire: a
	 * request that waits for its descriptor, and good-bye. */
	WAITS_TIME = IDLE_TIME + OTHER_TIME,
	AT_ONCE = 1000
};

struct caller {
	int number;
	struct object *stream; /* NULL: not yet, or gone */
	bool over;
	bool holds;  /* reads nothing */
	size_t bite; /* reads so much at once; 0: all */
	int64_t progress;
	struct answers answers;
};

static struct script script;
static struct caller callers[CALLERS];
static struct object *door;
static size_t at; /* the next step of the script */
static int64_t next_at;
static bool is_draining;
static int64_t drained;

/* ---- what the worker does to a client ---- */

static void on_taken(void *actor, size_t len)
{
	struct caller *caller = actor;

	if (len > 0)
		caller->progress = kernel_now();
}

static void on_sent(void *actor, const void *bytes, size_t len)
{
	struct caller *caller = actor;

	caller->progress = kernel_now();
	if (caller->stream && len > 0)
		answers_take(
			&caller->answers, bytes, len, caller->stream->taken);
}

/* Half an answer, and not a word: only a reset tells that it is none. */
static void check_end(const struct caller *caller, const char *how)
{
	if (caller->stream && !caller->stream->reset &&
		!answers_are_whole(&caller->answers))
		sim_fail(caller->number, "%s amid an answer", how);
}

static void on_shut(void *actor)
{
	struct caller *caller = actor;

	caller->progress = kernel_now();
	check_end(caller, "a good-bye");
}

static void on_closed(void *actor)
{
	sim_trace(((struct caller *)actor)->number, "is let go");
	check_end(actor, "closed");
}

static const struct ear ear = {on_taken, on_sent, on_shut, on_closed};

/* ---- what a client does ---- */

static void connect_it(struct caller *caller)
{
	struct object *stream =
		object_new(STREAM, script.setup & 0x40 ? 512 : 65536);

	stream->text = script.text[caller->number];
	stream->ear = &ear;
	stream->actor = caller;
	stream->number = (unsigned char)caller->number;
	stream->holders++;
	caller->stream = stream;
	caller->progress = kernel_now();
	door->waiting[door->waiting_count++] = stream;
}

static void leave(struct caller *caller)
{
	object_drop(caller->stream);
	caller->stream = NULL;
	caller->over = true;
}

static void vanish(struct caller *caller, bool reset)
{
	struct object *stream = caller->stream;

	stream->reset |= reset || stream->unread > 0;
	stream->fin = true;
	stream->closed = true;
	leave(caller);
}

/* The worker has ended it, and all is read. */
static bool is_over(const struct caller *caller)
{
	const struct object *stream = caller->stream;

	return stream->reset ||
	       (stream->unread == 0 && (stream->shut || stream->worker_end));
}

static bool reads(struct caller *caller)
{
	struct object *stream = caller->stream;
	size_t len;

	if (!stream)
		return false;
	if (is_over(caller)) {
		leave(caller);
		return true;
	}
	if (stream->unread == 0 || caller->holds)
		return false;
	len = caller->bite > 0 && caller->bite < stream->unread
		      ? caller->bite
		      : stream->unread;
	stream->unread -= len;
	caller->progress = kernel_now();
	return true;
}

/* ---- the script ---- */

static void act_on(struct caller *caller, const struct step *step)
{
	struct object *stream = caller->stream;

	caller->progress = kernel_now();
	switch (step->action) {
	case ACTION_SEND:
		stream->come += stream->fin ? 0 : step->amount;
		break;
	case ACTION_HALF_CLOSE:
		stream->fin = true;
		break;
	case ACTION_CLOSE:
	case ACTION_RESET:
		vanish(caller, step->action == ACTION_RESET);
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

static void drain(void)
{
	is_draining = true;
	drained = kernel_now();
	aides_drain();
}

static void take_step(const struct step *step)
{
	struct caller *caller = &callers[step->caller];

	sim_trace(step->caller, "action %d, %zu", step->action, step->amount);
	if (step->action == ACTION_PAUSE) {
		next_at = kernel_now() + (int64_t)step->amount;
	} else if (step->action == ACTION_DRAIN) {
		if (!is_draining)
			drain();
	} else {
		if (!caller->stream && !caller->over && !door->worker_end)
			connect_it(caller);
		if (caller->stream)
			act_on(caller, step);
	}
}

/* The script is over: they do nothing but read. */
static void end_script(void)
{
	for (int i = 0; i < CALLERS; i++) {
		callers[i].holds = false;
		callers[i].bite = 0;
		callers[i].progress = kernel_now();
		callers[i].over |= !callers[i].stream;
	}
	at++;
}

static bool script_act(void)
{
	if (kernel_now() < next_at) {
		kernel_alarm(next_at);
		return false;
	}
	if (at < script.count)
		take_step(&script.steps[at++]);
	else if (at == script.count)
		end_script();
	else if (!is_draining && callers[0].over && callers[1].over)
		drain();
	else
		return false;
	return true;
}

/* ---- what the kernel asks of the world ---- */

bool world_step(void)
{
	return aides_act() || flights_step() || reads(&callers[0]) ||
	       reads(&callers[1]) || script_act();
}

void world_stalled(int64_t before, int64_t now)
{
	(void)before;
	(void)now;
}

/* Who has nothing more to say is let go: at once if he said so. */
static void check_patience(const struct caller *caller)
{
	const struct object *stream = caller->stream;
	int64_t limit = WAITS_TIME;

	if (at <= script.count || !stream || stream->worker_end)
		return;
	if (stream->fin)
		limit = AT_ONCE;
	if (kernel_now() - caller->progress > limit)
		sim_fail(caller->number,
			"it should have ended: %zu taken of "
			"%zu, %zu answers",
			stream->taken, stream->come, caller->answers.count);
}

void world_turn_over(void)
{
	for (int fd = FIRST_FD; fd < kernel_top(); fd++) {
		const struct object *object = kernel_at(fd);

		if (object && object->kind == STREAM && !cont_is_saved(fd))
			sim_fail(NOBODY_KNOWN, "nobody waits for %d", fd);
	}
	flights_check();
	for (int i = 0; i < CALLERS; i++)
		check_patience(&callers[i]);
	if (is_draining && kernel_now() - drained > DRAIN_TIME + AT_ONCE)
		sim_fail(NOBODY_KNOWN, "the worker should have ended");
}

/* ---- one input ---- */

static void set_up(struct worker_setup *setup, struct site *site, int *listener)
{
	site_init(site, "/sim");
	site->listing = script.setup & 1;
	site->spa = script.setup & 2;
	site->clean_urls = script.setup & 4;
	if (script.setup & 8) {
		site_add_redirect(site, "/old/* /new/:splat 308", NULL);
		site_add_header(site, "X-Sim: yes", NULL);
	}
	*setup = (struct worker_setup){.site = site,
		.access_log = true,
		.wait = script.setup & 0x20   ? POLLER_SELECT
			: script.setup & 0x10 ? POLLER_EPOLL
					      : POLLER_POLL,
		.header_timeout = OTHER_TIME,
		.content_timeout = OTHER_TIME,
		.linger_timeout = LINGER_TIME,
		.idle_timeout = IDLE_TIME,
		.send_timeout = OTHER_TIME,
		.helper_timeout = OTHER_TIME,
		.read_timeout = OTHER_TIME,
		.drain_timeout = DRAIN_TIME,
		.fresh = 1000,
		.send_rate = 1024,
		.limits = limits_of(64, 0, 0, script.setup & 0x80 ? 0 : 65536),
		.listeners = listener,
		.listeners_count = 1};
}

static void begin(struct worker_setup *setup, int *listener)
{
	chance_seed(script.seed);
	waits_reset();
	flights_reset();
	tree_reset(true);
	fault_stop();
	kernel_reset(64, true);
	door = object_new(LISTENER, 0);
	*listener = kernel_open(door);
	aides_open(&setup->master, &setup->journal);
	at = 0;
	next_at = 0;
	is_draining = false;
	for (int i = 0; i < CALLERS; i++) {
		callers[i].number = i;
		callers[i].stream = NULL;
		callers[i].over = callers[i].holds = false;
		callers[i].bite = 0;
		answers_plan(
			&callers[i].answers, i, script.text[i], script.len[i]);
	}
}

static void end(void)
{
	size_t answers = callers[0].answers.count + callers[1].answers.count;

	if (kernel_descriptors() > 0)
		sim_fail(NOBODY_KNOWN, "%zu descriptors left open",
			kernel_descriptors());
	if (memory_blocks() > 0)
		sim_fail(NOBODY_KNOWN, "%zu blocks of memory left",
			memory_blocks());
	for (int i = 0; i < CALLERS; i++)
		object_drop(callers[i].stream);
	object_drop(door);
	aides_close();
	/* Cut off or not: what was begun is in the log. */
	if (aides_lines() < answers)
		sim_fail(NOBODY_KNOWN, "%zu answers, %zu lines in the log",
			answers, aides_lines());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool has_tree;
	struct worker_setup setup;
	struct site site;
	struct server *server;
	int listener;

	if (!has_tree)
		tree_open();
	has_tree = true;
	script_read(&script, data, size);
	set_up(&setup, &site, &listener);
	begin(&setup, &listener);
	count_blocks(true);
	server = worker_open(&setup);
	if (!server)
		sim_fail(NOBODY_KNOWN, "the worker does not open");
	loop_run();
	kernel_turn_over();
	while (flights_count() > 0) {
		flights_land();
		loop_turn();
		kernel_turn_over();
	}
	worker_shut(server);
	count_blocks(false);
	end();
	return 0;
}
