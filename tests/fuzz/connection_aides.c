/* connection_aides.c - master, helpers, logger. */
#include "connection_aides.h"

#include <string.h>

#include "base/control.h"
#include "helper/job.h"
#include "loop/journal.h"
#include "sim/chance.h"
#include "sim/kernel.h"
#include "sim/tree.h"
#include "sys/sys.h"

enum { HELPERS = 8, FIRST_HELPERS = 2 };

static struct helper {
	struct object *channel; /* NULL: none */
	struct job job;
	bool busy;
} helpers[HELPERS];

static struct {
	struct object *master, *log;
	size_t wanted;
	uint32_t number;
	size_t lines, line; /* line: bytes of the one that is coming */
	bool access;        /* which is one of the access log */
} aides;

/* ---- the master ---- */

static void on_worker_says(void *actor, const void *message, size_t len)
{
	const struct control *control = message;

	(void)actor;
	if (len != sizeof *control)
		sim_fail(NOBODY_KNOWN, "a message of %zu bytes", len);
	if (control->kind == CONTROL_STUCK)
		sim_fail(NOBODY_KNOWN, "no helper is stuck");
	aides.wanted += control->kind == CONTROL_MORE;
}

static const struct ear master_ear = {.on_sent = on_worker_says};

void aides_drain(void)
{
	channel_post(aides.master, &(struct control){.kind = CONTROL_DRAIN},
		sizeof(struct control), NULL);
}

/* ---- helpers ---- */

static void on_job(void *actor, const void *message, size_t len)
{
	struct helper *helper = actor;

	if (helper->busy)
		sim_fail(NOBODY_KNOWN, "a helper is asked while it is busy");
	memset(&helper->job, 0, sizeof helper->job);
	memcpy(&helper->job, message,
		len < sizeof helper->job ? len : sizeof helper->job);
	if (!job_is_valid(&helper->job, len))
		sim_fail(NOBODY_KNOWN, "a job that is none");
	helper->busy = true;
}

static const struct ear helper_ear = {.on_sent = on_job};

static bool start_helper(void)
{
	struct control message = {.kind = CONTROL_HELPER};
	struct helper *helper = helpers;

	if (aides.wanted == 0)
		return false;
	aides.wanted--;
	while (helper < helpers + HELPERS && helper->channel)
		helper++;
	if (helper == helpers + HELPERS)
		return false;
	message.number = aides.number++;
	*helper = (struct helper){.channel = object_new(CHANNEL, 0)};
	helper->channel->ear = &helper_ear;
	helper->channel->actor = helper;
	helper->channel->holders++;
	channel_post(aides.master, &message, sizeof message, helper->channel);
	return true;
}

static void end_helper(struct helper *helper)
{
	helper->channel->gone = true;
	object_drop(helper->channel);
	helper->channel = NULL;
	helper->busy = false;
}

static void answer_job(struct helper *helper)
{
	struct found found;
	struct sim_name *name = tree_look(&helper->job, &found);
	struct object *open = NULL;

	helper->busy = false;
	if (name) {
		open = object_new(FILE_OPEN, 0);
		open->file = name;
		open->inode = tree_version(name)->inode;
	}
	channel_post(helper->channel, &found, sizeof found, open);
}

static bool helper_act(struct helper *helper)
{
	if (!helper->channel)
		return false;
	if (helper->channel->worker_end) {
		end_helper(helper);
		return true;
	}
	if (!helper->busy)
		return false;
	answer_job(helper);
	return true;
}

/* ---- the logger ---- */

/* No client can put a control byte into the log, and so no line. */
static void take_byte(unsigned char byte)
{
	if (byte == '\n') {
		aides.lines += aides.access && aides.line > 0;
		aides.line = 0;
		return;
	}
	if (aides.line++ == 0) {
		aides.access = byte == JOURNAL_ACCESS;
		if (aides.access)
			return;
	}
	if (byte < ' ' || byte == 0x7f)
		sim_fail(NOBODY_KNOWN, "byte %d in the log", byte);
}

static bool logger_act(void)
{
	unsigned char bytes[4096];
	size_t len = pipe_take(aides.log, bytes, sizeof bytes);

	for (size_t i = 0; i < len; i++)
		take_byte(bytes[i]);
	return len > 0;
}

size_t aides_lines(void)
{
	return aides.lines;
}

/* ---- all of them ---- */

bool aides_act(void)
{
	if (start_helper())
		return true;
	for (size_t i = 0; i < HELPERS; i++)
		if (helper_act(&helpers[i]))
			return true;
	return logger_act();
}

void aides_open(int *master, int *journal)
{
	int ends[2];

	memset(helpers, 0, sizeof helpers);
	memset(&aides, 0, sizeof aides);
	aides.wanted = FIRST_HELPERS;
	aides.master = object_new(CHANNEL, 0);
	aides.master->ear = &master_ear;
	*master = kernel_open(aides.master);
	sys_pipe(ends);
	aides.log = kernel_at(ends[0]);
	aides.log->holders++;
	sys_close(ends[0]);
	*journal = ends[1];
}

void aides_close(void)
{
	for (size_t i = 0; i < HELPERS; i++)
		if (helpers[i].channel)
			end_helper(&helpers[i]);
	while (logger_act())
		;
	object_drop(aides.master);
	object_drop(aides.log);
}
