/*
 * crew.c - the master's list of a worker's helpers.
 */
#include "master/crew.h"

#include <string.h>
#include <sys/wait.h>

#include "base/bug.h"

/* All processes together are never more than the places in `leaving`, so there
 * is always a free one. */
static void let_leave(struct crew *crew, int number)
{
	size_t place = 0;

	while (place < CREW_PROCESSES_MAX && crew->leaving[place] != 0)
		place++;
	BUG_UNLESS(place < CREW_PROCESSES_MAX);
	crew->leaving[place] = crew->member[number].pid;
	crew->member[number].pid = 0;
}

void crew_begin(struct crew *crew)
{
	for (int i = 0; i < HELPERS_MAX; i++) {
		if (crew->member[i].pid != 0)
			let_leave(crew, i);
		memset(&crew->member[i], 0, sizeof crew->member[i]);
		crew->member[i].wanted = i < HELPERS_MIN;
	}
}

size_t crew_processes(const struct crew *crew, pid_t *pids)
{
	size_t count = 0;

	for (size_t i = 0; i < HELPERS_MAX; i++)
		if (crew->member[i].pid != 0)
			pids[count++] = crew->member[i].pid;
	for (size_t i = 0; i < CREW_PROCESSES_MAX; i++)
		if (crew->leaving[i] != 0)
			pids[count++] = crew->leaving[i];
	BUG_UNLESS(count <= CREW_PROCESSES_MAX);
	return count;
}

static bool has_room(const struct crew *crew)
{
	pid_t pids[CREW_PROCESSES_MAX];

	return crew_processes(crew, pids) < CREW_PROCESSES_MAX;
}

int crew_due(const struct crew *crew, int64_t now)
{
	if (!has_room(crew))
		return -1;
	for (int i = 0; i < HELPERS_MAX; i++)
		if (crew->member[i].wanted && crew->member[i].pid == 0 &&
			pace_is_due(&crew->member[i].pace, now))
			return i;
	return -1;
}

bool crew_waits(const struct crew *crew)
{
	for (size_t i = 0; i < HELPERS_MAX; i++)
		if (crew->member[i].wanted && crew->member[i].pid == 0)
			return true;
	return false;
}

void crew_started(struct crew *crew, int number, pid_t pid, int64_t now)
{
	pace_started(&crew->member[number].pace, now);
	if (pid > 0)
		crew->member[number].pid = pid;
	else
		pace_died(&crew->member[number].pace, now);
}

pid_t crew_give_up(struct crew *crew, uint32_t number, int64_t now)
{
	pid_t pid;

	if (number >= HELPERS_MAX || crew->member[number].pid == 0)
		return 0;
	pid = crew->member[number].pid;
	let_leave(crew, (int)number);
	pace_died(&crew->member[number].pace, now);
	return pid;
}

static size_t count_wanted(const struct crew *crew)
{
	size_t count = 0;

	for (size_t i = 0; i < HELPERS_MAX; i++)
		count += crew->member[i].wanted;
	return count;
}

void crew_want_more(struct crew *crew)
{
	for (size_t i = 0; i < HELPERS_MAX; i++) {
		if (crew->member[i].wanted)
			continue;
		crew->member[i].wanted = true;
		return;
	}
}

enum crew_death crew_reaped(
	struct crew *crew, pid_t pid, int status, int64_t now)
{
	for (size_t i = 0; i < CREW_PROCESSES_MAX; i++) {
		if (crew->leaving[i] != pid)
			continue;
		crew->leaving[i] = 0;
		return CREW_LEFT;
	}
	for (size_t i = 0; i < HELPERS_MAX; i++) {
		if (crew->member[i].pid != pid)
			continue;
		crew->member[i].pid = 0;
		pace_died(&crew->member[i].pace, now);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			return CREW_DIED;
		/* The worker closed its channel, as it needs fewer helpers. */
		crew->member[i].wanted = count_wanted(crew) <= HELPERS_MIN;
		return CREW_LEFT;
	}
	return CREW_NOT_OURS;
}
