/* aides.c - helpers, which answer, or do not; and the logger. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/control.h"
#include "chance.h"
#include "fault.h"
#include "loop/journal.h"
#include "world.h"

enum { LINE_MAX_SEEN = 16 * 1024 };

static struct helper_actor {
	uint32_t number;
	struct object *channel; /* NULL: none */
	struct job job;
	bool busy;
	int64_t since, until; /* of the job; until: it does not answer before */
} helpers[HELPERS];

static struct {
	uint32_t number;
	size_t top; /* no helper from here on was ever started */
	char line[LINE_MAX_SEEN];
	size_t line_len;
	int64_t log_at; /* the logger is stuck until then */
} aides;

void aides_reset(void)
{
	memset(helpers, 0, sizeof helpers);
	memset(&aides, 0, sizeof aides);
}

/* ---- helpers ---- */

static void on_job(void *actor, const void *message, size_t len)
{
	struct helper_actor *helper = actor;

	if (!helper->channel)
		return;
	if (helper->busy && !world.lying)
		sim_fail(NOBODY_KNOWN, "helper %u is asked while it is busy",
			helper->number);
	memset(&helper->job, 0, offsetof(struct job, path));
	memcpy(&helper->job, message,
		len < sizeof helper->job ? len : sizeof helper->job);
	if (!job_is_valid(&helper->job, len))
		sim_fail(NOBODY_KNOWN, "a job that is none");
	sim_trace(NOBODY_KNOWN, "helper %u looks for \"%.*s\", flags %u",
		helper->number, (int)helper->job.len, helper->job.path,
		helper->job.flags);
	helper->busy = true;
	helper->since = helper->until = kernel_now();
	if (fault(FAULT_HELPER_SLOW))
		helper->until +=
			chance_one_in(3) ? PATIENCE : (int64_t)chance(3000);
	else if (chance_one_in(8))
		helper->until += (int64_t)chance(20);
}

static const struct ear ear = {.on_sent = on_job};

void aides_start_helper(void)
{
	struct control message = {.kind = CONTROL_HELPER};
	struct helper_actor *helper = helpers;

	while (helper < helpers + HELPERS && helper->channel)
		helper++;
	if (helper == helpers + HELPERS)
		return;
	message.number = aides.number++;
	if ((size_t)(helper - helpers) >= aides.top)
		aides.top = (size_t)(helper - helpers) + 1;
	*helper = (struct helper_actor){.number = message.number};
	helper->channel = object_new(CHANNEL, 0);
	helper->channel->ear = &ear;
	helper->channel->actor = helper;
	helper->channel->holders++;
	channel_post(world.master, &message, sizeof message, helper->channel);
}

static void end_helper(struct helper_actor *helper)
{
	helper->channel->gone = true;
	object_drop(helper->channel);
	helper->channel = NULL;
	helper->busy = false;
}

/* The root is another directory now: somebody else must look. */
static void move_on(struct helper_actor *helper)
{
	struct found found;

	memset(&found, 0, sizeof found);
	found.kind = FOUND_MOVED;
	channel_post(helper->channel, &found, sizeof found, NULL);
	end_helper(helper);
	world.wanted++;
}

/* What no helper should say. */
static void say_nonsense(struct helper_actor *helper)
{
	struct found found;
	size_t len = sizeof found;
	struct object *open = NULL;

	memset(&found, 0, sizeof found);
	found.kind = (uint32_t)chance(FOUND_KINDS + 2);
	if (chance_one_in(2)) {
		found.kind = FOUND_FILE;
		found.version.size = -1;
		open = object_new(FILE_OPEN, 0);
		open->file = tree_find("f2.txt");
		open->inode = tree_version(open->file)->inode;
	} else if (found.kind != FOUND_FILE && found.kind != FOUND_LISTING) {
		found.index = 1;
	}
	if (chance_one_in(3))
		len = 1 + chance(len - 1);
	channel_post(helper->channel, &found, len, open);
}

/* An answer that could be one, and is not so. */
static void lie(struct found *found)
{
	switch (chance(5)) {
	case 0:
		found->version.size += (int64_t)chance(1000000);
		break;
	case 1:
		found->version.modified ^= (int64_t)chance(1000);
		break;
	case 2:
		found->version.size = INT64_MAX;
		break;
	case 3:
		found->codings = found->kind == FOUND_FILE ? 7 : 0;
		break;
	default:
		if (found->kind == FOUND_FILE && !found->remote)
			found->kind = FOUND_LISTING;
		found->index = found->codings = 0;
		break;
	}
}

static void answer_job(struct helper_actor *helper)
{
	struct found found;
	struct sim_name *name = tree_look(&helper->job, &found);
	struct object *open = NULL;

	helper->busy = false;
	if (fault(FAULT_HELPER_MOVED)) {
		move_on(helper);
		return;
	}
	if (fault(FAULT_HELPER_WRONG)) {
		say_nonsense(helper);
		return;
	}
	if (fault(FAULT_HELPER_SHORT)) {
		memset(&found, 0, sizeof found);
		found.kind = chance_one_in(2) ? FOUND_SHORTAGE : FOUND_BROKEN;
		name = NULL;
	}
	if (name) {
		open = object_new(FILE_OPEN, 0);
		open->file = name;
		open->inode = tree_version(name)->inode;
	}
	if (world.lying && chance_one_in(5))
		lie(&found);
	channel_post(helper->channel, &found, sizeof found, open);
	/* Once more; who listens to it, listens to a liar. */
	if (world.lying && chance_one_in(10)) {
		memset(&found, 0, sizeof found);
		found.kind = FOUND_NOTHING;
		channel_post(helper->channel, &found, sizeof found, NULL);
	}
}

