/*
 * roster.c - the master's list of a worker's helpers.
 */
#include "master/roster.h"

#include <string.h>
#include <sys/wait.h>

#include "base/bug.h"

/* All processes together are never more than the places in `leaving`, so there
 * is always a free one. */
static void let_leave(struct roster *roster, int number)
{
	size_t place = 0;

	while (place < ROSTER_PROCESSES_MAX && roster->leaving[place] != 0)
		place++;
	BUG_UNLESS(place < ROSTER_PROCESSES_MAX);
	roster->leaving[place] = roster->member[number].pid;
	roster->member[number].pid = 0;
}

void roster_begin(struct roster *roster)
{
	for (int i = 0; i < HELPERS_MAX; i++) {
		if (roster->member[i].pid != 0)
			let_leave(roster, i);
		memset(&roster->member[i], 0, sizeof roster->member[i]);
		roster->member[i].wanted = i < HELPERS_MIN;
	}
}

size_t roster_processes(const struct roster *roster, pid_t *pids)
{
	size_t count = 0;

	for (size_t i = 0; i < HELPERS_MAX; i++)
		if (roster->member[i].pid != 0)
			pids[count++] = roster->member[i].pid;
	for (size_t i = 0; i < ROSTER_PROCESSES_MAX; i++)
		if (roster->leaving[i] != 0)
			pids[count++] = roster->leaving[i];
	BUG_UNLESS(count <= ROSTER_PROCESSES_MAX);
	return count;
}

static bool has_room(const struct roster *roster)
{
	pid_t pids[ROSTER_PROCESSES_MAX];

	return roster_processes(roster, pids) < ROSTER_PROCESSES_MAX;
}

int roster_due(const struct roster *roster, int64_t now)
{
	if (!has_room(roster))
		return -1;
	for (int i = 0; i < HELPERS_MAX; i++)
		if (roster->member[i].wanted && roster->member[i].pid == 0 &&
			pace_is_due(&roster->member[i].pace, now))
			return i;
	return -1;
}

bool roster_waits(const struct roster *roster)
{
	for (size_t i = 0; i < HELPERS_MAX; i++)
		if (roster->member[i].wanted && roster->member[i].pid == 0)
			return true;
	return false;
}

void roster_started(struct roster *roster, int number, pid_t pid, int64_t now)
{
	pace_started(&roster->member[number].pace, now);
	if (pid > 0)
		roster->member[number].pid = pid;
	else
		pace_died(&roster->member[number].pace, now);
}

pid_t roster_give_up(struct roster *roster, uint32_t number, int64_t now)
{
	pid_t pid;

	if (number >= HELPERS_MAX || roster->member[number].pid == 0)
		return 0;
	pid = roster->member[number].pid;
	let_leave(roster, (int)number);
	pace_died(&roster->member[number].pace, now);
	return pid;
}

static size_t count_wanted(const struct roster *roster)
{
	size_t count = 0;

	for (size_t i = 0; i < HELPERS_MAX; i++)
		count += roster->member[i].wanted;
	return count;
}

void roster_want_more(struct roster *roster)
{
	for (size_t i = 0; i < HELPERS_MAX; i++) {
		if (roster->member[i].wanted)
			continue;
		roster->member[i].wanted = true;
		return;
	}
}

enum roster_death roster_reaped(
	struct roster *roster, pid_t pid, int status, int64_t now)
{
	for (size_t i = 0; i < ROSTER_PROCESSES_MAX; i++) {
		if (roster->leaving[i] != pid)
			continue;
		roster->leaving[i] = 0;
		return ROSTER_LEFT;
	}
	for (size_t i = 0; i < HELPERS_MAX; i++) {
		if (roster->member[i].pid != pid)
			continue;
		roster->member[i].pid = 0;
		pace_died(&roster->member[i].pace, now);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			return ROSTER_DIED;
		/* The worker closed its channel, as it needs fewer helpers. */
		roster->member[i].wanted = count_wanted(roster) <= HELPERS_MIN;
		return ROSTER_LEFT;
	}
	return ROSTER_NOT_OURS;
}