static bool helper_step(struct helper_actor *helper)
{
	if (!helper->channel)
		return false;
	if (helper->channel->worker_end) {
		end_helper(helper);
		return true;
	}
	if (helper->busy && fault(FAULT_HELPER_DIES)) {
		sim_trace(NOBODY_KNOWN, "helper %u dies", helper->number);
		end_helper(helper);
		world.wanted++;
		return true;
	}
	if (!helper->busy)
		return false;
	if (kernel_now() < helper->until) {
		kernel_alarm(helper->until);
		return false;
	}
	answer_job(helper);
	return true;
}

/* After each turn: nobody waits for a helper longer than it should. */
void aides_check(void)
{
	int64_t limit = world.setup.helper_timeout;

	for (size_t i = 0; i < aides.top; i++)
		if (helpers[i].busy && helpers[i].channel && limit > 0 &&
			!world.lying && !helpers[i].channel->worker_end &&
			kernel_now() - helpers[i].since >= limit)
			sim_fail(NOBODY_KNOWN,
				"helper %u is waited for too long",
				helpers[i].number);
}

void aides_end(void)
{
	for (size_t i = 0; i < HELPERS; i++)
		if (helpers[i].channel)
			end_helper(&helpers[i]);
}

/* ---- the logger ---- */

/* `a" "b"`, where what is quoted has no quotes of its own. */
static bool is_quoted_twice(const char *at)
{
	for (int i = 0; i < 3; i++) {
		for (; *at && *at != '"'; at++)
			if (*at == '\\' && at[1])
				at++;
		if (*at++ != '"' || (i == 0 && *at != ' '))
			return false;
	}
	return *at == '\0';
}

/* "192.0.2.3 - - [...] "GET / HTTP/1.1" 200 512 "-" "-"" */
static void take_access_line(const char *line)
{
	static const char start[] = "192.0.2.";
	const char *at = strchr(line, '"');
	struct sim_client *client;
	struct logged *logged;
	unsigned long number;
	int len = 0;

	if (strncmp(line, start, sizeof start - 1) != 0 || !at)
		sim_fail(NOBODY_KNOWN, "no access line: %s", line);
	number = strtoul(line + sizeof start - 1, NULL, 10);
	if (number >= world.clients_count)
		sim_fail(NOBODY_KNOWN, "a line of nobody: %s", line);
	client = &world.clients[number];
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	if (client->lines_count == sizeof client->lines / sizeof *logged)
		sim_fail((int)number, "too many lines");
	logged = &client->lines[client->lines_count++];
	if (sscanf(at, "\" %d %zu \"%n", &logged->status, &logged->sent,
		    &len) != 2 ||
		!is_quoted_twice(at + len))
		sim_fail((int)number, "a strange line: %s", line);
}

/* "a turn took 73 ms: ...; before it 2 more such turns" */
static void take_stall(const char *line)
{
	const char *more = strstr(line, "before it ");

	world.stalls_told += 1 + (more ? strtoul(more + 10, NULL, 10) : 0);
	if (world.stalls_told > world.stalls)
		sim_fail(NOBODY_KNOWN, "%zu stalls, and it was told: %s",
			world.stalls, line);
}

static void take_line(void)
{
	static const char stall[] = "a turn took ";

	aides.line[aides.line_len] = '\0';
	aides.line_len = 0;
	if (*aides.line == JOURNAL_ACCESS)
		take_access_line(aides.line + 1);
	else if ((unsigned char)*aides.line < ' ')
		sim_fail(NOBODY_KNOWN, "a line that begins with byte %d",
			*aides.line);
	else
		sim_trace(NOBODY_KNOWN, "log: %s", aides.line);
	if (strncmp(aides.line, stall, sizeof stall - 1) == 0)
		take_stall(aides.line + sizeof stall - 1);
}

static bool logger_step(void)
{
	unsigned char bytes[4096];
	size_t len;

	if (kernel_now() < aides.log_at) {
		kernel_alarm(aides.log_at);
		return false;
	}
	len = pipe_take(world.log, bytes, 1 + chance(4095));
	if (chance_one_in(100))
		aides.log_at = kernel_now() + (int64_t)chance(2000);
	for (size_t i = 0; i < len; i++) {
		/* No client can put a control byte into the log. */
		if (aides.line_len > 0 && bytes[i] != '\n' &&
			(bytes[i] < ' ' || bytes[i] == 0x7f))
			sim_fail(NOBODY_KNOWN, "byte %d in the log", bytes[i]);
		if (bytes[i] == '\n')
			take_line();
		else if (aides.line_len < LINE_MAX_SEEN - 1)
			aides.line[aides.line_len++] = (char)bytes[i];
	}
	return len > 0;
}

void aides_read_log(void)
{
	aides.log_at = 0;
	while (world.log->unread > 0)
		(void)logger_step(), aides.log_at = 0;
}

size_t aides_count(void)
{
	return aides.top + 1;
}

bool aides_step(size_t which)
{
	return which < aides.top ? helper_step(&helpers[which]) : logger_step();
}
